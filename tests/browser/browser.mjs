// Chromium, and a page of it that remembers everything that must not happen.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

import { check, expect } from './report.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=user-gesture-required',
      // Whatever asks for another host gets nowhere, and is reported.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost',
    ],
  });

/** A fresh visitor's page; `settings` are a browser context's, and `hosts` whatever else than the page's own may be asked. */
export async function visit(browser, url, { hosts = [], ...settings } = {}) {
  const context = await browser.newContext({ serviceWorkers: 'block', ...settings });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error}`));
  page.on('console', (message) => {
    // That the page itself was not found is what a check may want.
    if (['error', 'warning'].includes(message.type()) && message.location().url !== url) faults.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    // A stream or a track that is left is not a failure.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url() !== url) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== new URL(url).origin && !hosts.includes(origin)) faults.push(`foreign: ${request.url()}`);
  });
  if (settings.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.faults = [];
      addEventListener('securitypolicyviolation', (event) => window.faults.push(`${event.violatedDirective} ${event.blockedURI}`));
      // Cumulative layout shift: the worst burst, of five seconds at most and without a second of rest in it.
      window.shift = 0;
      let [start, last, sum] = [0, 0, 0];
      new PerformanceObserver((list) => {
        for (const { hadRecentInput, startTime, value } of list.getEntries()) {
          if (hadRecentInput) continue;
          if (startTime - last > 1000 || startTime - start > 5000) [start, sum] = [startTime, 0];
          [last, sum] = [startTime, sum + value];
          window.shift = Math.max(window.shift, sum);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
  }
  const response = await page.goto(url, { waitUntil: 'load' });
  return { context, page, faults, response };
}

/** Nothing that a visitor's browser complains about. */
export async function expectNoFaults({ page, faults }, hasScripts = true) {
  const violations = hasScripts ? await page.evaluate(() => window.faults) : [];
  const all = [...faults, ...violations.map((violation) => `policy: ${violation}`)];
  expect(all.length === 0, all.join('\n'));
}

/** Nothing that axe finds. */
export async function expectAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), AXE_TAGS);
  const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}\n${failureSummary}`));
  expect(lines.length === 0, lines.join('\n'));
}

/** Nothing sticks out to the right. */
export async function expectNoOverflow(page) {
  const [content, room] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
  expect(content <= room, `the page is ${content} px wide in ${room} px`);
}

/** Nothing moves where motion is to be reduced, and nothing has jumped. */
export async function expectStill(page) {
  const isMoving = () => document.getAnimations().filter(({ playState, effect }) => playState === 'running' && effect.getComputedTiming().duration > 1).length;
  const moving = await page.evaluate(isMoving);
  expect(moving === 0, `${moving} animations run although motion is to be reduced`);
  const shift = await page.evaluate(() => window.shift);
  expect(shift <= 0.1, `layout shift of ${shift}`);
}

/** Two checks of one page: by day and by night. */
export async function inLightAndDark(page, name, what, look) {
  for (const colorScheme of ['light', 'dark'])
    await check(`${name}, ${colorScheme}: ${what}`, async () => {
      await page.emulateMedia({ colorScheme });
      await look(colorScheme);
    });
}
