import { expect, test } from 'vitest';

import { dense } from './history';

test('each day up to today is there once, also those without uploads', () => {
  const days = dense([{ day: '2026-02-27', bytes: 5, files: 1 }, { day: '2020-01-01', bytes: 9, files: 1 }], 4, Date.parse('2026-03-01T00:00:01Z'));
  expect(days.map(({ day, bytes }) => `${day} ${bytes}`)).toEqual(['2026-02-26 0', '2026-02-27 5', '2026-02-28 0', '2026-03-01 0']);
});
