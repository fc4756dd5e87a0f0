// A form over some fields of the account: what is saved, what is written now, and what the server says against it.

import { ApiError } from '$lib/api';
import { toasts } from '$lib/ui';

export class Draft<T extends Record<string, unknown>> {
  now = $state() as T;
  faults = $state<Record<string, string>>({});
  isBusy = $state(false);
  #saved = $state('');

  constructor(saved: T) {
    this.reset(saved);
  }

  get isDirty(): boolean {
    return JSON.stringify(this.now) !== this.#saved;
  }

  reset(saved: T): void {
    this.#saved = JSON.stringify(saved);
    this.now = JSON.parse(this.#saved) as T;
    this.faults = {};
  }

  undo(): void {
    this.reset(JSON.parse(this.#saved) as T);
  }

  /** Sends what is written. A fault with a path goes to its field, any other one into a toast. */
  async save(send: (now: T) => Promise<T>, done: string): Promise<void> {
    this.isBusy = true;
    try {
      this.reset(await send($state.snapshot(this.now) as T));
      toasts.done(done);
    } catch (error) {
      const path = error instanceof ApiError ? error.path : '';
      if (error instanceof ApiError && path && (path.split('.')[0] ?? '') in this.now) {
        this.faults = { [path]: error.message };
        toasts.say(error.message);
      } else toasts.fault(error);
    }
    this.isBusy = false;
  }
}
