// What the server makes of an address: the icon of its site and a name for a link to it. Asked once for each host.

import { api } from '$lib/api';
import type { Resolved } from '$lib/types';
import { cleanUrl } from './model';

export const resolve = (url: string, signal?: AbortSignal) =>
  api.get<Resolved>('/links/resolve', { query: { url }, ...(signal ? { signal } : {}) });

const icons: Record<string, string> = $state({});
const asked = new Set<string>();

/** The icon that a link shows by itself; a globe until the server has said. */
export function iconOf(typed: string): string {
  const url = cleanUrl(typed);
  if (url === null) return 'link';
  const { protocol, host } = new URL(url);
  const key = protocol + host;
  if (!asked.has(key)) {
    asked.add(key);
    resolve(url).then(({ icon }) => icon && (icons[key] = icon), () => asked.delete(key));
  }
  return icons[key] ?? 'globe';
}
