// The player, by keyboard alone.

import { expectAccessible, expectNoFaults, visit } from './browser.mjs';
import { check, expect } from './report.mjs';

export async function player(browser, name, url, folder) {
  await check(`${name}: the player works by keyboard, and nothing plays by itself`, async () => {
    const visited = await visit(browser, url, { viewport: { width: 390, height: 844 } });
    const { page, context } = visited;
    const audio = page.locator('.music audio').first();
    const state = () => audio.evaluate(({ paused, currentTime, volume, muted, src }) => ({ paused, currentTime, volume, muted, src }));
    expect((await state()).paused, 'it plays before anybody asked');

    await tabTo(page, 'play');
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    expect(ring, 'the focus cannot be seen');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.music audio').currentTime > 0.3, null, { timeout: 10_000 });
    expect(!(await state()).paused && (await label(page, 'play')) === 'Pause', 'it does not play');
    await expectAccessible(page);
    await page.locator('.music').screenshot({ path: `${folder}/${name}-player.png` });

    await tabTo(page, 'seek', 'Shift+Tab');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageUp');
    await page.waitForFunction(() => document.querySelector('.music audio').currentTime > 5, null, { timeout: 10_000 });

    await tabTo(page, 'volume');
    const { volume } = await state();
    // Down is less in every direction of writing.
    await page.keyboard.press('ArrowDown');
    expect((await state()).volume < volume, 'the volume stays');
    await tabTo(page, 'mute', 'Shift+Tab');
    await page.keyboard.press('Space');
    expect((await state()).muted && (await label(page, 'mute')) === 'Unmute', 'it is not muted');

    const next = page.locator('.music [data-f=next]');
    if (await next.isVisible()) {
      const before = await state();
      await tabTo(page, 'next', 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.waitForFunction((src) => document.querySelector('.music audio').src !== src, before.src, { timeout: 5_000 });
    }
    await tabTo(page, 'play', 'Shift+Tab');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('.music audio').paused, null, { timeout: 5_000 });
    await expectNoFaults(visited);
    await context.close();
  });
}

const label = (page, slot) => page.locator(`.music [data-f=${slot}]`).getAttribute('aria-label');

/** Goes on by keyboard until a slot of the player has the focus. */
async function tabTo(page, slot, key = 'Tab') {
  for (let press = 0; press < 200; press += 1) {
    if ((await page.evaluate(() => document.activeElement?.dataset?.f)) === slot) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${slot} is out of the keyboard's reach`);
}
