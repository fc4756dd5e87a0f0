// The badges that an account can hold, in the order in which pages show them.

import type { Badges } from '$lib/types';
import type { IconName } from '$lib/ui/icons';

export interface Badge { id: string; name: string; about: string; icon: IconName; }

const ALL: (Badge & { isHeld: (badges: Badges) => boolean })[] = [
  { id: 'verified', name: 'Verified', about: 'You are who you say you are', icon: 'badge-check', isHeld: ({ verified }) => verified },
  { id: 'staff', name: 'Staff', about: 'You work for this site', icon: 'shield', isHeld: ({ staff }) => staff },
  { id: 'partner', name: 'Partner', about: 'You work with this site', icon: 'users', isHeld: ({ partner }) => partner },
  { id: 'elite', name: 'Elite bug hunter', about: 'You found many faults', icon: 'search', isHeld: ({ bugHunterTier }) => bugHunterTier === 2 },
  { id: 'hunter', name: 'Bug hunter', about: 'You found a fault', icon: 'search', isHeld: ({ bugHunterTier }) => bugHunterTier === 1 },
  { id: 'translator', name: 'Translator', about: 'You translate', icon: 'globe', isHeld: ({ translator }) => translator },
  { id: 'plus', name: 'Plus', about: 'Your plan is a paid one', icon: 'sparkles', isHeld: ({ plus }) => plus },
];

export const held = (badges: Badges): Badge[] => ALL.filter(({ isHeld }) => isHeld(badges));
