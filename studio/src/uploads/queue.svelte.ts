// What waits to be uploaded, what is on its way and what came of it. At most two are sent at once, so that one large
// file does not keep a small one waiting and a slow line is not divided further.

import { sentence } from '$lib/api';

const PARALLEL = 2;

/** Sends one of them, tells how far it is from 0 to 1, and stops when the signal says so. */
export type Send<Task, Result> = (task: Task, onProgress: (sent: number) => void, signal: AbortSignal) => Promise<Result>;

export type State = 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled';

export class Item<Task, Result> {
  state = $state<State>('waiting');
  sent = $state(0);
  fault = $state('');
  readonly stop = new AbortController();

  constructor(
    readonly id: number,
    readonly name: string,
    readonly size: number,
    readonly task: Task,
    readonly onDone: (result: Result) => void,
  ) {}

  get isOver(): boolean {
    return this.state !== 'waiting' && this.state !== 'sending';
  }

  /** All of it counts as sent only when the server said so: until then it still stores and looks at the file. */
  get part(): number {
    return this.state === 'done' ? 1 : Math.min(0.99, this.sent);
  }
}

export class Queue<Task, Result> {
  items = $state<Item<Task, Result>[]>([]);
  #ids = 0;

  constructor(
    private readonly send: Send<Task, Result>,
    /** Told of everything that arrived. */
    public onDone: (result: Result) => void = () => {},
  ) {}

  get isBusy(): boolean {
    return this.items.some(({ isOver }) => !isOver);
  }

  /** `onDone` is told of this one alone, after who is told of all. */
  add(name: string, size: number, task: Task, onDone: (result: Result) => void = () => {}): void {
    this.items.push(new Item(this.#ids++, name, size, task, onDone));
    this.#next();
  }

  cancel(item: Item<Task, Result>): void {
    if (item.isOver) return;
    item.state = 'cancelled';
    item.stop.abort();
    this.#next();
  }

  /** Sends again what failed or was cancelled, behind what waits. */
  retry(item: Item<Task, Result>): void {
    if (item.state !== 'failed' && item.state !== 'cancelled') return;
    this.items = [...this.items.filter(({ id }) => id !== item.id), new Item(this.#ids++, item.name, item.size, item.task, item.onDone)];
    this.#next();
  }

  /** Takes away what is over. */
  clear(): void {
    this.items = this.items.filter(({ isOver }) => !isOver);
  }

  #next(): void {
    const free = PARALLEL - this.items.filter(({ state }) => state === 'sending').length;
    for (const item of this.items.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free))) void this.#start(item);
  }

  async #start(item: Item<Task, Result>): Promise<void> {
    item.state = 'sending';
    try {
      const result = await this.send(item.task, (sent) => (item.sent = sent), item.stop.signal);
      item.state = 'done';
      this.onDone(result);
      item.onDone(result);
    } catch (error) {
      // What was cancelled ends with a fault as well, and stays cancelled.
      if (item.state === 'sending') [item.state, item.fault] = ['failed', sentence(error)];
    }
    this.#next();
  }
}
