// A history router: the address names a section, and each section is a component of its own file, loaded when it is
// first shown.

import type { Component } from 'svelte';
import { paramsOf, type Params } from './paths';
import { confirm } from './ui/confirm.svelte';

export type View = Component<{ params: Params }>;
export type Route = { pattern: string; title: string; isFull?: boolean; load: () => Promise<{ default: View }> };

const BASE = '/studio';

class Router {
  path = $state(current());
  query = $state.raw(new URLSearchParams(location.search));
  #unsaved = new Set<() => boolean>();
  /** The visitor has said that what is not saved may go. */
  #isSure = false;

  constructor() {
    addEventListener('popstate', () => this.#back());
    addEventListener('click', (event) => this.#click(event));
    addEventListener('beforeunload', (event) => {
      if (this.#isHeld()) event.preventDefault();
    });
  }

  /** To a path below `/studio`, such as `/pages/12?tab=design`. */
  go(path: string, { replace = false } = {}) {
    if (replace || !this.#isHeld()) return this.#move(path, replace);
    void this.#ask().then((isSure) => isSure && this.#move(path, false));
  }

  /** Asks before leaving as long as something that was written is not saved; answers how to end that. */
  hold(isUnsaved: () => boolean): () => void {
    this.#unsaved.add(isUnsaved);
    return () => this.#unsaved.delete(isUnsaved);
  }

  #isHeld = () => [...this.#unsaved].some((isUnsaved) => isUnsaved());

  #ask = () => confirm({ title: 'Leave without saving?', text: 'What you wrote here is not saved yet.', yes: 'Leave', no: 'Stay', isDanger: true });

  #move(path: string, replace: boolean) {
    history[replace ? 'replaceState' : 'pushState'](null, '', BASE + path);
    this.#read();
    if (!replace) scrollTo(0, 0);
  }

  /** The browser has gone back or on already: what holds takes the visitor here again before it asks. To leave then is to go
      back, so that no address is left in the history twice. */
  #back() {
    if (this.#isSure || !this.#isHeld()) {
      this.#isSure = false;
      return this.#read();
    }
    const query = this.query.toString();
    history.pushState(null, '', BASE + this.path + (query && `?${query}`));
    void this.#ask().then((isSure) => {
      this.#isSure = isSure;
      if (isSure) history.back();
    });
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
