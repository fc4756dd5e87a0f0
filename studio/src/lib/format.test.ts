import { expect, test } from 'vitest';

import { formatAgo, formatBytes, formatDuration, formatPercent } from './format';

test('sizes have the unit in which they are short', () => {
  expect([0, 1023, 1024, 1536, 52_428_800, 2_487_312, 21_474_836_480].map(formatBytes)).toEqual(['0 B', '1,023 B', '1 KiB', '1.5 KiB', '50 MiB', '2.4 MiB', '20 GiB']);
});

test('shares and times are short', () => {
  expect([formatPercent(1, 8), formatPercent(0, 0)]).toEqual(['12.5%', '0%']);
  expect([5, 65, 3700, 367_200].map(formatDuration)).toEqual(['5 s', '1 min', '1 h 1 min', '4 d 6 h']);
  const now = Date.parse('2026-05-15T12:00:00Z');
  expect(['2026-05-15T11:59:30Z', '2026-05-15T09:00:00Z', '2026-05-17T12:00:00Z'].map((at) => formatAgo(at, now))).toEqual(['just now', '3 hours ago', 'in 2 days']);
});
