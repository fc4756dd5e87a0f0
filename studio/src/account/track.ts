// A track as the music route tells of it.

export interface Track { title: string | null; artist: string | null; }

export const FAULTS = {
  0: 'The track does not play. Check the connection and try again.',
  400: 'An ISRC has twelve letters and digits, such as USRC17607839.',
  404: 'The worker has no such track, or your key is switched off.',
  502: 'The music worker does not answer. Whoever runs this site can see why under Health.',
} as const satisfies Record<number, string> & Record<0 | 400, string> as Record<number, string> & Record<0 | 400, string>;

export const isIsrc = (code: string): boolean => /^[A-Z0-9]{12}$/.test(code);

/** Titles travel as UTF-8, which headers hand out byte by byte. */
const utf8 = (value: string | null): string | null =>
  value === null ? null : new TextDecoder().decode(Uint8Array.from(value, (sign) => sign.charCodeAt(0)));

export const trackOf = (headers: Headers): Track => ({ title: utf8(headers.get('x-track-title')), artist: utf8(headers.get('x-track-artist')) });
