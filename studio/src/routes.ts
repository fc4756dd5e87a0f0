// Every view of the studio and the address under which it stands. A `*` hands the rest of the path to the view.

import type { IconName } from '$lib/ui/icons';
import type { Route } from '$lib/router.svelte';

export const routes: Route[] = [
  { pattern: '/', title: 'Pages', load: () => import('./pages/Pages.svelte') },
  { pattern: '/pages/:id', title: 'Editor', isFull: true, load: () => import('./editor/Editor.svelte') },
  { pattern: '/uploads/*', title: 'Uploads', load: () => import('./uploads/Uploads.svelte') },
  { pattern: '/numbers/*', title: 'Numbers', load: () => import('./numbers/Numbers.svelte') },
  { pattern: '/inbox/*', title: 'Inbox', load: () => import('./inbox/Inbox.svelte') },
  { pattern: '/account/*', title: 'Account', load: () => import('./account/Account.svelte') },
  { pattern: '/operator/*', title: 'Operators', load: () => import('./operator/Operator.svelte') },
  { pattern: '/*', title: 'Not here', load: () => import('./Missing.svelte') },
];

export type Section = { path: string; label: string; icon: IconName; isForOperators?: true };

/** What the navigation shows. */
export const sections: Section[] = [
  { path: '/', label: 'Pages', icon: 'layout-grid' },
  { path: '/uploads', label: 'Uploads', icon: 'images' },
  { path: '/numbers', label: 'Numbers', icon: 'chart' },
  { path: '/inbox', label: 'Inbox', icon: 'inbox' },
  { path: '/account', label: 'Account', icon: 'user' },
  { path: '/operator', label: 'Operators', icon: 'shield', isForOperators: true },
];
