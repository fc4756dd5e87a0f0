import { expect, test } from 'vitest';

import { centred, kept, MAX_ZOOM, moved, resultSize, within, zoomed } from './geometry';

const PICTURE = { width: 1200, height: 800 };

test('at first all that fits is kept, from the middle', () => {
  expect(kept(PICTURE, 1, centred(PICTURE))).toEqual({ x: 200, y: 0, width: 800, height: 800 });
  expect(kept(PICTURE, 3, centred(PICTURE))).toEqual({ x: 0, y: 200, width: 1200, height: 400 });
});

test('no move and no zoom leaves the picture or the ratio', () => {
  for (const ratio of [1, 3])
    for (const [across, down, factor] of [[9, 9, 1], [-9, 0.2, 3], [0.4, -9, 100], [1, 1, 0.001]] as const) {
      const crop = zoomed(PICTURE, ratio, moved(PICTURE, ratio, centred(PICTURE), across, down), factor, { x: 0, y: 1 });
      const box = kept(PICTURE, ratio, crop);
      expect(box.x).toBeGreaterThanOrEqual(-1e-9);
      expect(box.y).toBeGreaterThanOrEqual(-1e-9);
      expect(box.x + box.width).toBeLessThanOrEqual(PICTURE.width + 1e-9);
      expect(box.y + box.height).toBeLessThanOrEqual(PICTURE.height + 1e-9);
      expect(box.width / box.height).toBeCloseTo(ratio, 9);
      expect(crop.zoom).toBeLessThanOrEqual(MAX_ZOOM);
    }
});

test('zooming keeps what is under the pointer', () => {
  const start = centred(PICTURE);
  const crop = zoomed(PICTURE, 1, start, 2, { x: 0.25, y: 0.75 });
  const [before, after] = [kept(PICTURE, 1, start), kept(PICTURE, 1, crop)];
  expect(after.x + 0.25 * after.width).toBeCloseTo(before.x + 0.25 * before.width);
  expect(after.y + 0.75 * after.height).toBeCloseTo(before.y + 0.75 * before.height);
});

test('the result is exactly of its ratio and never larger than the limit', () => {
  expect(resultSize(PICTURE, 1, centred(PICTURE), 512)).toEqual({ width: 512, height: 512 });
  const banner = resultSize({ width: 5000, height: 2000 }, 3, centred({ width: 5000, height: 2000 }), 2046);
  expect(banner).toEqual({ width: 2046, height: 682 });
  expect(resultSize({ width: 90, height: 90 }, 1, within(PICTURE, 1, { x: 0, y: 0, zoom: 1 }), 512)).toEqual({ width: 90, height: 90 });
});
