// Who is signed in, read once before anything is shown.

import { readSession } from './api';
import type { Session } from './types';

class Store {
  #session: Session | null = $state(null);

  async load(): Promise<void> {
    this.#session = await readSession();
  }

  get isReady(): boolean {
    return this.#session !== null;
  }

  /** Views are shown only when there is one. */
  get now(): Session {
    if (!this.#session) throw new Error('the session is not loaded');
    return this.#session;
  }

  set unread(count: number) {
    if (this.#session) this.#session.unread = count;
  }
}

export const session = new Store();
