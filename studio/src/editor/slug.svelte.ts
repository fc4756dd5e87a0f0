// A slug while it is typed, and what the server thinks of it.

import { ApiError, api } from '$lib/api';
import type { EligibleDomains } from '$lib/types';

const QUIET = 250;

export class SlugCheck {
  state: 'idle' | 'asking' | 'free' | 'taken' = $state('idle');
  why: string | null = $state(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  /** As a host may have it: what people type in capitals and spaces is made to fit. */
  static clean = (typed: string) => typed.toLowerCase().replace(/[\s_.]+/g, '-').replace(/[^a-z0-9-]/g, '').slice(0, 63);

  ask(slug: string, own: string | null = null) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.why = null;
    this.state = slug === '' || slug === own ? 'idle' : 'asking';
    if (this.state === 'asking') this.#timer = setTimeout(() => void this.#look(slug), QUIET);
  }

  async #look(slug: string) {
    const asking = (this.#asking = new AbortController());
    try {
      const { slug: found } = await api.get<EligibleDomains>('/profiles/eligible-domains', { query: { slug }, signal: asking.signal });
      this.state = found?.isFree ? 'free' : 'taken';
      this.why = found?.isFree ? null : (found?.why ?? 'That address is taken.');
    } catch (error) {
      if (asking.signal.aborted) return;
      this.state = 'idle';
      this.why = error instanceof ApiError ? error.message : null;
    }
  }
}
