// Autosave: what was changed last is sent a moment later under the revision it was made from, one request at a time. A
// lost connection is tried again; a newer revision stops the saving until somebody has chosen.

import { ApiError, api } from '$lib/api';
import type { Content, Profile, ProfileWithContent } from '$lib/types';

export type SaveState = 'saved' | 'waiting' | 'saving' | 'offline' | 'failed' | 'conflict';
export type Newer = { revision: number; draft: Content; updated: string };

const QUIET = 700;
const RETRIES = [2000, 4000, 8000, 15_000, 30_000];

export class Saver {
  state: SaveState = $state('saved');
  /** Why it failed, and where in the document. */
  fault: ApiError | null = $state.raw(null);
  /** What somebody else saved in the meantime. */
  newer: Newer | null = $state.raw(null);
  revision = $state(0);
  onsaved: (profile: Profile) => void = () => {};
  /** The server has everything. */
  onclean: () => void = () => {};

  #id: string;
  #known: string;
  #wanted: Content;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #tries = 0;

  constructor({ id, revision, draft }: { id: string; revision: number; draft: Content }) {
    this.#id = id;
    this.revision = revision;
    this.#wanted = draft;
    this.#known = JSON.stringify(draft);
  }

  /** Whether the server has everything. */
  get isClean(): boolean {
    return JSON.stringify(this.#wanted) === this.#known;
  }

  touch(content: Content) {
    this.#wanted = content;
    if (this.state === 'conflict') return;
    if (this.isClean && !this.#running) {
      clearTimeout(this.#timer);
      this.state = 'saved';
      return;
    }
    if (this.state !== 'offline' && !this.#running) this.state = 'waiting';
    this.#later(this.state === 'offline' ? this.#pause() : QUIET);
  }

  /** Saves now; answers whether the server has everything. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.state === 'conflict') return false;
    while (!this.isClean || this.#running) {
      const before = this.#known;
      await (this.#running ??= this.#save().finally(() => (this.#running = null)));
      if (this.#known === before && !this.isClean) return false;
    }
    this.state = 'saved';
    return true;
  }

  /** Sends a change of the page's settings after the content, so that both agree on the revision. */
  async settle(change: Record<string, unknown>): Promise<Profile> {
    if (!(await this.flush())) throw this.fault ?? new ApiError('Save your changes first.', 0);
    return this.#send(change);
  }

  /** The document was made anew on the server. */
  adopt({ revision, draft }: ProfileWithContent) {
    clearTimeout(this.#timer);
    this.#known = JSON.stringify(draft);
    this.#wanted = draft;
    this.#calm(revision);
  }

  /** After a conflict: overwrite what is newer. */
  keepMine(): Promise<boolean> {
    this.revision = this.newer?.revision ?? this.revision;
    this.newer = null;
    this.state = 'waiting';
    return this.flush();
  }

  /** After a conflict: the newer draft is what counts. */
  takeTheirs(newer: Newer) {
    this.#known = JSON.stringify(newer.draft);
    this.#wanted = newer.draft;
    this.#calm(newer.revision);
  }

  retry() {
    if (this.state === 'offline' || this.state === 'failed') void this.flush();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #calm(revision: number) {
    this.revision = revision;
    this.newer = null;
    this.fault = null;
    this.state = 'saved';
  }

  #later(pause: number) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pause);
  }

  #pause = () => RETRIES[Math.min(this.#tries, RETRIES.length - 1)] ?? 30_000;

  async #save(): Promise<void> {
    const sent = this.#wanted;
    this.state = 'saving';
    try {
      await this.#send({ content: sent });
      this.#known = JSON.stringify(sent);
      this.#tries = 0;
      this.fault = null;
      this.state = this.isClean ? 'saved' : 'waiting';
      if (this.isClean) this.onclean();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #send(change: Record<string, unknown>): Promise<Profile> {
    try {
      const profile = await api.patch<Profile>(`/profiles/${this.#id}`, change, { ifMatch: this.revision });
      this.revision = profile.revision;
      this.onsaved(profile);
      return profile;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'revision_stale') {
        this.newer = error.data as Newer;
        this.state = 'conflict';
      }
      throw error;
    }
  }

  #failed(error: unknown) {
    if (this.state === 'conflict') return;
    this.fault = error instanceof ApiError ? error : new ApiError('The draft could not be saved.', 0);
    const isPassing = this.fault.isOffline || this.fault.status === 429 || this.fault.status >= 500;
    this.state = isPassing ? 'offline' : 'failed';
    if (!isPassing) return;
    this.#later(this.fault.retryAfter ? this.fault.retryAfter * 1000 : this.#pause());
    this.#tries += 1;
  }
}
