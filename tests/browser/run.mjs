// The pages in a real browser: node run.mjs PATH-OF-NAMEPLATE [FOLDER-FOR-SCREENSHOTS]

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { launch } from './browser.mjs';
import { contact } from './contact.mjs';
import { start } from './demo.mjs';
import { looks } from './looks.mjs';
import { player } from './player.mjs';
import { presence } from './presence.mjs';
import { check, close, expect } from './report.mjs';
import { studioAccount } from './studio-account.mjs';
import { editor } from './studio-editor.mjs';
import { editorLooks } from './studio-editor-looks.mjs';
import { fill } from './studio-fill.mjs';
import { firstRun } from './studio-first-run.mjs';
import { studioInbox } from './studio-inbox.mjs';
import { studioLooks } from './studio-looks.mjs';
import { studioNumbers } from './studio-numbers.mjs';
import { studioOperator } from './studio-operator.mjs';
import { pages as pagesOfOwner } from './studio-pages.mjs';
import { studioUploads } from './studio-uploads.mjs';
import { ADA, GRACE, startStudio } from './studio.mjs';

const [binary = '../../target/debug/nameplate', folder = '../../target/screenshots'] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const program = resolve(binary);
const browser = await launch();
// Each has a node of its own; side by side, they wait for each other's timers no more.
await Promise.all([ofVisitors(), ofEditors(), ofOwners()].map((part) => part.catch((error) => check('a part of the checks is whole', () => Promise.reject(error)))));
await browser.close();
process.exit(close());

/** What visitors see: the demo's pages, and a form on a page. */
async function ofVisitors() {
  const demo = await start(program);
  await check('the demo has a page for each of the six designs', async () => {
    const designs = await Promise.all(demo.urls.map(design));
    expect(new Set(designs).size === 6, designs.join(', '));
  });
  const pages = await Promise.all(demo.urls.map(async (url) => ({ name: `${await design(url)}-${new URL(url).hostname.split('.')[0]}`, url })));
  for (const page of pages) await looks(browser, page, folder);
  await looks(browser, { name: 'home', url: demo.home }, folder);
  await looks(browser, { name: 'missing', url: demo.home.replace('localhost', 'nobody.localhost'), status: 404 }, folder);

  const html = Object.fromEntries(await Promise.all(pages.map(async ({ url }) => [url, await read(url)])));
  const live = pages.find(({ url }) => html[url].includes('data-stream='));
  await presence(browser, demo, live.url);
  for (const { name, url } of pages.filter(({ url }) => html[url].includes('data-player'))) await player(browser, name, url, folder);
  await demo.stop();
  await contact(browser, program, folder);
}

/** The first run, and the editor. */
async function ofEditors() {
  await firstRun(browser, program, folder);
  const studio = await startStudio(program);
  const world = { browser, studio, state: await studio.signIn(browser, ADA) };
  await pagesOfOwner(world);
  await editor(world);
  await editorLooks(world, folder);
  await studio.stop();
}

/** All other views of the studio. */
async function ofOwners() {
  const studio = await startStudio(program);
  const sessions = { full: await studio.signIn(browser, ADA), empty: await studio.signIn(browser, GRACE) };
  await fill(browser, studio, sessions.full);
  await studioLooks(browser, studio, sessions, folder);
  for (const flow of [studioAccount, studioUploads, studioNumbers, studioInbox]) await flow(browser, studio, sessions.full, folder);
  await studioOperator(browser, studio, sessions, folder);
  await studio.stop();
}

async function design(url) {
  return (await read(url)).match(/<body class="(\w+)/)[1];
}

/** Node's own name look-up need not know that `*.localhost` is this machine. */
async function read(url) {
  const page = await browser.newPage({ javaScriptEnabled: false });
  const response = await page.goto(url, { waitUntil: 'commit' });
  const text = await response.text();
  await page.close();
  return text;
}
