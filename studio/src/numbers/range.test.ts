import { expect, test } from 'vitest';

import { canBeHourly, customRange, nameOfPoint, presetRange, query } from './range';

const NOW = Date.parse('2026-05-15T12:34:56Z');

test('a preset ends with what is now, and is as long as it says', () => {
  expect(presetRange('24h', NOW)).toEqual({ from: '2026-05-14T13:00:00.000Z', to: '2026-05-15T13:00:00.000Z', by: 'hour' });
  expect(presetRange('7d', NOW)).toEqual({ from: '2026-05-09T00:00:00.000Z', to: '2026-05-16T00:00:00.000Z', by: 'day' });
});

test('both days of a custom range are in it', () => {
  expect(customRange('2026-05-01', '2026-05-10', NOW)).toEqual({ from: '2026-05-01T00:00:00.000Z', to: '2026-05-11T00:00:00.000Z', by: 'day' });
  expect(customRange('2026-05-10', '2026-05-10', NOW)).toMatchObject({ by: 'hour' });
});

test('what is no range is told in a sentence', () => {
  expect(customRange('', '2026-05-10', NOW)).toMatch(/Choose/);
  expect(customRange('2026-05-11', '2026-05-10', NOW)).toMatch(/comes after/);
  expect(customRange('2026-06-01', '2026-06-02', NOW)).toMatch(/not begun/);
  expect(customRange('2020-01-01', '2026-05-10', NOW)).toMatch(/At most/);
});

test('a short range may be hourly, a long one may not', () => {
  expect(canBeHourly(presetRange('7d', NOW))).toBe(true);
  expect(canBeHourly(presetRange('30d', NOW))).toBe(false);
  expect(query(presetRange('7d', NOW))).toBe('from=2026-05-09T00%3A00%3A00.000Z&to=2026-05-16T00%3A00%3A00.000Z&by=day');
});

test('hours and days are named by UTC, as they are counted', () => {
  expect(nameOfPoint('2026-05-15T23:00:00.000Z', 'hour')).toEqual({ short: '23:00', long: '15 May, 23:00' });
  expect(nameOfPoint('2026-05-15T00:00:00.000Z', 'day')).toEqual({ short: '15 May', long: 'Fri, 15 May 2026' });
});
