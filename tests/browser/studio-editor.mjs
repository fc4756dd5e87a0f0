// The editor as people use it: with a mouse, with a finger, by keyboard alone, in two tabs, and without a connection.

import { expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { begin, drag, draft, end, kinds, names, rows, said, same, saved, shown, state } from './studio-page.mjs';
import { drawing, tabTo, told } from './studio.mjs';

/** The most that the first load of the editor may take, compressed. */
const BUDGET = 120_000;

/** `world` is the browser, the node, and the state of somebody who is signed in. */
export async function editor(world) {
  await check('the first load of the editor is small', () => budget(world));
  await check('the page is edited with a mouse', () => byMouse(world));
  await check('the page is edited with a finger', () => byTouch(world));
  await check('the page is edited by keyboard alone', () => byKeyboard(world));
  await check('an address that is pasted becomes a link', () => byPaste(world));
  await check('links within a block are put in order', () => linksInOrder(world));
  await check('badges are put in order, by mouse and by keyboard', () => badgesInOrder(world));
  await check('a picture that is dropped in the editor appears in the preview', () => byDrop(world));
  await check('the preview and the forms find each other, on a desk and on a phone', () => picks(world));
  await check('steps are undone and done again', () => undoing(world));
  await check('a second tab never overwrites silently', () => twoTabs(world));
  await check('a lost connection costs nothing', () => offline(world));
  await check('a window that is closed without a connection costs nothing', () => closedOffline(world));
  await check('what is not finished is kept out of the page, and said', () => unfinished(world));
  await check('a page is published, changed, put back and discarded', () => publishing(world));
}

async function budget(world) {
  const visited = await begin(world);
  const { page, context } = visited;
  const fresh = await context.newPage();
  const client = await context.newCDPSession(fresh);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  const kinds = new Map();
  let bytes = 0;
  let previews = 0;
  client.on('Network.requestWillBeSent', ({ request }) => (previews += request.url.endsWith('/preview')));
  client.on('Network.responseReceived', ({ requestId, type, response }) => kinds.set(requestId, `${type} ${response.url}`));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? '';
    if (/^(Document|Script|Stylesheet)|\/studio\/assets\//.test(kind) && !kind.includes('frame')) bytes += encodedDataLength;
  });
  await fresh.goto(page.url(), { waitUntil: 'networkidle' });
  await rows(fresh).first().waitFor();
  await shown(fresh).locator('body.tiles').waitFor();
  await fresh.waitForLoadState('networkidle');
  expect(bytes > 20_000 && bytes <= BUDGET, `the first load takes ${bytes} bytes`);
  expect(previews === 1, `the preview is asked for ${previews} times`);
  await end(visited);
}

async function byMouse(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  await page.locator('[data-add]').click();
  await page.getByRole('option', { name: 'Picture' }).click();
  await page.getByLabel('Address of the picture').fill('https://pictures.example/cat.png');
  await page.getByLabel('Description').fill('A cat');
  await saved(page);
  same(await kinds(page, id), ['header', 'links', 'text', 'divider', 'image'], 'after adding');
  await page.getByRole('button', { name: 'Done' }).click();

  await drag(page, rows(page).nth(4).locator('.handle'), rows(page).nth(1));
  await said(page, 'Picture moved to 2 of 5');
  await saved(page);
  same(await kinds(page, id), ['header', 'image', 'links', 'text', 'divider'], 'after dragging');

  await rows(page).nth(3).getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await saved(page);
  await rows(page).nth(5).getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await saved(page);
  same(await kinds(page, id), ['header', 'image', 'links', 'text', 'text'], 'after duplicating and removing');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await saved(page);
  same(await kinds(page, id), ['header', 'image', 'links', 'text', 'text', 'divider'], 'after undoing');

  await page.getByRole('button', { name: 'Design', exact: true }).click();
  await page.getByText('Neon', { exact: true }).click();
  await page.getByRole('button', { name: '#7c5cff' }).click();
  await saved(page);
  const { template, theme } = await draft(page, id);
  same([template, theme.accent], ['neon', '#7c5cff'], 'the design');
  await shown(page).locator('body.neon').waitFor();
  await expectNoFaults(visited);
  await end(visited);
}

