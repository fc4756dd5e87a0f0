import { expect, test } from 'vitest';

import { ways } from './share';

const of = (title: string | null, mime = 'image/png') =>
  Object.fromEntries(ways({ url: 'https://i.example/1/a.png', shareUrl: 'https://example/p/AbC', title, mime }).map(({ id, code }) => [id, code]));

test('a picture has a link, and code for each kind of place', () => {
  expect(of('Sunset')).toEqual({
    link: 'https://example/p/AbC',
    direct: 'https://i.example/1/a.png',
    html: '<a href="https://example/p/AbC"><img src="https://i.example/1/a.png" alt="Sunset"></a>',
    markdown: '[![Sunset](https://i.example/1/a.png)](https://example/p/AbC)',
    bbcode: '[url=https://example/p/AbC][img]https://i.example/1/a.png[/img][/url]',
  });
});

test('a title cannot break out of the code', () => {
  const shared = of('"><script>alert(1)</script>](https://evil.example)');
  expect(shared.html).not.toContain('<script>');
  expect(shared.html).toContain('alt="&quot;&gt;&lt;script&gt;');
  expect(shared.markdown).toContain('\\](https://evil.example)');
});

test('a video is played in HTML and linked where it cannot be', () => {
  const shared = of(null, 'video/mp4');
  expect(shared.html).toContain('<video src=');
  expect(shared.markdown).toBe('[Video](https://example/p/AbC)');
  expect(shared.bbcode).toBe('[url]https://example/p/AbC[/url]');
});
