// Every view outside the editor as it looks: two widths, light and dark, full and empty.

import { expectAccessible, expectNoFaults, expectNoOverflow, expectStill, inLightAndDark } from './browser.mjs';
import { check } from './report.mjs';
import { open, settled } from './studio.mjs';

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
const ACCOUNT = ['', 'plan', 'presence', 'music', 'contact', 'keys', 'blocks', 'sessions', 'data'];
const OPERATOR = ['', 'pages', 'domains', 'reports', 'badges', 'health', 'audit'];

const FULL = [
  ...ACCOUNT.map((part) => ({ name: `account-${part || 'profile'}`, path: `/account/${part}` })),
  { name: 'uploads', path: '/uploads' },
  { name: 'upload', path: '/uploads', act: (page) => page.locator('main li button').first().click() },
  { name: 'numbers', path: '/numbers' },
  { name: 'numbers-table', path: '/numbers', act: (page) => page.locator('label[title=Table]').click() },
  { name: 'inbox', path: '/inbox' },
  { name: 'inbox-message', path: '/inbox', act: (page) => page.locator('main li button').first().click() },
  ...OPERATOR.map((part) => ({ name: `operator-${part || 'users'}`, path: `/operator/${part}` })),
  { name: 'operator-user', path: '/operator', act: (page) => page.locator('main li button').first().click() },
  { name: 'operator-rights', path: '/operator', act: rights },
];
const EMPTY = ['uploads', 'numbers', 'inbox', 'account'].map((view) => ({ name: `empty-${view}`, path: `/${view}` }));

/** `full` and `empty` are the sessions of somebody who has everything, and of somebody who has nothing. */
export async function studioLooks(browser, studio, { full, empty }, folder) {
  for (const view of FULL) await looks(browser, studio, full, view, folder);
  for (const view of EMPTY) await looks(browser, studio, empty, view, folder);
  await check('studio, wide: nothing sticks out at 1600 pixels, nor at 320', async () => {
    for (const width of [320, 1600])
      for (const path of ['/account', '/uploads', '/numbers', '/inbox', '/operator', '/operator/audit']) {
        const { page, context } = await open(browser, studio, full, path, { viewport: { width, height: 900 } });
        await expectNoOverflow(page);
        await context.close();
      }
  });
}

async function looks(browser, studio, session, { name, path, act }, folder) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const visited = await open(browser, studio, session, path, { viewport });
    const { page, context } = visited;
    await expectStill(page);
    if (act) {
      await act(page);
      await settled(page);
    }
    await inLightAndDark(page, `studio ${name}, ${size}`, 'no fault, no overflow, accessible', async (colorScheme) => {
      await expectNoOverflow(page);
      await expectAccessible(page);
      await expectNoFaults(visited);
      await shoot(page, viewport, `${folder}/studio-${name}-${size}-${colorScheme}.png`, !act);
    });
    await context.close();
  }
}

async function rights(page) {
  await page.locator('main li button').first().click();
  await page.getByRole('tab', { name: 'Plan and badges' }).click();
}

/** All of the view; a window over it is as high as the screen. */
async function shoot(page, viewport, path, isWhole) {
  if (isWhole) await page.setViewportSize({ ...viewport, height: await page.locator('html').evaluate((html) => html.scrollHeight) });
  await page.screenshot({ path });
  await page.setViewportSize(viewport);
}
