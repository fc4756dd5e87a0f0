// The demo as a process: started on free ports, ended with us.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 60_000;

/** Starts `nameplate demo`; answers where it listens, its pages, and a way to end it. */
export async function start(binary) {
  const folder = await mkdtemp(join(tmpdir(), 'nameplate-browser-'));
  const ready = join(folder, 'ready.json');
  const words = ['demo', '--listen', '127.0.0.1:0', '--internal-listen', '127.0.0.1:0', '--ready-file', ready];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NAMEPLATE_')));
  const child = spawn(binary, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  process.on('exit', () => child.kill('SIGKILL'));

  const until = Date.now() + PATIENCE;
  let addresses;
  while (!addresses) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the demo does not start:\n${printed}`);
    addresses = await readFile(ready, 'utf8').then(JSON.parse, () => sleep(50));
  }
  const urls = [...printed.matchAll(/^ {2}(http:\S+)/gm)].map(([, url]) => url);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  const home = `http://localhost:${addresses.listen.split(':').pop()}/`;
  return { home, local: `http://${addresses.listen}`, internal: `http://${addresses.internal}`, urls, stop };
}
