// What operators do, and that others find nothing there.

import { expectAccessible, expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { open, tabTo, told } from './studio.mjs';

export async function studioOperator(browser, studio, { full, empty }, folder) {
  await check('studio operators: to others there is nothing here', async () => {
    const { page, context } = await open(browser, studio, empty, '/operator');
    await page.getByText('There is nothing here').waitFor();
    expect((await page.getByRole('link', { name: 'Operators' }).count()) === 0, 'the way there is shown');
    await context.close();
  });

  await check('studio operators: a user is suspended with a reason by keyboard, their page is gone, and comes back', async () => {
    const visited = await open(browser, studio, full, '/operator');
    const { page, context } = visited;
    await tabTo(page, page.getByLabel('Search names and ids'));
    await page.keyboard.type('linus');
    await page.waitForFunction(() => document.querySelectorAll('main li').length === 1 + document.querySelectorAll('main nav li').length);
    await tabTo(page, page.getByRole('button', { name: /Linus/ }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'User' });
    await tabTo(page, dialog.getByRole('tab', { name: 'About' }));
    await page.keyboard.press('End');
    const go = dialog.getByRole('button', { name: 'Suspend this user' });
    expect(await go.isDisabled(), 'it can be done without a reason');
    await tabTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.type('Spam in contact forms');
    await tabTo(page, go);
    await page.keyboard.press('Enter');
    await told(page, 'The user is suspended');
    await expectAccessible(page);
    await page.screenshot({ path: `${folder}/studio-operator-suspended.png` });
    expect((await studio.ask('linus.localhost', '/')).status === 404, 'the page is still shown');
    await tabTo(page, dialog.getByRole('button', { name: 'End the suspension' }));
    await page.keyboard.press('Enter');
    await told(page, 'The user is no longer suspended');
    expect((await studio.ask('linus.localhost', '/')).status === 200, 'the page does not come back');
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio operators: a plan and a badge are given, and a login link signs in', async () => {
    const visited = await open(browser, studio, full, '/operator', { viewport: { width: 390, height: 844 } });
    const { page, context } = visited;
    await page.getByRole('button', { name: /Grace Hopper/ }).click();
    const dialog = page.getByRole('dialog', { name: 'User' });
    await dialog.getByRole('tab', { name: 'Plan and badges' }).click();
    await dialog.locator('label', { hasText: 'Plus' }).click();
    await dialog.getByRole('button', { name: 'Save the plan' }).click();
    await told(page, 'Plan saved');
    await dialog.getByRole('switch', { name: 'Partner' }).click();
    await told(page, 'Partner: given');
    await dialog.getByRole('tab', { name: 'About' }).click();
    await dialog.getByRole('button', { name: 'Make a login link' }).click();
    const link = (await dialog.locator('code').innerText()).trim();
    expect(link.startsWith(`${studio.origin}/login/`), link);
    await expectNoFaults(visited);
    const other = await browser.newContext();
    const grace = await other.newPage();
    await grace.goto(link);
    await grace.locator('form button').first().click();
    await grace.waitForURL('**/studio**');
    await grace.goto(`${studio.origin}/studio/account/plan`);
    await grace.getByText('20 GiB').first().waitFor();
    await Promise.all([context.close(), other.close()]);
  });

  await check('studio operators: a page is suspended, and its suspension ended', async () => {
    const visited = await open(browser, studio, full, '/operator/pages');
    const { page, context } = visited;
    const menu = page.getByRole('button', { name: 'More about linus.localhost' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Suspend…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Misleading');
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend this page' }).click();
    await told(page, 'The page is suspended');
    expect((await studio.ask('linus.localhost', '/')).status === 404, 'the page is still shown');
    await menu.click();
    await page.getByRole('menuitem', { name: 'End the suspension…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the suspension' }).click();
    await told(page, 'The page is no longer suspended');
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio operators: a report is looked at and decided, and the upload is hidden', async () => {
    const visited = await open(browser, studio, full, '/operator/reports');
    const { page, context } = visited;
    const card = page.getByRole('article').first();
    await card.getByText('This is a picture of me.').waitFor();
    await card.getByRole('button', { name: 'Show the picture' }).click();
    await card.getByRole('img', { name: 'What was reported' }).waitFor();
    await page.screenshot({ path: `${folder}/studio-operator-report.png` });
    const path = new URL(await card.getByRole('link', { name: 'Its page' }).getAttribute('href')).pathname;
    await card.getByLabel('Note').fill('Agreed');
    await card.getByRole('button', { name: 'Hide the upload' }).click();
    await told(page, 'Upload hidden');
    await page.getByText('Nothing waits').waitFor();
    expect((await studio.ask('localhost', path)).status === 404, 'the upload is still shown');
    await page.locator('label', { hasText: 'Hidden' }).click();
    await page.getByRole('article').getByText('Agreed').waitFor();
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio operators: what was done stands in the audit log, and is found by whom and about what', async () => {
    const visited = await open(browser, studio, full, '/operator/audit');
    const { page, context } = visited;
    await page.getByText('Spam in contact forms').first().waitFor();
    await page.locator('main li', { hasText: 'Spam in contact forms' }).first().getByRole('button').last().click();
    await page.getByRole('button', { name: /^About/ }).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('main .part li, main li .line')].every((line) => line.textContent.toLowerCase().includes('linus')));
    await expectAccessible(page);
    await expectNoFaults(visited);
    await context.close();
  });
}
