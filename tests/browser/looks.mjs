// Every page as it looks: two widths, light and dark, with and without scripts and motion.

import { expectAccessible, expectNoFaults, expectNoOverflow, expectStill, inLightAndDark, visit } from './browser.mjs';
import { check, expect } from './report.mjs';

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };

export async function looks(browser, { name, url, status = 200 }, folder) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const visited = await visit(browser, url, { viewport, reducedMotion: 'reduce' });
    const { context, page, response } = visited;
    await inLightAndDark(page, `${name}, ${size}`, 'no fault, no overflow, no shift, accessible', async (colorScheme) => {
      expect(response.status() === status, `status ${response.status()}`);
      await seeAll(page);
      await expectNoOverflow(page);
      await expectStill(page);
      await expectAccessible(page);
      await expectNoFaults(visited);
      await shoot(page, `${folder}/${name}-${size}-${colorScheme}.png`);
      await page.setViewportSize(viewport);
    });
    await context.close();
    await check(`${name}, ${size}: all of it is there without scripts`, () => withoutScripts(browser, { name, url, size, viewport }, folder));
  }
}

/** What is written on a page but for what scripts change: presence, and the names of tracks. */
const WORDS = 'h1, h2, .handle, .bio, .label, .text p, .contact li, figcaption, footer';

async function withoutScripts(browser, { name, url, size, viewport }, folder) {
  const written = async ({ page }) => (await page.locator(WORDS).allInnerTexts()).join('\n');
  const scripted = await visit(browser, url, { viewport });
  const plain = await visit(browser, url, { viewport, javaScriptEnabled: false });
  const [expected, found] = [await written(scripted), await written(plain)];
  expect(found.trim() !== '' && found === expected, `${expected}\n--- without scripts:\n${found}`);
  const { page } = plain;
  await expectNoOverflow(page);
  for (const player of await page.locator('.music audio').all()) expect(await player.isVisible(), 'a player is hidden');
  for (const now of await page.locator('.now [data-f=status]').all()) expect((await now.innerText()).trim() !== '', 'no presence');
  await expectNoFaults(plain, false);
  await shoot(page, `${folder}/${name}-${size}-no-scripts.png`);
  await scripted.context.close();
  await plain.context.close();
}

/** Scrolls through the page, and waits for every picture and letter on it. */
async function seeAll(page) {
  await page.evaluate(async () => {
    for (let top = 0; top < document.scrollingElement.scrollHeight; top += innerHeight / 2) {
      scrollTo(0, top);
      await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
    await document.fonts.ready;
  });
  const isSeen = () => [...document.images].every(({ hidden, complete, naturalWidth }) => hidden || (complete && naturalWidth > 0));
  await page.waitForFunction(isSeen, null, { timeout: 20_000 });
}

/** All of the page in a window as high as itself: what is fixed to the window then lies behind all of it. */
async function shoot(page, path) {
  const { width } = page.viewportSize();
  const height = await page.locator('html').evaluate((html) => html.scrollHeight);
  await page.setViewportSize({ width, height });
  // Pictures that were out of sight are loaded and decoded beside the page.
  await page.evaluate(() => Promise.allSettled([...document.images].filter(({ complete }) => complete).map((image) => image.decode())));
  await page.screenshot({ path });
}