async function byTouch(world) {
  const visited = await begin(world, { size: 'phone', hasTouch: true, isMobile: true });
  const { page, context, id } = visited;
  const client = await context.newCDPSession(page);
  const touch = (type, x, y) => client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const [from, to] = [await rows(page).nth(0).locator('.handle').boundingBox(), await rows(page).nth(2).boundingBox()];
  const x = from.x + from.width / 2;
  const start = from.y + from.height / 2;
  await touch('touchStart', x, start);
  for (let step = 1; step <= 10; step += 1) await touch('touchMove', x, start + ((to.y + to.height - 6 - start) * step) / 10);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await touch('touchEnd');
  await said(page, 'Header moved to 3 of 4');
  await saved(page);
  same(await kinds(page, id), ['links', 'text', 'header', 'divider'], 'after dragging');

  await page.getByRole('button', { name: 'Preview' }).tap();
  await shown(page).locator('[data-block="1"]').tap();
  const sheet = page.getByRole('region', { name: 'Text: form' });
  await sheet.getByLabel('Title').fill('Later');
  await shown(page).getByRole('heading', { name: 'Later' }).waitFor();
  await saved(page);
  await expectNoFaults(visited);
  await end(visited);
}

async function byKeyboard(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  const press = (key) => page.keyboard.press(key);
  await press('/');
  await page.keyboard.type('gall');
  await press('Enter');
  await said(page, 'Gallery added, block 5 of 5');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await tabTo(page, page.getByLabel('Title'));
  await page.keyboard.type('Lately');
  for (const place of [4, 3, 2, 1]) {
    await press('Alt+ArrowUp');
    await said(page, `Gallery, Lately moved to ${place} of 5`);
    expect(await page.getByLabel('Title').evaluate((field) => field === document.activeElement), 'the focus does not stay');
  }
  await saved(page);
  same(await kinds(page, id), ['gallery', 'header', 'links', 'text', 'divider'], 'after moving');
  await press('Escape');
  expect(await rows(page).nth(0).locator('.head').evaluate((head) => head === document.activeElement), 'Escape does not lead to the row');
  await press('Delete');
  await saved(page);
  same(await kinds(page, id), ['header', 'links', 'text', 'divider'], 'after removing');
  await press('Control+z');
  await saved(page);
  same(await kinds(page, id), ['gallery', 'header', 'links', 'text', 'divider'], 'after undoing');
  await tabTo(page, rows(page).nth(1).locator('.handle'), 'Shift+Tab').catch(() => tabTo(page, rows(page).nth(1).locator('.handle')));
  await press('ArrowUp');
  await said(page, 'Header moved to 1 of 5');
  await press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await press('Escape');
  await press('p');
  await page.getByRole('heading', { name: 'Publish your page' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Publish now' }));
  await press('Enter');
  await page.getByRole('heading', { name: 'Your page is live' }).waitFor();
  await press('Escape');
  await expectNoFaults(visited);
  await end(visited);
}

async function byPaste(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'github.com/charles');
    document.querySelector('h1').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await told(page, 'added');
  await saved(page);
  const links = (await draft(page, id)).blocks.find(({ kind }) => kind === 'links').links;
  same(links.at(-1).url, 'https://github.com/charles', 'the new link');
  expect(links.length === 3 && links[2].label !== '', JSON.stringify(links));
  await shown(page).locator('a[href="https://github.com/charles"]').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('ada.example/new');
  await page.getByRole('option', { name: 'ada.example' }).waitFor();
  await page.keyboard.press('Enter');
  await saved(page);
  expect((await draft(page, id)).blocks.find(({ kind }) => kind === 'links').links.length === 4, 'the palette takes no address');
  await expectNoFaults(visited);
  await end(visited);
}

async function linksInOrder(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  const links = async () => (await draft(page, id)).blocks[1].links.map(({ label }) => label);
  await rows(page).nth(1).locator('.head').click();
  const inner = rows(page).nth(1).locator('.form ol > li');
  await drag(page, inner.nth(1).locator('.handle'), inner.nth(0));
  await said(page, 'Garden moved to 1 of 2');
  await saved(page);
  same(await links(), ['Garden', 'Code'], 'after dragging');
  await inner.nth(0).getByLabel('Label').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await saved(page);
  same(await links(), ['Code', 'Garden'], 'by keyboard');
  same(await names(page), ['Header', 'Elsewhere', 'Now', 'Divider'], 'the blocks stay where they are');
  await expectNoFaults(visited);
  await end(visited);
}

async function badgesInOrder(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  await rows(page).nth(0).locator('.head').click();
  const badges = rows(page).nth(0).locator('.form ol > li');
  await badges.nth(2).waitFor();
  await drag(page, badges.nth(2).locator('.handle'), badges.nth(0));
  await said(page, 'Plus moved to 1 of 3');
  await saved(page);
  same((await draft(page, id)).blocks[0], { kind: 'header', badgeOrder: ['plus', 'verified', 'translator'] }, 'after dragging');
  await shown(page).locator('.badges > :first-child', { hasText: 'Plus' }).waitFor();
  await badges.nth(2).locator('.handle').focus();
  await page.keyboard.press('ArrowUp');
  await said(page, 'Translator moved to 2 of 3');
  await saved(page);
  same((await draft(page, id)).blocks[0].badgeOrder, ['plus', 'translator', 'verified'], 'by keyboard');
  await expectNoFaults(visited);
  await end(visited);
}

async function byDrop(world) {
  const visited = await begin(world, { blocks: [{ kind: 'header' }] });
  const { page, id } = visited;
  const picture = await drawing(world.browser, 300, 200, '#ff0000', '#0000ff');
  await page.locator('[data-add]').click();
  await page.getByRole('option', { name: 'Picture' }).click();
  await page.getByLabel('Description').fill('A drawing');
  await page.getByRole('group', { name: 'Picture' }).evaluate((zone, picture) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(picture)], 'drawing.png', { type: 'image/png' }));
    zone.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, [...picture]);
  await said(page, 'Picture uploaded');
  await saved(page);
  const { url } = (await draft(page, id)).blocks[1];
  expect(url.startsWith(`http://i.localhost:${world.studio.port}/`), url);
  const image = shown(page).getByRole('img', { name: 'A drawing' });
  await image.waitFor();
  await image.evaluate((image) => image.decode());
  expect((await image.evaluate(({ naturalWidth }) => naturalWidth)) === 300, 'the preview does not show it');
  await expectNoFaults(visited);
  await end(visited);
}

