// The arithmetic of a chart: where ticks stand and where lines run. No drawing here, so that it can be tested alone.

/** Round values from nothing up to at least `max`, about `wanted` of them, never with fractions. */
export function ticks(max: number, wanted = 4): number[] {
  const rough = Math.max(max, 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power);
  const top = Math.ceil(Math.max(max, 1) / step);
  return Array.from({ length: top + 1 }, (_, index) => index * step);
}

/** Which of `length` points get a label when each label needs `room` of `width`; always the first one, evenly spaced. */
export function labelled(length: number, width: number, room: number): number[] {
  if (length === 0) return [];
  const fits = Math.max(1, Math.floor(width / room));
  const step = Math.ceil(length / fits);
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}

export interface Frame { left: number; top: number; width: number; height: number; }

/** Where point `index` of `length` stands from left to right; a single one stands in the middle. */
export const across = (frame: Frame, index: number, length: number): number =>
  length > 1 ? frame.left + (index / (length - 1)) * frame.width : frame.left + frame.width / 2;

/** How high `value` stands when `top` is the highest tick. */
export const down = (frame: Frame, value: number, top: number): number => frame.top + frame.height * (1 - value / (top || 1));

const place = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

export function line(frame: Frame, values: number[], top: number): string {
  return values.map((value, index) => `${index ? 'L' : 'M'}${place(across(frame, index, values.length))} ${place(down(frame, value, top))}`).join('');
}

/** The same, closed along the bottom. */
export function area(frame: Frame, values: number[], top: number): string {
  if (values.length < 2) return '';
  const bottom = place(frame.top + frame.height);
  return `${line(frame, values, top)}L${place(frame.left + frame.width)} ${bottom}L${place(frame.left)} ${bottom}Z`;
}

export interface Bar { x: number; y: number; width: number; height: number; }

/** Ticks for bytes: round in the unit in which they are written. */
export function byteTicks(max: number): number[] {
  const unit = 1024 ** Math.floor(Math.log(Math.max(max, 1)) / Math.log(1024));
  return ticks(max / unit).map((value) => value * unit);
}

/** One bar for each value, with a gap between; what is not nothing is at least 2 high, so that it is seen. */
export function bars(frame: Frame, values: number[], top: number): Bar[] {
  const slot = frame.width / Math.max(values.length, 1);
  const width = Math.max(1, Math.min(slot * 0.72, 40));
  return values.map((value, index) => {
    const height = value > 0 ? Math.max(2, frame.height * (value / (top || 1))) : 0;
    return { x: frame.left + slot * index + (slot - width) / 2, y: frame.top + frame.height - height, width, height };
  });
}

/** The point nearest to `x`. */
export function nearest(frame: Frame, x: number, length: number, isBar = false): number {
  if (length < 2) return 0;
  const part = (x - frame.left) / frame.width;
  const index = isBar ? Math.floor(part * length) : Math.round(part * (length - 1));
  return Math.min(length - 1, Math.max(0, index));
}
