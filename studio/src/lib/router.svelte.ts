// A history router: the address names a section, and each section is a component of its own file, loaded when it is
// first shown.

import type { Component } from 'svelte';
import { paramsOf, type Params } from './paths';

export type View = Component<{ params: Params }>;
export type Route = { pattern: string; title: string; isFull?: boolean; load: () => Promise<{ default: View }> };

const BASE = '/studio';

class Router {
  path = $state(current());
  query = $state.raw(new URLSearchParams(location.search));
  /** Asked before leaving; `false` keeps the visitor here. */
  guard: (() => boolean) | null = null;

  constructor() {
    addEventListener('popstate', () => this.#read());
    addEventListener('click', (event) => this.#click(event));
  }

  /** To a path below `/studio`, such as `/pages/12?tab=design`. */
  go(path: string, { replace = false } = {}) {
    if (this.guard && !this.guard()) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', BASE + path);
    this.#read();
    if (!replace) scrollTo(0, 0);
  }

  match<R extends { pattern: string }>(routes: R[]): { route: R; params: Params } | null {
    for (const route of routes) {
      const params = paramsOf(route.pattern, this.path);
      if (params) return { route, params };
    }
    return null;
  }

  #read() {
    this.path = current();
    this.query = new URLSearchParams(location.search);
  }

  /** Plain links within the studio stay in it. */
  #click(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !isBelow(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname.slice(BASE.length) + link.search);
  }
}

const isBelow = (path: string) => path === BASE || path.startsWith(`${BASE}/`);
const current = () => location.pathname.slice(BASE.length).replace(/\/+$/, '') || '/';

export const router = new Router();
