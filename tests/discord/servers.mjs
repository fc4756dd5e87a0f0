// The fake Discord and a node that listens to it, as processes.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts the fake; `ask` drives it. */
export async function fake(program) {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const where = JSON.parse(line);
  const ask = async (what) => {
    const answer = await fetch(`${new URL(where.api).origin}/control`, { method: 'POST', body: JSON.stringify(what) });
    if (!answer.ok) throw new Error(`the fake does not know ${JSON.stringify(what)}`);
    return answer.json();
  };
  return { ...where, ask, stop: () => child.stdin.end() };
}

/** Starts a node with one user who shares. */
export async function node(program, discord, user) {
  const folder = await mkdtemp(join(tmpdir(), 'nameplate-discord-'));
  const env = {
    NAMEPLATE_DATA_DIR: join(folder, 'data'), NAMEPLATE_LISTEN: '127.0.0.1:0', NAMEPLATE_INTERNAL_LISTEN: '127.0.0.1:0',
    NAMEPLATE_DISCORD_API: discord.api, NAMEPLATE_DISCORD_TOKEN: discord.token, NAMEPLATE_LOG: 'warn',
  };
  const input = JSON.stringify({ nameplate: 1, users: [{ id: user, username: 'ada', presenceSharing: true }] });
  const imported = spawnSync(program, ['import', '-'], { env, cwd: folder, input });
  if (imported.status !== 0) throw new Error(imported.stderr.toString());
  const ready = join(folder, 'ready.json');
  const child = spawn(program, ['serve', '--ready-file', ready], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const { listen } = JSON.parse(await until('the node serves', async () => {
    await access(ready);
    return readFile(ready, 'utf8');
  }));
  const presence = async () => {
    const answer = await fetch(`http://${listen}/api/v1/profiles/presence/${user}`);
    return (await answer.json()).data.presence;
  };
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
    await rm(folder, { recursive: true });
  };
  return { presence, stop };
}

/** Looks again and again until there is something to see. */
export async function until(what, look, patience = 30_000) {
  const end = Date.now() + patience;
  let last;
  while (Date.now() < end) {
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not seen: ${what}${last ? ` (${last.message})` : ''}`);
}
