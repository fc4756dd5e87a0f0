// A page in the editor, as the checks of the studio begin, read and end it.

import { expect } from './report.mjs';
import { open } from './studio.mjs';

export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 860 } };
export const rows = (page) => page.locator('.panel ol > [data-key]');
export const names = (page) => rows(page).locator('.head b').allInnerTexts();
export const shown = (page) => page.frameLocator('.stage iframe');
export const state = (page, name) => page.locator(`[data-save=${name}]`).waitFor({ timeout: 15_000 });
export const saved = (page) => state(page, 'saved');
export const said = (page, text) => page.waitForFunction((text) => document.querySelector('[role=status][aria-live]')?.textContent.includes(text), text, { timeout: 10_000 });
export const same = (found, wanted, what) => expect(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);

/** A page of its own for each check. */
const BLOCKS = [
  { kind: 'header' },
  { kind: 'links', title: 'Elsewhere', links: [{ label: 'Code', url: 'https://github.com/ada' }, { label: 'Garden', url: 'https://ada.example/garden' }] },
  { kind: 'text', title: 'Now', paragraphs: ['Counting.'] },
  { kind: 'divider' },
];

export async function begin(world, { size = 'desk', blocks = BLOCKS, ...settings } = {}) {
  // What blocks service workers breaks in a frame without an origin, and the studio has none.
  const visited = await open(world.browser, world.studio, world.state, '', { viewport: SIZES[size], serviceWorkers: 'allow', ...settings });
  const { page } = visited;
  const id = await page.evaluate(async (blocks) => {
    const ask = async (method, path, body, headers = {}) => {
      const { data } = await (await fetch('/api/v1/session')).json();
      const answer = await fetch(`/api/v1${path}`, { method, headers: { 'content-type': 'application/json', 'x-csrf-token': data.csrf, ...headers }, body: JSON.stringify(body) });
      const said = await answer.json();
      if (!said.ok) throw new Error(`${path}: ${said.error}`);
      return said.data;
    };
    const slug = `try-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const profile = await ask('POST', '/profiles/me', { templateID: 'tiles', slug });
    await ask('PATCH', `/profiles/${profile.id}`, { content: { schema: 1, template: 'tiles', theme: {}, blocks } }, { 'if-match': `"${profile.revision}"` });
    return profile.id;
  }, blocks);
  await page.goto(`${world.studio.origin}/studio/pages/${id}`);
  await rows(page).first().waitFor();
  return { ...visited, id };
}

/** The draft as the server has it. */
export const draft = (page, id) => page.evaluate(async (id) => (await (await fetch(`/api/v1/profiles/${id}`)).json()).data.draft, id);
export const kinds = async (page, id) => (await draft(page, id)).blocks.map(({ kind }) => kind);

export async function end({ page, context, id }) {
  await page.evaluate(async (id) => {
    const { data } = await (await fetch('/api/v1/session')).json();
    await fetch(`/api/v1/profiles/${id}`, { method: 'DELETE', headers: { 'x-csrf-token': data.csrf } });
  }, id);
  await context.close();
}

/** Picks up what is at `handle` and lets it go on `target`, in steps as a hand does. */
export async function drag(page, handle, target) {
  const [from, to] = [await handle.boundingBox(), await target.boundingBox()];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 12, to.y + to.height / 2, { steps: 12 });
  await page.mouse.move(from.x + 12, to.y + 4, { steps: 4 });
  // The rows make room in the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.mouse.up();
}
