// How the states of a page are coloured.

import type { Status } from '$lib/types';

export const TONES: Record<Status, 'plain' | 'ok' | 'warn' | 'danger' | 'accent'> = {
  draft: 'plain', live: 'ok', scheduled: 'accent', expired: 'warn', suspended: 'danger',
};
