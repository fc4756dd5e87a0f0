// A copy of what is not saved yet, in this browser, so that a lost connection or a closed window costs nothing.

import type { Page } from './model';

export type Mirror = { revision: number; page: Page; at: number; tab: string };

const TAB = 'np-tab';
const name = (profile: string) => `np-draft-${profile}`;

/** Stays the same while this tab lives, also when it is loaded anew. */
function tab(): string {
  const known = sessionStorage.getItem(TAB) ?? crypto.getRandomValues(new Uint32Array(2)).join('-');
  sessionStorage.setItem(TAB, known);
  return known;
}

/** Storage may be full or forbidden: the draft is then only as safe as the connection. */
function quietly<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}

export const mirror = {
  keep: (profile: string, revision: number, page: Page) =>
    quietly(() => localStorage.setItem(name(profile), JSON.stringify({ revision, page, at: Date.now(), tab: tab() } satisfies Mirror))),

  read: (profile: string): Mirror | null => quietly(() => JSON.parse(localStorage.getItem(name(profile)) ?? 'null') as Mirror | null),

  /** What another tab keeps is its own. */
  drop: (profile: string) =>
    quietly(() => {
      if (mirror.read(profile)?.tab === tab()) localStorage.removeItem(name(profile));
    }),
};
