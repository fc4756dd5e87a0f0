// The badges that an account can hold, by the words of a page's header, in their usual order.

import type { Badges } from '$lib/types';
import type { IconName } from '$lib/ui/icons';

export interface Badge { id: string; name: string; about: string; icon: IconName; }

const ALL: (Badge & { isHeld: (badges: Badges) => boolean })[] = [
  { id: 'verified', name: 'Verified', about: 'You are who you say you are', icon: 'badge-check', isHeld: ({ verified }) => verified },
  { id: 'staff', name: 'Staff', about: 'You work for this site', icon: 'shield', isHeld: ({ staff }) => staff },
  { id: 'partner', name: 'Partner', about: 'You work with this site', icon: 'users', isHeld: ({ partner }) => partner },
  { id: 'bugHunter', name: 'Elite bug hunter', about: 'You found many faults', icon: 'search', isHeld: ({ bugHunterTier }) => bugHunterTier >= 2 },
  { id: 'bugHunter', name: 'Bug hunter', about: 'You found a fault', icon: 'search', isHeld: ({ bugHunterTier }) => bugHunterTier === 1 },
  { id: 'translator', name: 'Translator', about: 'You translate', icon: 'globe', isHeld: ({ translator }) => translator },
  { id: 'plus', name: 'Plus', about: 'Your plan is a paid one', icon: 'sparkles', isHeld: ({ plus }) => plus },
];

/** Those that are held, `first` in its order and the others after them. */
export function held(badges: Badges, first: readonly string[] = []): Badge[] {
  const place = ({ id }: Badge) => (first.includes(id) ? first.indexOf(id) : first.length);
  return ALL.filter(({ isHeld }) => isHeld(badges)).sort((one, other) => place(one) - place(other));
}
