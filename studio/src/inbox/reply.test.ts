import { expect, test } from 'vitest';

import { replyLink } from './reply';

test('a mail address can be answered, with the message quoted', () => {
  const link = new URL(replyLink({ replyTo: 'mary@example.org', name: 'Mary', message: 'Hi & hello?\nMary' }, 'ada.example') ?? '');
  expect(link.pathname).toBe('mary@example.org');
  expect(link.searchParams.get('subject')).toBe('Your message on ada.example');
  expect(link.searchParams.get('body')).toContain('Hello Mary,');
  expect(link.searchParams.get('body')).toContain('> Hi & hello?\r\n> Mary');
});

test('nothing that a visitor typed adds a recipient or a header', () => {
  for (const replyTo of [null, '', '@discord', 'a@b', 'x@y.org,z@y.org', 'x@y.org?bcc=z@y.org', 'x@y.org\ncc: z@y.org'])
    expect(replyLink({ replyTo, name: null, message: 'x' }, null)).toBeNull();
});
