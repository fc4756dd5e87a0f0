import { expect, test } from 'vitest';

import { ApiError } from '$lib/api';
import { Draft } from './draft.svelte';

test('it is dirty only while it differs, and undo brings back what is saved', () => {
  const draft = new Draft({ bio: 'a', name: 'b' });
  expect(draft.isDirty).toBe(false);
  draft.now.bio = 'c';
  expect(draft.isDirty).toBe(true);
  draft.now.bio = 'a';
  expect(draft.isDirty).toBe(false);
  draft.now.name = 'x';
  draft.undo();
  expect(draft.now).toEqual({ bio: 'a', name: 'b' });
});

test('what the server made of it is what is saved', async () => {
  const draft = new Draft({ bio: 'a' });
  draft.now.bio = '  b ';
  await draft.save(({ bio }) => Promise.resolve({ bio: bio.trim() }), 'Saved');
  expect(draft.now.bio).toBe('b');
  expect(draft.isDirty).toBe(false);
});

test('a fault stands at its field, and nothing that was written is lost', async () => {
  const draft = new Draft({ username: 'ada', socials: { github: '' } });
  draft.now.username = 'taken';
  await draft.save(() => Promise.reject(new ApiError('The username is taken.', 409, 'username_taken', 'username')), 'Saved');
  expect(draft.faults).toEqual({ username: 'The username is taken.' });
  expect(draft.now.username).toBe('taken');
  expect(draft.isDirty && !draft.isBusy).toBe(true);
  await draft.save(() => Promise.reject(new ApiError('No.', 400, '', 'socials.github')), 'Saved');
  expect(draft.faults).toEqual({ 'socials.github': 'No.' });
});
