// The page as the server draws it, a moment after the last change.

import { ApiError, api } from '$lib/api';
import type { Content } from '$lib/types';

const QUIET = 120;

export class Preview {
  html = $state.raw('');
  /** Why the last try failed; what is shown is then older than what was typed. */
  fault: ApiError | null = $state.raw(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  constructor(readonly profile: string) {}

  /** The first time at once. */
  ask(content: Content, scheme: 'light' | 'dark') {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(content, scheme), this.#asking ? QUIET : 0);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  /** What share cards are labelled with: it stands in the head of the page. */
  get head() {
    // Without its style, which the policy of the studio would report.
    const page = new DOMParser().parseFromString(this.html.replace(/<style[\s\S]*?<\/style>/g, ''), 'text/html');
    const meta = (name: string) => page.querySelector(`meta[property="${name}"], meta[name="${name}"]`)?.getAttribute('content') ?? '';
    return { title: meta('og:title') || page.title, description: meta('og:description'), site: meta('og:site_name'), colour: meta('theme-color') };
  }

  async #refresh(content: Content, scheme: 'light' | 'dark') {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    try {
      const response = await api.raw(`/profiles/${this.profile}/preview`, { content, scheme }, { signal: asking.signal });
      this.html = await response.text();
      this.fault = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      this.fault = error instanceof ApiError ? error : new ApiError('The preview cannot be shown.', 0);
    }
  }
}
