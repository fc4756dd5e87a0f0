// discord.js beside our listener, on the fake Discord: node run.mjs PATH-OF-NAMEPLATE PATH-OF-FAKE-DISCORD
//
// The fake counts as Discord-like because an independent client logs in to it, resumes, and reports what our own
// listener reports.

import { resolve } from 'node:path';

import { Client, Events, GatewayIntentBits } from 'discord.js';

import { check, close, expect } from '../browser/report.mjs';
import { presences } from './presences.mjs';
import { fake, node, until } from './servers.mjs';

const ADA = '123456789012345678';
const [binary = '../../target/debug/nameplate', program = '../../target/debug/examples/fake-discord'] = process.argv.slice(2);
const discord = await fake(resolve(program));
await discord.ask({ do: 'join', user: ADA });
await discord.ask({ do: 'presence', user: ADA, presence: presences['a game'] });
const nameplate = await node(resolve(binary), discord, ADA);
const client = new Client({
  rest: { api: discord.api.replace(/\/v10$/, '') },
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers, GatewayIntentBits.GuildPresences],
});
const resumed = [];
client.on(Events.ShardResume, () => resumed.push(Date.now()));
client.on(Events.Error, (error) => console.log(`discord.js: ${error.message}`));

await check('discord.js logs in and knows the guild and its member', async () => {
  await client.login(discord.token);
  await until('the guild', () => client.guilds.cache.get(discord.guild)?.available);
  expect(theirs().status === 'online', JSON.stringify(theirs()));
  expect(client.guilds.cache.get(discord.guild).members.cache.has(ADA), 'the member is not there');
});

for (const [name, presence] of Object.entries(presences)) {
  await check(`both report ${name}`, async () => {
    await discord.ask({ do: 'presence', user: ADA, presence });
    await agree(presence);
  });
}

await check('both resume after the gateway asked to reconnect, and miss nothing', async () => {
  await faulty({ do: 'reconnect' });
});

await check('both resume after a reset, and miss nothing', async () => {
  await faulty({ do: 'reset' });
});

await check('both begin a new session when theirs is invalid', async () => {
  await discord.ask({ do: 'invalid', resumable: false });
  await discord.ask({ do: 'presence', user: ADA, presence: presences['a stream'] });
  await until('two new sessions', async () => (await discord.ask({ do: 'seen' })).identifies === 4);
  await agree(presences['a stream']);
});

await check('discord.js is answered about members as by Discord', async () => {
  const members = await client.guilds.cache.get(discord.guild).members.fetch({ user: [ADA], withPresences: true });
  expect(members.get(ADA)?.presence?.status === 'online', 'the member with a presence');
});

await client.destroy();
await nameplate.stop();
discord.stop();
process.exit(close());

/** A change that happens while the connections are broken. */
async function faulty(fault) {
  const before = (await discord.ask({ do: 'seen' })).resumes;
  const resumes = resumed.length;
  await discord.ask({ do: 'presence', user: ADA, presence: presences.Spotify });
  await discord.ask(fault);
  await discord.ask({ do: 'presence', user: ADA, presence: presences['a competition'] });
  await until('two resumed sessions', async () => (await discord.ask({ do: 'seen' })).resumes === before + 2);
  await until('discord.js says that it resumed', () => resumed.length === resumes + 1);
  await agree(presences['a competition']);
}

/** Waits until discord.js has taken in a presence, and our listener says the same. */
async function agree(presence) {
  const names = JSON.stringify(presence.activities.map((activity) => activity.name));
  await until(`discord.js has ${presence.status} ${names}`, () => {
    const seen = theirs();
    return seen.status === presence.status && JSON.stringify(seen.activities.map((activity) => activity.name)) === names;
  });
  let last;
  await until('the same from nameplate', async () => same(theirs(), (last = await nameplate.presence()))).catch((error) => {
    throw new Error(`${error.message}: discord.js ${JSON.stringify(theirs())}, nameplate ${JSON.stringify(last)}`);
  });
}

/** What discord.js reports; without a presence a member is offline. */
function theirs() {
  const presence = client.guilds.cache.get(discord.guild)?.presences.cache.get(ADA);
  return { status: presence?.status ?? 'offline', activities: presence?.activities ?? [] };
}

function same(theirs, ours) {
  if (ours?.status !== theirs.status) return false;
  if (!ours.activity) return theirs.activities.length === 0;
  const activity = theirs.activities.find(({ name }) => name === ours.activity.name);
  const expected = {
    name: activity?.name, type: activity?.type, details: activity?.details ?? undefined, state: activity?.state ?? undefined,
    startedAt: activity?.timestamps?.start?.getTime(), endsAt: activity?.timestamps?.end?.getTime(),
    largeText: activity?.assets?.largeText ?? undefined,
  };
  const fields = Object.entries(expected).every(([name, value]) => ours.activity[name] === value);
  return fields && sameImage(activity.assets?.largeImageURL({ extension: 'png' }) ?? undefined, ours.activity.largeImage);
}

/** The previews of streams and videos come in several sizes, which is a matter of taste; the rest is one address. */
function sameImage(theirs, ours) {
  const isPreview = /^https:\/\/(static-cdn\.jtvnw\.net|i\.ytimg\.com)\//;
  if (!theirs || !isPreview.test(theirs)) return theirs === ours;
  return new URL(theirs).host === new URL(ours).host && ['ada', 'dQw4w9WgXcQ'].some((id) => theirs.includes(id) && ours.includes(id));
}
