// How times, sizes and numbers are written.

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const number = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

export const formatDay = (iso: string) => day.format(new Date(iso));
export const formatMoment = (iso: string) => moment.format(new Date(iso));
export const formatNumber = (value: number) => number.format(value);
export const formatCompact = (value: number) => compact.format(value);

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 minutes ago". */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return unit === 'second' ? 'just now' : relative.format(Math.round(seconds / length), unit);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** "3.4 MiB", in the units in which plans have their limits. */
export function formatBytes(bytes: number): string {
  let [value, step] = [bytes, 0];
  while (value >= 1024 && step < UNITS.length - 1) [value, step] = [value / 1024, step + 1];
  return `${step === 0 || value >= 100 || Number.isInteger(value) ? formatNumber(Math.round(value)) : value.toFixed(1)} ${UNITS[step]}`;
}

const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** "12.5%" of a part of a whole; nothing of nothing is "0%". */
export const formatPercent = (part: number, total: number) => share.format(total > 0 ? part / total : 0);

/** "4 d 6 h", for how long something runs. */
export function formatDuration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

/** "1 page", "2 pages". */
export const plural = (count: number, one: string, many = `${one}s`) => `${formatNumber(count)} ${count === 1 ? one : many}`;
