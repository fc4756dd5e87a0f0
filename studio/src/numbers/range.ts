// The time that numbers are looked at for, and how finely. Days and hours are UTC, as the server counts them.

export type Preset = '24h' | '7d' | '30d' | '90d' | 'custom';
export type Step = 'hour' | 'day';

export const PRESETS: { id: Preset; name: string }[] = [
  { id: '24h', name: '24 hours' },
  { id: '7d', name: '7 days' },
  { id: '30d', name: '30 days' },
  { id: '90d', name: '90 days' },
  { id: 'custom', name: 'Custom' },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LENGTHS: Record<Exclude<Preset, 'custom'>, number> = { '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '90d': 90 * DAY };

/** At most this long may a range be that is shown hour by hour. */
export const HOURLY_DAYS = 14;

export interface Range { from: string; to: string; by: Step; }

/** The range of a preset that ends with the hour or the day in which `now` is. */
export function presetRange(preset: Exclude<Preset, 'custom'>, now: number): Range {
  const by: Step = preset === '24h' ? 'hour' : 'day';
  const unit = by === 'hour' ? HOUR : DAY;
  const to = (Math.floor(now / unit) + 1) * unit;
  return { from: iso(to - LENGTHS[preset]), to: iso(to), by };
}

/** The range from one day to another, both included; a sentence instead when it is none. */
export function customRange(first: string, last: string, now: number): Range | string {
  const [from, lastDay] = [Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`)];
  if (Number.isNaN(from) || Number.isNaN(lastDay)) return 'Choose a first and a last day.';
  if (from > lastDay) return 'The first day comes after the last one.';
  if (from > now) return 'The first day has not begun yet.';
  if (lastDay - from >= 366 * DAY) return 'At most 366 days can be shown at once.';
  return { from: iso(from), to: iso(lastDay + DAY), by: lastDay - from < 2 * DAY ? 'hour' : 'day' };
}

/** Whether the range may be shown hour by hour. */
export const canBeHourly = ({ from, to }: Range): boolean => Date.parse(to) - Date.parse(from) <= HOURLY_DAYS * DAY;

export const query = ({ from, to, by }: Range): string => new URLSearchParams({ from, to, by }).toString();

/** `2026-05-15`, for a field of a form. */
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const iso = (at: number): string => new Date(at).toISOString();

const shortHour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** What an hour or a day is called: on an axis, and where there is room. */
export function nameOfPoint(at: string, by: Step): { short: string; long: string } {
  const date = new Date(at);
  if (by === 'day') return { short: shortDay.format(date), long: longDay.format(date) };
  return { short: shortHour.format(date), long: `${shortDay.format(date)}, ${shortHour.format(date)}` };
}
