import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import type { Content } from '$lib/types';
import { MARKS } from './marks';
import { KINDS, blank, cleanIsrc, cleanUrl, complete, copyOf, paragraphsOf, toPage, wayFault } from './model';

const whole: Content = {
  schema: 1,
  template: 'tiles',
  theme: { accent: '#ff6b4a', scheme: 'auto' },
  blocks: [
    { kind: 'header', bio: false, badgeOrder: ['plus', 'verified'] },
    { kind: 'links', title: 'Elsewhere', style: 'icons', links: [{ label: 'Code', url: 'https://github.com/ada', note: 'Engines', icon: 'star', me: true }] },
    { kind: 'text', title: 'Now', paragraphs: ['One\nline more', 'Two'] },
    { kind: 'image', url: '/AbCd1234.png', alt: 'A cat', caption: 'Mog' },
    { kind: 'gallery', limit: 3 },
    { kind: 'presence' },
    { kind: 'music', title: 'Mixtape', tracks: ['USRC17607839'] },
    { kind: 'contact', ways: [{ way: 'email', value: 'ada@example.org' }], form: { email: true } },
    { kind: 'contact', form: { discord: true } },
    { kind: 'divider' },
  ],
  hideFooter: true,
};

test('a document that is whole comes back as it was', () => {
  const { content, places } = complete(toPage(whole));
  expect(content).toEqual(whole);
  expect(places).toEqual(whole.blocks.map((_, at) => at));
});

test('what is not finished is left out of the document, and its place is known', () => {
  const page = toPage(whole);
  page.blocks.splice(1, 0, blank('links'), blank('text'), blank('image'), blank('music'), blank('contact'));
  const { content, places } = complete(page);
  expect(content).toEqual(whole);
  expect(places).toEqual([0, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
});

test('half of a block stands in the document when the other half is missing', () => {
  const page = toPage({ schema: 1, template: 'minimal', theme: {}, blocks: [] });
  page.blocks.push({ key: 1, kind: 'links', title: ' ', links: [{ key: 2, label: '', url: 'github.com/ada' }, { key: 3, label: 'Nowhere', url: '' }] });
  expect(complete(page).content.blocks).toEqual([{ kind: 'links', links: [{ label: 'github.com', url: 'https://github.com/ada' }] }]);
});

const schema = JSON.parse(readFileSync(new URL('../../../docs/content.schema.json', import.meta.url), 'utf8')) as { $defs: { Link: { properties: { icon: { enum: (string | null)[] } } } } };

test('every icon of the schema can be picked', () => {
  expect(MARKS).toEqual(schema.$defs.Link.properties.icon.enum.filter((name) => name !== null));
});

test('every kind of block of the schema can be added', () => {
  const kinds = [...JSON.stringify(schema).matchAll(/"kind":\{[^}]*"const":"(\w+)"/g)].map(([, kind]) => kind);
  expect(new Set(kinds)).toEqual(new Set(KINDS.map(({ kind }) => kind)));
});

test('a copy has keys of its own', () => {
  const [block] = toPage(whole).blocks.slice(1);
  const copy = copyOf(block as never);
  expect(copy.key).not.toBe(block?.key);
  expect(copy.kind === 'links' && block?.kind === 'links' && copy.links[0]?.key !== block.links[0]?.key).toBe(true);
});

describe('what people type', () => {
  test.each([
    ['github.com/ada', 'https://github.com/ada'],
    [' https://example.org/a?b#c ', 'https://example.org/a?b#c'],
    ['ada@example.org', 'mailto:ada@example.org'],
    ['tel:+123', 'tel:+123'],
    ['localhost:3000/x', 'https://localhost:3000/x'],
    ['hello', null],
    ['two words.com', null],
    ['javascript:alert(1)', null],
    ['https://user:pass@example.org', null],
    ['', null],
  ])('%s leads to %s', (typed, url) => expect(cleanUrl(typed)).toBe(url));

  test('an ISRC may have dashes', () => {
    expect(cleanIsrc('us-rc1-76-07839')).toBe('USRC17607839');
    expect(cleanIsrc('USRC1760783')).toBeNull();
  });

  test('paragraphs stand between empty lines', () => {
    expect(paragraphsOf('a\nb\n\n\n c \r\n \nd')).toEqual(['a\nb', 'c', 'd']);
    expect(paragraphsOf(' \n\n ')).toEqual([]);
  });

  test('ways to reach somebody have their shapes', () => {
    expect(wayFault({ way: 'email', value: 'a@b' })).toBeNull();
    expect(wayFault({ way: 'email', value: 'a@b?subject=x' })).not.toBeNull();
    expect(wayFault({ way: 'matrix', value: '@a:b' })).toBeNull();
    expect(wayFault({ way: 'phone', value: 'call me' })).not.toBeNull();
    expect(wayFault({ way: 'discord', value: 'ada' })).toBeNull();
  });
});
