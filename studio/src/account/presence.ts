// What the presence stream sends, and how it is put into words.

export interface Activity { name: string; type: number; details?: string; state?: string; startedAt?: number; endsAt?: number; largeImage?: string; largeText?: string; }
export interface Snapshot { status: 'online' | 'idle' | 'dnd' | 'offline'; activity?: Activity; updatedAt?: string; }

export const WORDS: Record<Snapshot['status'], string> = { online: 'Online', idle: 'Away', dnd: 'Do not disturb', offline: 'Offline' };
export const VERBS = ['Playing', 'Streaming', 'Listening to', 'Watching', '', 'Competing in'];

/** Pictures of other sites come through our own host. */
export const art = (url: string): string => `/api/v1/art?url=${encodeURIComponent(url)}`;

const clock = (millis: number): string => {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(seconds % 60).padStart(2, '0')].join(':');
};

/** `1:05 of 3:20`, `12:00 elapsed`, or nothing when no time is known. */
export function elapsed({ startedAt, endsAt }: Activity, now: number): string | null {
  if (startedAt === undefined) return null;
  if (endsAt !== undefined && endsAt > startedAt) return `${clock(Math.min(now, endsAt) - startedAt)} of ${clock(endsAt - startedAt)}`;
  return `${clock(now - startedAt)} elapsed`;
}
