// A list that the API hands out page by page, with what it is searched and filtered by.

import { api } from './api';
import { Load } from './load.svelte';

export interface Leaf<T> { items: T[]; page: number; pages: number; total: number | undefined; }
type Answer = { page: number; pages: number; total?: number } & Record<string, unknown>;

/** How long to wait for the next letter. */
const PAUSE = 250;

export class Listing<T> {
  filters = $state<Record<string, string>>({});
  page = $state(1);
  readonly load: Load<Leaf<T>>;
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** `name` is the field that holds the list. */
  constructor(path: string, name: string, filters: Record<string, string> = {}, onAnswer: (answer: Answer) => void = () => {}) {
    this.filters = filters;
    this.load = new Load(async (signal) => {
      const answer = await api.get<Answer>(path, { signal, query: { ...this.filters, page: this.page } });
      onAnswer(answer);
      return { items: answer[name] as T[], page: answer.page, pages: answer.pages, total: answer.total };
    });
    void this.load.run();
  }

  get isFiltered(): boolean {
    return Object.values(this.filters).some((value) => value !== '');
  }

  filter(change: Record<string, string>): Promise<void> {
    Object.assign(this.filters, change);
    this.page = 1;
    return this.load.run();
  }

  /** As `filter`, once no further letter comes. */
  type(change: Record<string, string>): void {
    Object.assign(this.filters, change);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.filter({}), PAUSE);
  }

  turn(page: number): Promise<void> {
    this.page = page;
    return this.load.run();
  }

  /** Puts a changed item in the place of the old one. */
  replace(isIt: (item: T) => boolean, changed: T): void {
    const leaf = this.load.value;
    if (leaf) this.load.value = { ...leaf, items: leaf.items.map((item) => (isIt(item) ? changed : item)) };
  }

  /** Takes an item away. A page that gets empty is left for the one before. */
  async remove(isIt: (item: T) => boolean): Promise<void> {
    const leaf = this.load.value;
    if (!leaf) return;
    const items = leaf.items.filter((item) => !isIt(item));
    this.load.value = { ...leaf, items, total: leaf.total === undefined ? undefined : leaf.total - (leaf.items.length - items.length) };
    if (items.length === 0) await this.turn(Math.max(1, this.page - 1));
  }
}
