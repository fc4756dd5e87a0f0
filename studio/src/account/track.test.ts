import { expect, test } from 'vitest';

import { isIsrc, trackOf } from './track';

test('an ISRC is twelve letters and digits', () => {
  expect(isIsrc('USRC17607839')).toBe(true);
  for (const bad of ['', 'USRC1760783', 'USRC176078390', 'usrc17607839', 'USRC1760783/']) expect(isIsrc(bad)).toBe(false);
});

test('titles in any script are read', () => {
  const latin1 = String.fromCharCode(...new TextEncoder().encode('Café 音'));
  expect(trackOf(new Headers({ 'x-track-title': latin1 }))).toEqual({ title: 'Café 音', artist: null });
});
