// The days of the usage history: the API leaves out those on which nothing was uploaded.

export interface Day { day: string; bytes: number; files: number; }

const DAY = 86_400_000;

/** The last `length` days up to `now`, by UTC, each once. */
export function dense(history: Day[], length: number, now: number): Day[] {
  const known = new Map(history.map((entry) => [entry.day, entry]));
  return Array.from({ length }, (_, index) => {
    const day = new Date(now - (length - 1 - index) * DAY).toISOString().slice(0, 10);
    return known.get(day) ?? { day, bytes: 0, files: 0 };
  });
}
