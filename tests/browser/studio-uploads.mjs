// Uploads: dropped, shown while they are sent, named, shared, put together and deleted.

import { expectAccessible, expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { drawing, open, tabTo, told } from './studio.mjs';

export async function studioUploads(browser, studio, session, folder) {
  await check('studio uploads: files that are dropped are uploaded, and one that is none says so', async () => {
    const { page, context } = await open(browser, studio, session, '/uploads');
    const tiles = page.locator('main ul.grid > li');
    const before = await tiles.count();
    const png = (await drawing(browser, 300, 200, '#00a0ff', '#ff00a0')).toString('base64');
    await drop(page, [['one.png', 'image/png', png], ['two.png', 'image/png', png], ['no.png', 'image/png', Buffer.from('no picture').toString('base64')]]);
    const waiting = page.getByRole('region', { name: /upload/i }).filter({ hasText: 'no.png' });
    await waiting.getByText('1 upload failed').waitFor();
    expect((await waiting.locator('[data-state=done]').count()) === 2, await waiting.innerText());
    const failed = waiting.locator('[data-state=failed]');
    expect((await failed.count()) === 1 && (await failed.getByRole('button', { name: 'Try again' }).isVisible()), 'the failure has no way on');
    await page.waitForFunction((count) => document.querySelectorAll('main ul.grid > li').length === count, before + 2);
    await expectAccessible(page);
    await page.screenshot({ path: `${folder}/studio-uploads-dropped.png`, fullPage: true });
    await waiting.getByRole('button', { name: 'Clear finished' }).click();
    await waiting.waitFor({ state: 'detached' });
    await context.close();
  });

  await check('studio uploads: progress is shown, and an upload on its way can be cancelled and sent again', async () => {
    const { page, context } = await open(browser, studio, session, '/uploads');
    let isHeld = true;
    const held = [];
    await page.route('**/api/v1/account/uploads', (route) => {
      if (route.request().method() === 'POST' && isHeld) held.push(route);
      else route.continue();
    });
    await drop(page, [['slow.png', 'image/png', (await drawing(browser, 300, 200, '#111', '#eee')).toString('base64')]]);
    const item = page.locator('[data-state]', { hasText: 'slow.png' });
    await item.getByRole('progressbar').waitFor();
    await page.screenshot({ path: `${folder}/studio-uploads-sending.png` });
    await item.getByRole('button', { name: 'Cancel slow.png' }).click();
    await page.locator('[data-state=cancelled]').waitFor();
    isHeld = false;
    await item.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-state=done]', { hasText: 'slow.png' }).waitFor();
    await Promise.all(held.map((route) => route.abort().catch(() => {})));
    await context.close();
  });

  await check('studio uploads: an upload is found, named and made public by keyboard', async () => {
    const visited = await open(browser, studio, session, '/uploads');
    const { page, context } = visited;
    await page.getByLabel('Search titles and codes').fill('Drawing 2');
    await page.waitForFunction(() => document.querySelectorAll('main ul.grid > li').length === 1);
    await tabTo(page, page.locator('main ul.grid > li button').first());
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Drawing 2' });
    await tabTo(page, dialog.getByRole('tab', { name: 'Share' }));
    const codes = await dialog.locator('code').allInnerTexts();
    expect(codes.length === 5 && codes.some((code) => code.includes('[img]')) && codes.some((code) => code.startsWith('<a href=')), codes.join('\n'));
    await page.keyboard.press('ArrowRight');
    await tabTo(page, dialog.getByLabel('Title'));
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Blue and green');
    await tabTo(page, dialog.getByRole('radio', { name: 'Unlisted' }));
    await page.keyboard.press('ArrowLeft');
    await tabTo(page, dialog.getByRole('button', { name: 'Save' }));
    await page.keyboard.press('Enter');
    await told(page, 'Upload saved');
    await page.getByRole('dialog', { name: 'Blue and green' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Blue and green, public' }).waitFor();
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio uploads: several files make an album, which grows and shrinks', async () => {
    const visited = await open(browser, studio, session, '/uploads');
    const { page, context } = visited;
    await page.getByRole('switch', { name: 'Put files together in an album' }).click();
    const files = await Promise.all(['#c00', '#0c0', '#00c'].map(async (colour, at) => [`part-${at}.png`, 'image/png', (await drawing(browser, 200, 200, colour)).toString('base64')]));
    await drop(page, files.slice(0, 2));
    await page.locator('[data-state=done]', { hasText: 'part-0.png and 1 more' }).waitFor();
    await page.locator('main ul.grid > li', { hasText: '2 files' }).first().locator('button').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('tab', { name: 'Files' }).click();
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Add files' }).click();
    await (await chooser).setFiles({ name: 'part-2.png', mimeType: 'image/png', buffer: Buffer.from(files[2][2], 'base64') });
    await dialog.getByText('File 3').waitFor();
    await dialog.getByRole('button', { name: 'Delete file 2' }).click();
    await page.getByRole('dialog', { name: 'Delete this file?' }).getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('File 3').waitFor({ state: 'detached' });
    await expectAccessible(page);
    await page.screenshot({ path: `${folder}/studio-uploads-album.png` });
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio uploads: an upload is deleted after a question, and its link with it', async () => {
    const visited = await open(browser, studio, session, '/uploads');
    const { page, context } = visited;
    const tile = page.locator('main ul.grid > li', { hasText: 'Drawing 4' });
    await tile.getByRole('button', { name: /^More about/ }).click();
    await page.getByRole('menuitem', { name: 'Open' }).click();
    const link = (await page.getByRole('dialog').locator('code').first().innerText()).trim();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete “Drawing 4”?' }).getByRole('button', { name: 'Delete' }).click();
    await told(page, 'Upload deleted');
    await tile.waitFor({ state: 'detached' });
    const answer = await studio.ask('localhost', new URL(link).pathname);
    expect(answer.status === 404, `the link is a ${answer.status}`);
    await expectNoFaults(visited);
    await context.close();
  });
}

/** Drops files, each a name, a type and its bytes in base64, on the window. */
async function drop(page, files) {
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, type, text] of files) {
      const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, files);
  for (const kind of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', kind, { dataTransfer: data });
}
