import { describe, expect, test } from 'vitest';

import { across, area, bars, down, labelled, line, nearest, ticks } from './geometry';

const FRAME = { left: 40, top: 10, width: 200, height: 100 };

describe('ticks', () => {
  test('are round and reach over the highest value', () => {
    expect(ticks(87)).toEqual([0, 50, 100]);
    expect(ticks(40)).toEqual([0, 10, 20, 30, 40]);
    expect(ticks(1234)).toEqual([0, 500, 1000, 1500]);
  });
  test('have no fractions, also when there is almost nothing', () => {
    for (const max of [0, 1, 2, 3, 5]) expect(ticks(max).every(Number.isInteger)).toBe(true);
    expect(ticks(0)).toEqual([0, 1]);
  });
});

test('labels never need more room than there is', () => {
  for (const width of [90, 320, 1100])
    for (const length of [1, 7, 24, 90]) {
      const shown = labelled(length, width, 80);
      expect(shown[0]).toBe(0);
      expect(shown.length).toBeLessThanOrEqual(Math.max(1, Math.floor(width / 80)));
    }
  expect(labelled(0, 300, 80)).toEqual([]);
});

test('a line runs from edge to edge, and its highest value touches the highest tick', () => {
  expect(line(FRAME, [0, 10, 5], 10)).toBe('M40 110L140 10L240 60');
  expect(area(FRAME, [0, 10], 10)).toBe('M40 110L240 10L240 110L40 110Z');
  expect(across(FRAME, 0, 1)).toBe(140);
  expect(down(FRAME, 0, 0)).toBe(110);
});

test('bars keep within the frame, and a little is still seen', () => {
  const drawn = bars(FRAME, [0, 1, 10_000], 10_000);
  expect(drawn.map(({ height }) => height)).toEqual([0, 2, 100]);
  for (const { x, width } of drawn) {
    expect(x).toBeGreaterThanOrEqual(40);
    expect(x + width).toBeLessThanOrEqual(240);
  }
});

test('the pointer finds the point it is nearest to, also outside', () => {
  expect([-50, 41, 139, 500].map((x) => nearest(FRAME, x, 3))).toEqual([0, 0, 1, 2]);
  expect([41, 139, 239].map((x) => nearest(FRAME, x, 4, true))).toEqual([0, 1, 3]);
});
