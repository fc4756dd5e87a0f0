// The live card: what a source of presence says is on the page within a second.

import { expectNoFaults, visit } from './browser.mjs';
import { check, expect } from './report.mjs';

/** How long a change may take from the source's answer to the eye. */
const LIVE = 1_000;

export async function presence(browser, demo, url) {
  await check('a change of presence is on the page within a second, and in all its parts', async () => {
    const visited = await visit(browser, url, {});
    const { page, context } = visited;
    const card = page.locator('.now .live');
    const user = (await page.locator('.now').getAttribute('data-stream')).match(/\d{15,20}/)[0];
    // The demo changes what this person does every few seconds. Right after such a change there is time for ours.
    const before = await card.innerText();
    const own = (before) => document.querySelector('.now .live').innerText.replace(/[\d:]+/g, '') !== before.replace(/[\d:]+/g, '');
    await page.waitForFunction(own, before, { timeout: 30_000 });
    for (const [turn, status] of ['dnd', 'idle', 'online'].entries()) {
      const name = `Game ${turn} <b>&"`;
      const activity = { name, type: 0, details: `level ${turn}`, state: 'in a cave', startedAt: Date.now() - 61_000 };
      await put(demo, user, { status, activity });
      const since = Date.now();
      await card.locator('[data-f=name]').filter({ hasText: name }).waitFor({ timeout: LIVE });
      console.log(`      seen after ${Date.now() - since} ms`);
      const shown = await card.evaluate((element) => [element.dataset.status, element.innerText]);
      expect(shown[0] === status && shown[1].includes(`level ${turn}`) && shown[1].includes('in a cave'), shown.join('\n'));
      expect(/1:0\d elapsed/.test(shown[1]), `no time that runs: ${shown[1]}`);
    }
    const song = { name: 'Spotify', type: 2, details: 'A song', state: 'A band', startedAt: Date.now() - 30_000, endsAt: Date.now() + 90_000 };
    await put(demo, user, { status: 'online', activity: song });
    await card.locator('[data-f=details]').filter({ hasText: 'A song' }).waitFor({ timeout: LIVE });
    const bar = card.locator('progress');
    const first = Number(await bar.getAttribute('value'));
    expect(first >= 30 && first < 60 && (await bar.getAttribute('max')) === '120', `progress ${first}`);
    await page.waitForFunction((first) => Number(document.querySelector('.now progress').value) > first, first, { timeout: 3_000 });
    await expectNoFaults(visited);
    await context.close();
  });
}

async function put(demo, user, presence) {
  const answer = await fetch(`${demo.internal}/presence/${user}`, { method: 'PUT', body: JSON.stringify(presence) });
  expect(answer.status === 204, `PUT /presence: ${answer.status} ${await answer.text()}`);
}
