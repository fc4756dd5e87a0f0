import { expect, test } from 'vitest';
import { held } from './badges';

const badges = { verified: true, staff: false, partner: false, bugHunterTier: 2, translator: false, plus: true };

test('what goes first goes first, and what is not held is passed over', () => {
  const ids = (first?: string[]) => held(badges, first).map(({ id }) => id);
  expect(ids()).toEqual(['verified', 'bugHunter', 'plus']);
  expect(ids(['plus', 'staff', 'founder', 'bugHunter'])).toEqual(['plus', 'bugHunter', 'verified']);
});
