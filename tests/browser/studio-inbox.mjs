// The inbox: opened, filtered, answered and emptied.

import { expectAccessible, expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { open, tabTo, told } from './studio.mjs';

export async function studioInbox(browser, studio, session, folder) {
  await check('studio inbox: a message is read by keyboard, counts as read, and can be answered', async () => {
    const visited = await open(browser, studio, session, '/inbox');
    const { page, context } = visited;
    const unread = () => page.locator('nav .unread').innerText().then((text) => Number(text.replace(/\D/g, '')), () => 0);
    const before = await unread();
    const line = page.getByRole('button', { name: /Charles Babbage/ });
    await tabTo(page, line);
    await page.keyboard.press('Enter');
    await page.getByText('We would cover travel.').waitFor();
    await page.waitForFunction((before) => Number(document.querySelector('nav .unread')?.textContent.replace(/\D/g, '') ?? 0) === before - 1, before);
    const href = await page.getByRole('link', { name: 'Reply' }).getAttribute('href');
    expect(href.startsWith('mailto:charles@example.org?subject='), href);
    await expectAccessible(page);
    await page.screenshot({ path: `${folder}/studio-inbox-opened.png` });
    await page.getByRole('button', { name: 'Mark as unread' }).click();
    await page.waitForFunction((before) => Number(document.querySelector('nav .unread')?.textContent.replace(/\D/g, '') ?? 0) === before, before);
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio inbox: what is filtered stays out of sight, and what is deleted is gone', async () => {
    const visited = await open(browser, studio, session, '/inbox', { viewport: { width: 390, height: 844 } });
    const { page, context } = visited;
    const rows = page.locator('main li');
    const count = await rows.count();
    await page.getByLabel('Way').selectOption('sms');
    await page.getByText('No message fits this choice.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('main li').length === count, count);
    await page.getByRole('button', { name: /No name given/ }).first().click();
    expect((await page.getByRole('link', { name: 'Reply' }).count()) === 0, 'a message without an address can be answered');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog', { name: 'Delete this message?' }).getByRole('button', { name: 'Delete' }).click();
    await told(page, 'Message deleted');
    await page.reload();
    await page.waitForFunction((count) => document.querySelectorAll('main li').length === count, count - 1);
    await expectNoFaults(visited);
    await context.close();
  });
}
