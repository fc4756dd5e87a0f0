// A node of its own for the studio: `nameplate serve` in a fresh folder, with people and pages that an import brought.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { visit } from './browser.mjs';

const PATIENCE = 60_000;
const run = promisify(execFile);

/** Who is there: an operator with a paid plan, somebody without, and two to be done things to. */
export const ADA = '123456789012345678';
export const GRACE = '223456789012345678';
export const LINUS = '323456789012345678';
export const MALLORY = '423456789012345678';
/** Keys of the relay API, by which the tests do what others do. */
export const RELAY_KEY = { [ADA]: 'a'.repeat(32), [GRACE]: 'g'.repeat(32), [LINUS]: 'l'.repeat(32) };

const user = (id, username, nickname, more = {}) => ({ id, username, nickname, created: '2026-01-04T09:30:00Z', ...more });
const paid = { plan: 'plus', status: 'active', started_at: '2026-01-04T09:30:00Z', expires_at: null, cancel_at_period_end: false, gifted: false };
const page = (id, owner, domain, blocks) => ({ id, owner, domain, verified: true, isPublic: true, content: { schema: 1, template: 'glass', theme: {}, blocks } });
const links = { kind: 'links', links: [{ label: 'Engine', url: 'https://example.org/engine' }] };

const INSTANCE = {
  nameplate: 1,
  users: [
    user(ADA, 'ada_l', 'Ada Lovelace', { verified: true, translator: true, subscription: paid, presenceSharing: true, music: { key: 'a-key', enabled: true }, relayKey: RELAY_KEY[ADA] }),
    user(GRACE, 'grace', 'Grace Hopper', { relayKey: RELAY_KEY[GRACE] }),
    user(LINUS, 'linus', 'Linus', { relayKey: RELAY_KEY[LINUS] }),
    user(MALLORY, 'mallory', 'Mallory'),
  ],
  profiles: [
    page('p_ada', ADA, 'ada.localhost', [{ kind: 'header' }, links, { kind: 'presence' }, { kind: 'contact', ways: [], form: { email: true } }]),
    page('p_linus', LINUS, 'linus.localhost', [{ kind: 'header' }]),
    page('p_mallory', MALLORY, 'mallory.localhost', [{ kind: 'header' }]),
  ],
};

/** Starts a node, with nothing in it if it is to be empty, and with settings of its own; answers where it is, how to command it, and how to end it. */
export async function startStudio(binary, { isEmpty = false, settings = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'nameplate-studio-'));
  const [port, ready, file] = [await freePort(), join(folder, 'ready.json'), join(folder, 'instance.json')];
  const origin = `http://localhost:${port}`;
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('NAMEPLATE_'));
  const env = { ...Object.fromEntries(own), NAMEPLATE_PUBLIC_URL: origin, NAMEPLATE_BOT_CHECK: 'none', ...settings };
  const command = async (...words) => (await run(binary, words, { cwd: folder, env })).stdout;

  if (!isEmpty) {
    await writeFile(file, JSON.stringify(INSTANCE));
    await command('import', file);
    await command('admin', 'user', 'operator', ADA);
  }

  const words = ['serve', '--listen', `127.0.0.1:${port}`, '--internal-listen', '127.0.0.1:0', '--ready-file', ready];
  const child = spawn(binary, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  process.on('exit', () => child.kill('SIGKILL'));
  const until = Date.now() + PATIENCE;
  let addresses;
  while (!addresses) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the node does not start:\n${printed}`);
    addresses = await readFile(ready, 'utf8').then(JSON.parse, () => sleep(50));
  }

  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  /** A context's `storageState` in which somebody is signed in. */
  const signIn = async (browser, id) => {
    const link = (await command('admin', 'login-link', id)).match(/http\S+\/login\/\S+/)[0];
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(link);
    await page.locator('form button[type=submit], form button:not([type])').first().click();
    await page.waitForURL('**/studio**');
    const state = await context.storageState();
    await context.close();
    return state;
  };
  /** A request to any host of the node; Node's own name look-up need not know `*.localhost`. */
  const ask = (host, path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host: `${host}:${port}` } }, async (answer) => {
        const bytes = Buffer.concat(await answer.toArray());
        const text = bytes.toString();
        resolve({ status: answer.statusCode, mime: answer.headers['content-type'], bytes, text, json: () => JSON.parse(text) });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  /** The link of the first run, as it was printed. */
  const link = () => printed.match(/http\S+\/login\/\S+/)?.[0];
  const hosts = [`http://i.localhost:${port}`];
  return { origin, link, hosts, port, internal: `http://${addresses.internal}`, command, signIn, ask, stop };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A view of the studio, with everything on it loaded. */
export async function open(browser, studio, storageState, path, settings) {
  const visited = await visit(browser, `${studio.origin}/studio${path}`, { hosts: studio.hosts, storageState, reducedMotion: 'reduce', ...settings });
  await settled(visited.page);
  return visited;
}

/** Waits until a view stands still: loaded, with its letters and the pictures in sight. */
export async function settled(page) {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes('Loading'), null, { timeout: 20_000 });
  await page.evaluate(() => document.fonts.ready);
  const isSeen = () => [...document.images].every(({ loading, complete }) => loading === 'lazy' || complete);
  await page.waitForFunction(isSeen, null, { timeout: 20_000 });
}

/** Waits for a short message at the edge of the window. */
export const told = (page, text) => page.locator('.toast', { hasText: text }).first().waitFor({ timeout: 10_000 });

/** Goes on by keyboard until something has the focus. */
export async function tabTo(page, locator, key = 'Tab') {
  for (let press = 0; press < 150; press += 1) {
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${locator} is out of the keyboard's reach`);
}

/** A picture whose left half has one colour and whose right half another, as a PNG. */
export async function drawing(browser, width, height, left, right = left) {
  const page = await browser.newPage();
  const text = await page.evaluate(
    ([width, height, left, right]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const paper = canvas.getContext('2d');
      [[left, 0], [right, width / 2]].forEach(([colour, x]) => ((paper.fillStyle = colour), paper.fillRect(x, 0, width / 2, height)));
      return canvas.toDataURL('image/png').split(',')[1];
    },
    [width, height, left, right],
  );
  await page.close();
  return Buffer.from(text, 'base64');
}
