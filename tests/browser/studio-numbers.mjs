// The numbers: right, readable by keyboard and as a table, taken along, and fresh without a reload.

import { readFile } from 'node:fs/promises';

import { expectAccessible, expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { open, settled } from './studio.mjs';

export async function studioNumbers(browser, studio, session, folder) {
  await check('studio numbers: visits are counted, bots apart, and the chart is walked through by keyboard', async () => {
    const visited = await open(browser, studio, session, '/numbers/p_ada');
    const { page, context } = visited;
    const [views, bots] = await Promise.all(['Views', 'Bots'].map((name) => total(page, name)));
    expect(views >= 3 && bots >= 1, `${views} views, ${bots} bots`);
    await page.getByRole('button', { name: /^Bots/ }).click();
    const chart = page.getByRole('slider', { name: /^Numbers of/ });
    await chart.focus();
    await page.keyboard.press('End');
    const last = await chart.getAttribute('aria-valuetext');
    expect(last.includes(`Views ${views}`) && last.includes(`Bots ${bots}`), last);
    await page.keyboard.press('ArrowLeft');
    const before = await chart.getAttribute('aria-valuetext');
    expect(before !== last && before.includes('Views 0'), before);
    await page.screenshot({ path: `${folder}/studio-numbers-cursor.png` });
    await page.locator('label[title=Table]').click();
    const rows = page.getByRole('region', { name: /^Numbers of/ }).locator('tbody tr');
    expect((await rows.count()) === 7 && (await rows.last().innerText()).includes(String(views)), await rows.last().innerText());
    await expectAccessible(page);
    await expectNoFaults(visited);
    await context.close();
  });

  await check('studio numbers: sources and devices are told, by hour as well, and as CSV', async () => {
    const { page, context } = await open(browser, studio, session, '/numbers/p_ada');
    await page.getByRole('region', { name: 'Where they came from' }).getByText('discord.com').waitFor();
    await page.getByRole('region', { name: 'Devices' }).getByText('Phone').waitFor();
    await page.locator('label', { hasText: '24 hours' }).click();
    await page.getByRole('heading', { name: 'By hour' }).waitFor();
    await settled(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines.length === 25 && lines[0].includes('views'), `${lines.length} lines: ${lines[0]}`);
    await context.close();
  });

  await check('studio numbers: a range of one’s own is shown, and a wrong one is told', async () => {
    const { page, context } = await open(browser, studio, session, '/numbers/p_ada');
    await page.locator('label', { hasText: 'Custom' }).click();
    await page.getByLabel('First day').fill('2026-02-10');
    await page.getByLabel('Last day').fill('2026-02-01');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('The first day comes after the last one.').waitFor();
    await page.getByLabel('First day').fill('2026-01-25');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('[role=slider]')?.getAttribute('aria-valuemax') === '7');
    await expectAccessible(page);
    await context.close();
  });

  await check('studio numbers: what happens is on the page within a minute, while somebody looks', async () => {
    const { page, context } = await open(browser, studio, session, '/numbers/p_ada', { viewport: { width: 390, height: 844 } });
    await page.clock.install();
    await page.reload();
    await page.clock.runFor(1000);
    await settled(page);
    const before = await total(page, 'Views');
    const answer = await studio.ask('ada.localhost', '/', { headers: { 'user-agent': `Mozilla/5.0 (X11; Linux x86_64) Firefox/${before + 140}.0` } });
    expect(answer.status === 200, `the page: ${answer.status}`);
    // The visit is written within a fraction of a second; the page's minutes pass as fast as they are told to.
    const more = page.getByRole('button', { name: `Views ${before + 1}` });
    for (let minute = 0; minute < 30 && !(await more.isVisible()); minute += 1) await page.clock.runFor(61_000);
    await more.waitFor();
    await context.close();
  });
}

const total = async (page, name) => Number((await page.getByRole('button', { name: new RegExp(`^${name}`) }).locator('strong').innerText()).replace(/\D/g, ''));
