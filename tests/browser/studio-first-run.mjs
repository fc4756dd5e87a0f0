// The first run: from `nameplate serve` in an empty folder to a page that everybody sees, with nothing but a browser.

import { expectAccessible, expectNoFaults, visit } from './browser.mjs';
import { check, expect } from './report.mjs';
import { saved, shown } from './studio-page.mjs';
import { startStudio, told } from './studio.mjs';

/** A bot whose Discord does not answer: the form asks who one is there. */
const BOT = { NAMEPLATE_DISCORD_TOKEN: 'a.bots.token', NAMEPLATE_DISCORD_API: 'http://127.0.0.1:9/api/v10' };
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 860 } };

export async function firstRun(browser, binary, folder) {
  for (const [size, viewport] of Object.entries(SIZES))
    await check(`an empty node leads to a finished page, ${size}`, async () => {
      const studio = await startStudio(binary, { isEmpty: true, settings: BOT });
      try {
        await walk(browser, studio, { size, viewport }, folder);
      } finally {
        await studio.stop();
      }
    });
}

async function walk(browser, studio, { size, viewport }, folder) {
  const link = studio.link();
  expect(link, 'no link is printed');
  const shoot = (page, name) => page.screenshot({ path: `${folder}/first-run-${name}-${size}.png` });
  const visited = await visit(browser, link, { viewport, reducedMotion: 'reduce', serviceWorkers: 'allow', hosts: studio.hosts });
  const { page, context } = visited;

  await page.waitForURL('**/welcome');
  await page.getByLabel('name', { exact: false }).first().fill('Ada');
  await page.locator('[name=slug]').fill('ada');
  await page.getByLabel('Discord user id').fill('123456789012345678');
  await page.locator('[name=template][value=tiles]').check({ force: true });
  await expectAccessible(page);
  await shoot(page, '1-welcome');
  const wish = page.locator('[name=publish]');
  if (await wish.isChecked()) await wish.uncheck({ force: true });
  await page.locator('form button[type=submit], form button:not([type])').last().click();

  await page.waitForURL('**/studio/pages/*');
  await page.locator('[data-add]').click();
  await page.keyboard.type('github.com/ada');
  await page.getByRole('option', { name: /GitHub/ }).waitFor();
  await page.keyboard.press('Enter');
  await told(page, 'added').catch(() => {});
  await saved(page);
  if (size === 'phone') await page.locator('.bench > nav').getByRole('button', { name: 'Preview' }).click();
  await shown(page).locator('a[href="https://github.com/ada"]').waitFor();
  await shoot(page, '2-editor');
  await page.locator('.bench > header .primary').click();
  await page.getByRole('button', { name: 'Publish now' }).click();
  const door = page.getByRole('link', { name: 'Open the page' }).last();
  await door.waitFor();
  await shoot(page, '3-live');
  const address = await door.getAttribute('href');
  await expectNoFaults(visited);

  const seen = await visit(browser, address, { viewport, reducedMotion: 'reduce' });
  expect(seen.response.status() === 200, `the page answers ${seen.response.status()}`);
  await seen.page.getByRole('heading', { name: 'Ada' }).waitFor();
  await seen.page.locator('body.tiles a[href="https://github.com/ada"]').waitFor();
  await expectAccessible(seen.page);
  await expectNoFaults(seen);
  await shoot(seen.page, '4-page');
  const card = new URL(await seen.page.locator('meta[property="og:image"]').getAttribute('content'));
  const picture = await studio.ask('ada.localhost', card.pathname);
  expect(picture.status === 200 && picture.mime === 'image/png', `the card answers ${picture.status} ${picture.mime}`);
  await seen.context.close();
  await context.close();
}
