// What a view reads from the API: nothing yet, a value, or a fault. The newest question wins, whichever answer is first.

import { toasts } from './ui/toasts.svelte';

export class Load<T> {
  value = $state.raw<T | undefined>();
  error = $state.raw<unknown>();
  isBusy = $state(false);
  #stop: AbortController | undefined;

  constructor(private readonly ask: (signal: AbortSignal) => Promise<T>) {}

  /** Asks anew; what there is stays in sight until the answer is there. */
  async run(): Promise<void> {
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    this.isBusy = true;
    try {
      const value = await this.ask(stop.signal);
      if (stop.signal.aborted) return;
      [this.value, this.error] = [value, undefined];
    } catch (error) {
      if (stop.signal.aborted) return;
      this.error = error;
    }
    this.isBusy = false;
  }
}

/** Does something that changes, and says in a toast how it went. */
export async function attempt(run: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await run();
    if (done) toasts.done(done);
    return true;
  } catch (error) {
    toasts.fault(error);
    return false;
  }
}
