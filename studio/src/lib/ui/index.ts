// Everything that views are built of.

export { default as Avatar } from './Avatar.svelte';
export { default as Button } from './Button.svelte';
export { default as Copy } from './Copy.svelte';
export { default as Dialog } from './Dialog.svelte';
export { default as Empty } from './Empty.svelte';
export { default as Failure } from './Failure.svelte';
export { default as Field } from './Field.svelte';
export { default as Head } from './Head.svelte';
export { default as Icon } from './Icon.svelte';
export { default as Menu } from './Menu.svelte';
export type { Item as MenuItem } from './Menu.svelte';
export { default as Pager } from './Pager.svelte';
export { default as Pill } from './Pill.svelte';
export { default as Segments } from './Segments.svelte';
export { default as Select } from './Select.svelte';
export { default as SiteIcon } from './SiteIcon.svelte';
export { default as Skeleton } from './Skeleton.svelte';
export { default as Switch } from './Switch.svelte';
export { default as Tabs } from './Tabs.svelte';
export { default as TextField } from './TextField.svelte';
export { confirm } from './confirm.svelte';
export { toasts } from './toasts.svelte';
