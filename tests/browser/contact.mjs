// The form on a page: how it looks, that it does the work that is asked of it, and that it works without scripts.

import { expectAccessible, expectNoFaults, expectNoOverflow, visit } from './browser.mjs';
import { startMail } from './mail.mjs';
import { check, expect } from './report.mjs';
import { ADA, open, startStudio, told } from './studio.mjs';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

export async function contact(browser, binary, folder) {
  const mail = await startMail();
  const studio = await startStudio(binary, { settings: { NAMEPLATE_BOT_CHECK: 'pow', NAMEPLATE_SMTP_URL: mail.url } });
  const storageState = await studio.signIn(browser, ADA);
  const url = `http://ada.localhost:${studio.port}/`;
  await inStudio(browser, studio, storageState, 'PUT', '/account/contact', { email: { enabled: true } });

  for (const [name, viewport] of [['phone', PHONE], ['desk', DESK]])
    for (const colorScheme of ['light', 'dark'])
      await check(`contact form, ${name}, ${colorScheme}: nothing to complain about`, async () => {
        const visited = await visit(browser, url, { viewport, colorScheme });
        await visited.page.locator('.write').screenshot({ path: `${folder}/contact-${name}-${colorScheme}.png` });
        await expectAccessible(visited.page);
        await expectNoOverflow(visited.page);
        await expectNoFaults(visited);
        await visited.context.close();
      });

  await check('contact form: a message is sent from the page, by keyboard', async () => {
    const visited = await visit(browser, url, { viewport: PHONE });
    const { page, context } = visited;
    await page.locator('[name=name]').focus();
    await page.keyboard.type('Vera');
    await page.keyboard.press('Tab');
    await page.keyboard.type('vera@example.org');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Hello from a browser');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.said[data-tone=good]', { timeout: 30_000 });
    expect((await page.locator('textarea').inputValue()) === '', 'the form is not empty again');
    await expectAccessible(page);
    await page.locator('.write').screenshot({ path: `${folder}/contact-sent.png` });
    await expectNoFaults(visited);
    await context.close();
    const { messages } = await inStudio(browser, studio, storageState, 'GET', '/inbox');
    expect(messages.length === 1 && messages[0].message === 'Hello from a browser', JSON.stringify(messages));
  });

  await check('a click on a link is counted, and the page is left all the same', async () => {
    const { page, context } = await visit(browser, url, { viewport: PHONE });
    await page.route('https://example.org/**', (route) => route.fulfill({ body: 'elsewhere' }));
    await page.locator('.links a').first().click();
    await page.waitForURL('https://example.org/**');
    await context.close();
    const counted = async () => (await inStudio(browser, studio, storageState, 'GET', '/profiles/p_ada/numbers')).links;
    let links = [];
    for (let look = 0; look < 50 && links.length === 0; look += 1) links = await counted();
    expect(links[0]?.clicks === 1 && links[0].label === 'Engine', JSON.stringify(links));
  });

  await check('contact form: without scripts the answer is a page', async () => {
    const { page, context } = await visit(browser, url, { viewport: PHONE, javaScriptEnabled: false });
    await page.locator('textarea').fill('Hello without scripts');
    await page.locator('.write button').click();
    await page.waitForLoadState();
    expect((await page.locator('h1').textContent()) === 'Sent', await page.locator('body').textContent());
    await page.screenshot({ path: `${folder}/contact-plain.png` });
    await context.close();
  });

  await check('contact settings: a mail address is confirmed by the link in a mail', async () => {
    const visited = await open(browser, studio, storageState, '/account/contact', { viewport: PHONE });
    const { page, context } = visited;
    const panel = page.getByRole('region', { name: 'E-mail' });
    await panel.getByLabel('Address').fill('ada@example.org');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('We sent a mail to ada@example.org').waitFor();
    await mail.wait(1);
    await panel.getByRole('button', { name: 'Send again' }).click();
    await told(page, 'A mail is on its way');
    expect(await panel.getByRole('button', { name: 'Send a test' }).isDisabled(), 'a test can be sent already');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
      await panel.screenshot({ path: `${folder}/contact-waiting-${colorScheme}.png` });
    }
    // As quoted-printable a long line is cut.
    const link = (await mail.wait(2)).replaceAll('=\r\n', '').match(/http\S+\/confirm\/\S+/)[0];
    const door = await context.newPage();
    for (const colorScheme of ['light', 'dark']) {
      await door.emulateMedia({ colorScheme });
      await door.goto(link);
      await expectAccessible(door);
      await expectNoOverflow(door);
      await door.setViewportSize(PHONE);
      await door.screenshot({ path: `${folder}/contact-confirm-${colorScheme}.png` });
    }
    await door.getByRole('button', { name: 'Confirm this address' }).click();
    await door.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
    await expectAccessible(door);
    await door.screenshot({ path: `${folder}/contact-confirmed.png` });
    await door.getByRole('link', { name: 'To your contact forms' }).click();
    await door.getByRole('region', { name: 'E-mail' }).getByRole('button', { name: 'Send a test' }).click();
    await told(door, 'A test message is on its way');
    await mail.wait(3);
    await page.bringToFront();
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await panel.getByText('We sent a mail').waitFor({ state: 'hidden' });
    await expectNoFaults(visited);
    await context.close();
  });
  await studio.stop();
  mail.stop();
}

/** A request of the studio's own page; answers its data. */
async function inStudio(browser, studio, storageState, method, path, body) {
  const context = await browser.newContext({ storageState });
  const page = await context.newPage();
  await page.goto(`${studio.origin}/login`);
  const answer = await page.evaluate(async ([method, path, body]) => {
    const { data } = await (await fetch('/api/v1/session')).json();
    const headers = { 'x-csrf-token': data.csrf, ...(body ? { 'content-type': 'application/json' } : {}) };
    return (await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
  }, [method, path, body]);
  await context.close();
  expect(answer.ok, JSON.stringify(answer));
  return answer.data;
}
