import { expect, test } from 'vitest';

import { art, elapsed } from './presence';

test('time runs, and stops at the end of a song', () => {
  const song = { name: 'Spotify', type: 2, startedAt: 1000, endsAt: 201_000 };
  expect(elapsed(song, 66_000)).toBe('1:05 of 3:20');
  expect(elapsed(song, 999_000)).toBe('3:20 of 3:20');
  expect(elapsed({ name: 'Chess', type: 0, startedAt: 0 }, 3_725_000)).toBe('1:02:05 elapsed');
  expect(elapsed({ name: 'Chess', type: 0, startedAt: 9000 }, 0)).toBe('0:00 elapsed');
  expect(elapsed({ name: 'Chess', type: 0 }, 0)).toBeNull();
});

test('pictures of other sites come through our own host', () => {
  expect(art('https://cdn.discordapp.com/a.png?x=1&y')).toBe('/api/v1/art?url=https%3A%2F%2Fcdn.discordapp.com%2Fa.png%3Fx%3D1%26y');
});
