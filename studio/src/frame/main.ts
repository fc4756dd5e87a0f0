// The preview's frame: shows the HTML that the editor hands in, without ever loading anew, so that nothing flashes and
// the place on the page stays. It runs in a sandbox with an origin of its own; nothing in it can reach the studio but
// by the messages below.

import { morph } from './morph';

type Order = { type: 'np-page'; html: string; sprite: string } | { type: 'np-show'; index: number | null } | { type?: undefined };

let shown: number | null = null;
/** It was asked for before the page that holds it. */
let isAwaited = false;

addEventListener('message', (event: MessageEvent<Order>) => {
  if (event.source !== parent) return;
  const order = event.data;
  if (order.type === 'np-page') showPage(order);
  else if (order.type === 'np-show') showBlock(order.index);
});

addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  // A player's keys do nothing here, and links lead nowhere: everything is for picking.
  if (target?.closest('a, button, input, summary')) event.preventDefault();
  const block = target?.closest<HTMLElement>('[data-block]');
  if (block) parent.postMessage({ type: 'np-pick', index: Number(block.dataset['block']) }, '*');
}, true);
addEventListener('submit', (event) => event.preventDefault(), true);

function showPage({ html, sprite }: { html: string; sprite: string }) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const script of page.querySelectorAll('script, link, base, meta')) script.remove();
  // An icon of another file is out of reach for a page without an origin: the sprite comes along.
  for (const use of page.querySelectorAll('use')) use.setAttribute('href', `#${use.getAttribute('href')?.split('#')[1] ?? ''}`);
  for (const tag of page.body.querySelectorAll<HTMLElement>('a, button, input, audio, video, textarea, select')) tag.tabIndex = -1;
  for (const media of page.body.querySelectorAll('audio, video')) media.removeAttribute('src');
  const root = document.documentElement;
  for (const name of ['lang', 'dir']) root.setAttribute(name, page.documentElement.getAttribute(name) ?? '');
  morphStyle([...page.querySelectorAll('style')].map((style) => style.textContent).join('\n'));
  for (const style of page.body.querySelectorAll('style')) style.remove();
  morph(document.body, page.body);
  giveSprite(sprite);
  if (isAwaited) showBlock(shown);
  else outline(shown);
  parent.postMessage({ type: 'np-shown' }, '*');
}

function morphStyle(css: string) {
  let style = document.head.querySelector('style');
  if (!style) document.head.append((style = document.createElement('style')));
  const whole = `${css}\n[data-block] { cursor: pointer }\n[data-np-shown] { outline: 3px solid #2f5bea; outline-offset: 6px; border-radius: 6px }\n.np-sprite { display: none }`;
  if (style.textContent !== whole) style.textContent = whole;
}

function giveSprite(sprite: string) {
  if (document.querySelector('.np-sprite')) return;
  const drawn = new DOMParser().parseFromString(sprite, 'image/svg+xml').documentElement;
  drawn.classList.add('np-sprite');
  // Beside the body, where the next page does not touch it.
  document.documentElement.append(document.adoptNode(drawn));
}

function outline(index: number | null): Element | null {
  document.querySelector('[data-np-shown]')?.removeAttribute('data-np-shown');
  const block = index === null ? null : document.querySelector(`[data-block="${index}"]`);
  block?.setAttribute('data-np-shown', '');
  return block;
}

// The sheet of the form takes room from the frame: what is shown stays in sight.
addEventListener('resize', () => showBlock(shown));

function showBlock(index: number | null) {
  shown = index;
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const block = outline(index);
  isAwaited = index !== null && block === null;
  block?.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'auto' : 'smooth' });
}

parent.postMessage({ type: 'np-ready' }, '*');
