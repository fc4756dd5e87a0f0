// The account by mouse and by keyboard: words, pictures, keys, sessions, blocks, presence, and the way out.

import { readFile } from 'node:fs/promises';

import { expectAccessible, expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { ADA, drawing, GRACE, MALLORY, open, tabTo, told } from './studio.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

export async function studioAccount(browser, studio, session, folder) {
  await check('studio account: what is written is saved, and a fault stands at its field', async () => {
    const visited = await open(browser, studio, session, '/account');
    const { page, context } = visited;
    const form = page.locator('form', { has: page.getByRole('heading', { name: 'Name and bio' }) });
    const save = form.getByRole('button', { name: 'Save' });
    expect(await save.isDisabled(), 'it can be saved although nothing was written');
    await form.getByRole('textbox', { name: 'Bio' }).fill('Poetical science.');
    await save.click();
    await told(page, 'Profile saved');
    await page.reload();
    await form.getByRole('textbox', { name: 'Bio' }).waitFor();
    expect((await form.getByRole('textbox', { name: 'Bio' }).inputValue()) === 'Poetical science.', 'it was not saved');
    await expectNoFaults(visited);
    await form.getByRole('textbox', { name: 'Username' }).fill('x');
    await save.click();
    const field = form.getByRole('textbox', { name: 'Username' });
    await form.locator('.error').waitFor();
    expect((await field.getAttribute('aria-invalid')) === 'true' && (await field.inputValue()) === 'x', 'the field is not at fault, or what was written is lost');
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Undo' }).click();
    expect((await field.inputValue()) === 'ada_l', 'undo does not bring back what is saved');
    await context.close();
  });

  await check('studio account: whoever leaves with something unsaved is asked first', async () => {
    const visited = await open(browser, studio, session, '/account');
    const { page, context } = visited;
    const bio = page.getByRole('textbox', { name: 'Bio' });
    await bio.fill('Half a sentence');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await page.getByRole('link', { name: 'Plan and usage' }).click();
    await question.getByRole('button', { name: 'Stay' }).click();
    expect((await bio.inputValue()) === 'Half a sentence', 'what was written is lost');
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    expect((await asked).type() === 'beforeunload', 'the browser does not ask');
    await (await asked).dismiss();
    await page.getByRole('link', { name: 'Plan and usage' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/account/plan');
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: the back button asks before it leaves something unsaved, and then goes back', async () => {
    const visited = await open(browser, studio, session, '/inbox');
    const { page, context } = visited;
    await page.getByRole('link', { name: 'Account' }).first().click();
    const bio = page.getByRole('textbox', { name: 'Bio' });
    await bio.fill('Half a sentence');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    for (let time = 0; time < 2; time += 1) {
      await page.goBack();
      await question.waitFor();
      await expectAccessible(page);
      await question.getByRole('button', { name: 'Stay' }).click();
      await question.waitFor({ state: 'hidden' });
      expect(page.url().endsWith('/account') && (await bio.inputValue()) === 'Half a sentence', `what was written is lost at ${page.url()}`);
    }
    await page.goBack();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/inbox');
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await page.goForward();
    await bio.waitFor();
    expect((await bio.inputValue()) !== 'Half a sentence', 'what was left is still there');
    await page.goBack();
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: a picture is cropped by keyboard, and exactly that part becomes the avatar', async () => {
    const visited = await open(browser, studio, session, '/account');
    const { page, context } = visited;
    await choose(page, 'picture', await drawing(browser, 900, 600, '#ff0000', '#0000ff'));
    const dialog = page.getByRole('dialog', { name: 'Profile picture' });
    await expectAccessible(page);
    await tabTo(page, dialog.getByRole('group', { name: 'Picture' }));
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('+');
    for (let press = 0; press < 6; press += 1) await page.keyboard.press('Shift+ArrowRight');
    await dialog.screenshot({ path: `${folder}/studio-crop-avatar.png` });
    await tabTo(page, dialog.getByRole('button', { name: 'Use this picture' }));
    await page.keyboard.press('Enter');
    await told(page, 'Profile picture saved');
    const avatar = await seen(studio, page, page.locator('main .face img'));
    expect(avatar.width === avatar.height && avatar.left === 'blue' && avatar.right === 'blue', `the avatar is ${JSON.stringify(avatar)}`);
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: a banner is cropped by touch, and is three times as wide as high', async () => {
    const visited = await open(browser, studio, session, '/account', PHONE);
    const { page, context } = visited;
    await choose(page, 'banner', await drawing(browser, 1500, 900, '#ff0000', '#0000ff'));
    const dialog = page.getByRole('dialog', { name: 'Banner' });
    const slider = dialog.getByRole('slider', { name: 'Zoom' });
    await slider.fill('4');
    const box = await dialog.getByRole('group', { name: 'Picture' }).boundingBox();
    await swipe(page, { x: box.x + box.width * 0.2, y: box.y + box.height / 2 }, box.width * 0.75, 4);
    await dialog.screenshot({ path: `${folder}/studio-crop-banner.png` });
    await dialog.getByRole('button', { name: 'Use this picture' }).click();
    await told(page, 'Banner saved');
    const banner = await seen(studio, page, page.locator('main .banner img'));
    expect(Math.abs(banner.width / banner.height - 3) < 0.01 && banner.left === 'red' && banner.right === 'red', `the banner is ${JSON.stringify(banner)}`);
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: a key is hidden, shown, and replaced by keyboard after a question', async () => {
    const visited = await open(browser, studio, session, '/account/keys');
    const { page, context } = visited;
    const panel = page.getByRole('region', { name: 'Relay key' });
    expect(!/\w{32}/.test(await panel.innerText()), 'the key is in sight');
    await tabTo(page, panel.getByRole('button', { name: 'Show the relay key' }));
    await page.keyboard.press('Enter');
    const before = (await panel.locator('code').innerText()).trim();
    await tabTo(page, panel.getByRole('button', { name: 'Replace' }));
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog');
    await tabTo(page, question.getByRole('button', { name: 'Replace' }));
    await page.keyboard.press('Enter');
    await told(page, 'Relay key replaced');
    const after = (await panel.locator('code').innerText()).trim();
    expect(/^[A-Za-z0-9]{32}$/.test(after) && after !== before, `${before} became ${after}`);
    const [old, fresh] = await Promise.all([before, after].map((key) => studio.ask('relay.localhost', '/users/@me', { headers: { 'relay-key': key } })));
    expect(old.status === 401 && fresh.status === 200, `the old key: ${old.status}, the new one: ${fresh.status}`);
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: another session is listed and ended, and this one stays', async () => {
    const other = await open(browser, studio, await studio.signIn(browser, ADA), '/inbox');
    const visited = await open(browser, studio, session, '/account/sessions');
    const { page, context } = visited;
    const rows = page.getByRole('region', { name: 'Sessions' }).getByRole('listitem');
    const count = await rows.count();
    expect(count >= 2 && (await rows.filter({ hasText: 'This one' }).count()) === 1, `${count} sessions`);
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End them' }).click();
    await told(page, 'All other sessions ended');
    expect((await rows.count()) === 1, 'others are still listed');
    await other.page.goto(`${studio.origin}/studio/inbox`);
    await other.page.waitForURL('**/login**');
    await page.reload();
    await rows.first().waitFor();
    await expectNoFaults(visited);
    await Promise.all([context.close(), other.context.close()]);
  });

  await check('studio account: somebody is blocked, unblocked, and blocked again by undo', async () => {
    const visited = await open(browser, studio, session, '/account/blocks');
    const { page, context } = visited;
    await page.getByLabel('User id').fill(GRACE);
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await told(page, 'User blocked');
    await page.getByRole('button', { name: 'Unblock Grace Hopper' }).click();
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Unblock Grace Hopper' }).click();
    await page.getByText('You have blocked nobody.').waitFor();
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: presence is live, and gone when sharing is switched off', async () => {
    const visited = await open(browser, studio, session, '/account/presence');
    const { page, context } = visited;
    const body = JSON.stringify({ status: 'dnd', activity: { name: 'Chess', type: 0, details: 'Endgame' } });
    const put = await fetch(`${studio.internal}/presence/${ADA}`, { method: 'PUT', body });
    expect(put.status === 204, `PUT /presence: ${put.status}`);
    const live = page.getByRole('region', { name: 'As visitors see it now' });
    await live.getByText('Endgame').waitFor({ timeout: 2_000 });
    await page.screenshot({ path: `${folder}/studio-presence-live.png`, fullPage: true });
    await page.getByRole('switch', { name: 'Share my presence' }).click();
    await live.getByText('Offline').waitFor();
    await page.getByRole('region', { name: 'Why am I not shown?' }).getByRole('listitem').first().waitFor();
    await page.getByRole('switch', { name: 'Share my presence' }).click();
    await told(page, 'Your presence is shared');
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio account: everything can be taken along as one file', async () => {
    const visited = await open(browser, studio, session, '/account/data');
    const { page, context } = visited;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything' }).click()]);
    const exported = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(JSON.stringify(exported).includes(ADA), 'the account is not in it');
    await context.close();
  });

  await check('studio account: an account is deleted only after its name was typed, and its page is gone', async () => {
    const { page, context } = await open(browser, studio, await studio.signIn(browser, MALLORY), '/account/data');
    await page.getByRole('button', { name: 'Delete my account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    const go = dialog.getByRole('button', { name: 'Delete for good' });
    await dialog.getByLabel('Username').fill('mallor');
    expect(await go.isDisabled(), 'half a name is enough');
    await dialog.getByLabel('Username').fill('mallory');
    await expectAccessible(page);
    await go.click();
    await page.waitForURL(`${studio.origin}/`);
    const answer = await studio.ask('mallory.localhost', '/');
    expect(answer.status === 404, `the page is a ${answer.status}`);
    await context.close();
  });
}

async function choose(page, what, buffer) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: new RegExp(`(Change|Add a) ${what}`) }).click();
  await (await chooser).setFiles({ name: 'drawing.png', mimeType: 'image/png', buffer });
  await page.locator('dialog canvas').waitFor();
}

/** Moves one finger to the right, a few times. */
async function swipe(page, { x, y }, distance, times) {
  const client = await page.context().newCDPSession(page);
  for (let turn = 0; turn < times; turn += 1) {
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    for (let step = 1; step <= 8; step += 1)
      await client.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + (distance * step) / 8, y }] });
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }
}

/** How large the picture of an element is, and of which colour at its edges. */
async function seen(studio, page, locator) {
  await locator.waitFor();
  const { hostname, pathname, search } = new URL(await locator.getAttribute('src'), studio.origin);
  const { bytes, mime } = await studio.ask(hostname, pathname + search);
  return page.evaluate(async (src) => {
    const image = Object.assign(new Image(), { src });
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
    const paper = canvas.getContext('2d', { willReadFrequently: true });
    paper.drawImage(image, 0, 0);
    const colour = (x) => {
      const [red, , blue] = paper.getImageData(x, canvas.height / 2, 1, 1).data;
      return red > blue ? 'red' : 'blue';
    };
    return { width: canvas.width, height: canvas.height, left: colour(4), right: colour(canvas.width - 5) };
  }, `data:${mime};base64,${bytes.toString('base64')}`);
}