async function picks(world) {
  const visited = await begin(world);
  const { page } = visited;
  await shown(page).locator('[data-block="2"]').click();
  await page.getByLabel('Text', { exact: true }).waitFor();
  await rows(page).nth(1).locator('.head').click();
  await shown(page).locator('[data-block="1"][data-np-shown]').waitFor();
  await page.getByLabel('Title').fill('Over there');
  await shown(page).getByRole('heading', { name: 'Over there' }).waitFor();
  for (const name of ['Desktop', 'Dark', 'Light', 'Phone']) await page.locator('.stage label', { hasText: name }).click();
  await page.locator('.stage label', { hasText: 'Card' }).click();
  const card = page.getByRole('img', { name: /^Card of/ }).first();
  await card.waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.cards img').length === 3 && [...document.querySelectorAll('.cards img')].every(({ naturalWidth }) => naturalWidth > 0));
  await expectNoFaults(visited);
  await end(visited);
}

async function undoing(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  await rows(page).nth(0).locator('.head').click();
  const toggle = page.getByRole('switch', { name: 'Bio' });
  for (let step = 0; step < 105; step += 1) await toggle.click();
  const button = page.getByRole('button', { name: 'Undo', exact: true });
  for (let step = 0; step < 99; step += 1) await page.keyboard.press('Control+z');
  expect(await button.isEnabled(), 'fewer than a hundred steps are kept');
  await button.click();
  expect(await button.isDisabled(), 'more than a hundred steps are kept');
  await saved(page);
  same((await draft(page, id)).blocks[0], { kind: 'header', bio: false }, 'after a hundred steps back from 105');
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Control+y');
  await saved(page);
  same((await draft(page, id)).blocks[0], { kind: 'header' }, 'after doing three again');

  await rows(page).nth(2).locator('.head').click();
  await page.getByLabel('Title').pressSequentially(' and then');
  await page.keyboard.press('Control+z');
  await saved(page);
  same((await draft(page, id)).blocks[2].title, 'Now', 'what was typed in one go is one step');
  await expectNoFaults(visited);
  await end(visited);
}

