// The list of pages and every part of the editor as they look: two widths, light and dark.

import { expectAccessible, expectNoFaults, expectNoOverflow, expectStill, inLightAndDark } from './browser.mjs';
import { check } from './report.mjs';
import { SIZES, begin, end, rows, saved, shown } from './studio-page.mjs';
import { open, settled } from './studio.mjs';

const BLOCKS = [
  { kind: 'header' },
  { kind: 'presence' },
  { kind: 'links', title: 'Elsewhere', links: [{ label: 'Code', url: 'https://github.com/ada', note: 'Mostly engines' }, { label: 'Garden', url: 'https://ada.example/garden', icon: 'sparkles' }] },
  { kind: 'text', title: 'Now', paragraphs: ['Counting, and writing about it.', 'Letters are answered on Sundays.'] },
  { kind: 'music', title: 'Mixtape', tracks: ['USRC17607839'] },
  { kind: 'contact', title: 'Say hello', ways: [{ way: 'email', value: 'ada@example.org' }] },
];

const part = (name) => (page) => page.locator('.bench > nav').getByRole('button', { name }).click();
const form = (at) => (page) => rows(page).nth(at).locator('.head').click();
const VIEWS = {
  'editor': async () => {},
  'editor-header': form(0),
  'editor-links': async (page) => {
    await form(2)(page);
    await page.getByRole('button', { name: /^Second line, icon, more/ }).first().click();
  },
  'editor-text': form(3),
  'editor-music': form(4),
  'editor-contact': form(5),
  'editor-palette': (page) => page.locator('[data-add]').click(),
  'editor-design': part('Design'),
  'editor-colours': async (page) => {
    await part('Design')(page);
    await page.getByText('Gradient', { exact: true }).click();
    await page.getByRole('heading', { name: 'Colours' }).scrollIntoViewIfNeeded();
    await saved(page);
  },
  'editor-page': part('Page'),
  'editor-preview': async (page, size) => {
    if (size === 'phone') await part('Preview')(page);
    await shown(page).locator('[data-block="3"]').click();
  },
  'editor-desktop': async (page, size) => {
    if (size === 'phone') await part('Preview')(page);
    await page.locator('.stage label', { hasText: 'Desktop' }).click();
  },
  'editor-card': async (page, size) => {
    if (size === 'phone') await part('Preview')(page);
    await page.locator('.stage label', { hasText: 'Card' }).click();
    await page.getByRole('img', { name: /^Card of/ }).first().waitFor();
  },
  'editor-keys': (page) => page.locator('body').press('?'),
  'editor-publish': async (page) => {
    await page.locator('.bench > header .primary').click();
    await page.locator('dialog[open]').getByText(/^(Nothing to mend|Before others)/).waitFor();
  },
  'editor-published': async (page) => {
    await page.locator('.bench > header .primary').click();
    await page.getByRole('button', { name: 'Publish now' }).click();
    await page.getByRole('heading', { name: 'Your page is live' }).waitFor();
  },
  'editor-versions': async (page) => {
    await part('Page')(page);
    await page.getByRole('button', { name: 'Earlier versions' }).click();
    await page.frameLocator('iframe[title="Version 1"]').locator('[data-block="0"]').waitFor();
  },
};

export async function editorLooks(world, folder) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const looks = (visited, name) =>
      inLightAndDark(visited.page, `studio ${name}, ${size}`, 'no fault, no overflow, accessible', (colorScheme) =>
        still(visited, `${folder}/studio-${name}-${size}-${colorScheme}.png`));
    const visited = await begin(world, { size, blocks: BLOCKS });
    const { page } = visited;
    for (const [name, act] of Object.entries(VIEWS)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.reload();
      await rows(page).first().waitFor();
      await act(page, size);
      await looks(visited, name);
    }
    await end(visited);
    const list = await open(world.browser, world.studio, world.state, '', { viewport });
    await list.page.locator('.pages h2').first().waitFor();
    await looks(list, 'pages');
    await list.page.getByRole('button', { name: 'New page' }).click();
    await list.page.locator('.samples img').first().waitFor();
    await looks(list, 'new');
    await list.context.close();
  }
  await check('the editor: nothing sticks out at 320, 768, 1024 and 1600 pixels', async () => {
    for (const width of [320, 768, 1024, 1600]) {
      const visited = await begin(world, { blocks: BLOCKS, viewport: { width, height: 800 } });
      for (const name of ['Content', 'Design', 'Page']) {
        await part(name)(visited.page);
        await expectNoOverflow(visited.page);
      }
      await end(visited);
    }
  });
}

async function still(visited, path) {
  const { page } = visited;
  await settled(page);
  await page.waitForFunction(() => document.querySelectorAll('.loading, [aria-busy]').length === 0);
  await expectNoOverflow(page);
  await expectStill(page);
  await expectAccessible(page);
  await expectNoFaults(visited);
  await page.screenshot({ path });
}
