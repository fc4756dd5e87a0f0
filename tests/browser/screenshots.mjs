// The README's pictures, and those of the designs to choose among: node screenshots.mjs PATH-OF-NAMEPLATE FOLDER FOLDER-FOR-DESIGNS

import { mkdir, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { launch, visit } from './browser.mjs';
import { start } from './demo.mjs';

const MOST = 300_000;

const [binary, folder, designs] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const demo = await start(resolve(binary));
const browser = await launch();
const { page } = await visit(browser, demo.urls.find((url) => url.includes('novalune')), { viewport: { width: 1200, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' });
await page.evaluate(() => document.fonts.ready);
await page.screenshot({ path: `${folder}/page.jpg`, type: 'jpeg', quality: 88 });
const card = new URL(await page.locator('meta[property="og:image"]').getAttribute('content'));
// Every host has the card, and Node need not know that `*.localhost` is this machine.
const picture = await fetch(new URL(card.pathname, demo.local));
await writeFile(`${folder}/card.png`, Buffer.from(await picture.arrayBuffer()));
/** The designs that look best by night. */
const DARK = ['terminal', 'neon'];
const done = new Set();
for (const url of demo.urls) {
  const { page, context } = await visit(browser, url, { viewport: { width: 560, height: 700 }, deviceScaleFactor: 480 / 560, reducedMotion: 'reduce' });
  const [design] = (await page.locator('body').getAttribute('class')).split(' ');
  if (!done.has(design)) {
    await page.emulateMedia({ colorScheme: DARK.includes(design) ? 'dark' : 'light' });
    await page.evaluate(() => Promise.allSettled([document.fonts.ready, ...[...document.images].filter(({ complete }) => complete).map((image) => image.decode())]));
    const client = await context.newCDPSession(page);
    const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
    await writeFile(`${designs}/design-${design}.webp`, Buffer.from(data, 'base64'));
    done.add(design);
  }
  await context.close();
}
await browser.close();
await demo.stop();
for (const name of ['page.jpg', 'card.png']) {
  const { size } = await stat(`${folder}/${name}`);
  console.log(`${name}: ${size} bytes`);
  if (size > MOST) throw new Error(`${name} is larger than ${MOST} bytes`);
}
process.exit(0);