async function twoTabs(world) {
  const visited = await begin(world);
  const { page: mine, context, id } = visited;
  const other = await context.newPage();
  await other.goto(mine.url());
  const write = async (page, text) => {
    if ((await page.locator('li.open').count()) === 0) await rows(page).nth(2).locator('.head').click();
    await page.getByLabel('Title').fill(text);
  };
  const title = async () => (await draft(mine, id)).blocks[2].title;
  await rows(other).first().waitFor();
  await write(mine, 'Mine');
  await saved(mine);
  await write(other, 'Theirs');
  const dialog = other.getByRole('dialog', { name: 'This page was changed elsewhere' });
  await dialog.waitFor();
  same(await title(), 'Mine', 'nothing is overwritten');
  await other.keyboard.press('Escape');
  expect(await dialog.isVisible(), 'the choice can be waved away');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await other.frameLocator('iframe[title="Your version"]').getByText('Theirs').waitFor();
  await other.frameLocator('iframe[title="The newer version"]').getByText('Mine').waitFor();
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await saved(other);
  same(await title(), 'Theirs', 'after keeping');

  await write(mine, 'Mine again');
  await mine.getByRole('button', { name: 'Take the newer one' }).click();
  await saved(mine);
  same(await title(), 'Theirs', 'after taking');
  await shown(mine).getByText('Theirs').waitFor();
  await mine.keyboard.press('Control+z');
  await saved(mine);
  same(await title(), 'Mine again', 'taking is undone');
  await end(visited);
}

async function offline(world) {
  const visited = await begin(world);
  const { page, context, id } = visited;
  await rows(page).nth(2).locator('.head').click();
  await page.getByLabel('Title').pressSequentially('Be');
  await context.setOffline(true);
  await page.getByLabel('Title').pressSequentially('fore and after');
  await state(page, 'offline');
  await page.getByText('No connection: the preview waits.').waitFor();
  await context.setOffline(false);
  await saved(page);
  const title = (await draft(page, id)).blocks[2].title;
  expect(title.includes('Be') && title.includes('fore and after'), title);
  await shown(page).getByText('fore and after').waitFor();
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('np-draft')));
  same(kept, [], 'nothing is left behind');
  await end(visited);
}

async function closedOffline(world) {
  const visited = await begin(world);
  const { page, context, id } = visited;
  const address = page.url();
  await rows(page).nth(2).locator('.head').click();
  await context.setOffline(true);
  await page.getByLabel('Title').fill('Written in a tunnel');
  await state(page, 'offline');
  await page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(address);
  await told(next, 'are back');
  await saved(next);
  same((await draft(next, id)).blocks[2].title, 'Written in a tunnel', 'what was written');
  await end({ page: next, context, id });
}

async function unfinished(world) {
  const visited = await begin(world);
  const { page, id } = visited;
  await page.locator('[data-add]').click();
  await page.getByRole('option', { name: 'Links' }).click();
  await page.getByText('Not shown yet').waitFor();
  const address = page.getByLabel('Address', { exact: true });
  await address.fill('not an address');
  await page.getByText('This is no address that a link can lead to.').waitFor();
  await saved(page);
  same(await kinds(page, id), ['header', 'links', 'text', 'divider'], 'what is not finished');
  await address.fill('codeberg.org/ada');
  await page.getByText('Not shown yet').waitFor({ state: 'detached' });
  await address.blur();
  await saved(page);
  const block = (await draft(page, id)).blocks[4];
  same(block.links[0].url, 'https://codeberg.org/ada', 'the address is made whole');
  await expectNoFaults(visited);
  await end(visited);
}

async function publishing(world) {
  const visited = await begin(world);
  const { page } = visited;
  const publish = async () => {
    await page.locator('header .primary', { hasText: 'Publish' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /Publish (now|changes)/ }).click();
    await page.getByRole('heading', { name: 'Your page is live' }).waitFor();
    await page.getByRole('button', { name: 'Keep editing' }).click();
  };
  await publish();
  await page.getByRole('button', { name: 'Published' }).waitFor();
  await rows(page).nth(2).locator('.head').click();
  await page.getByLabel('Title').fill('Second');
  await publish();
  await page.getByLabel('Title').fill('Third');
  await saved(page);
  await page.getByRole('button', { name: 'Page', exact: true }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await shown(page).getByText('Second').waitFor();
  await page.getByRole('button', { name: 'Earlier versions' }).click();
  await page.getByRole('button', { name: /^Version 1/ }).click();
  await page.frameLocator('iframe[title="Version 1"]').getByText('Now').waitFor();
  await page.getByRole('button', { name: 'Bring it back as draft' }).click();
  await told(page, 'is your draft now');
  await shown(page).getByText('Now').waitFor();
  await page.getByRole('button', { name: 'Take it offline' }).click();
  await told(page, 'hidden from everybody');
  await expectNoFaults(visited);
  await end(visited);
}
