// What others did before the owner looks: uploads, visits, messages and a report, each the way it really comes about.

import { expect } from './report.mjs';
import { ADA, drawing, GRACE, LINUS, open, RELAY_KEY, told } from './studio.mjs';

const COLOURS = [['#ff6b4a', '#ffd166'], ['#2f5bea', '#23a55a'], ['#14161d', '#3dd68c'], ['#7c5cff', '#ff6bd6'], ['#0f766e', '#a7f3d0'], ['#b91c1c', '#fca5a5']];
const AGENTS = {
  phone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  desk: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  fox: 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  bot: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
};
const MESSAGES = [
  { name: 'Charles Babbage', replyTo: 'charles@example.org', message: 'Hello! Would you speak at the meeting of the society next month?\n\nWe would cover travel.' },
  { name: 'Mary', replyTo: 'mary@example.org', message: 'Your page is beautiful.' },
  { message: 'hi' },
];

/** `session` is the owner's. */
export async function fill(browser, studio, session) {
  await takeMessages(browser, studio, session);
  const privacies = ['public', 'unlisted', 'private'];
  for (const [at, colours] of COLOURS.entries())
    await upload(studio, ADA, await drawing(browser, 640, 420 + at * 40, ...colours), privacies[at % 3], `Drawing ${at + 1}`);
  const code = await upload(studio, GRACE, await drawing(browser, 500, 400, '#888', '#bbb'), 'public', 'Not nice');
  await report(studio, code);
  for (const [name, agent] of Object.entries(AGENTS)) await see(studio, name, agent);
  for (const message of MESSAGES) await write(studio, message);
}

async function takeMessages(browser, studio, session) {
  const { page, context } = await open(browser, studio, session, '/account/contact');
  await page.getByRole('switch', { name: 'Take messages by E-mail' }).click();
  await told(page, 'E-mail is on');
  await context.close();
}

async function upload(studio, owner, png, privacy, title) {
  const form = new FormData();
  form.append('post-privacy', privacy);
  form.append('post-title', title);
  form.append('file', new Blob([png], { type: 'image/png' }), 'drawing.png');
  const sent = new Request(studio.origin, { method: 'POST', body: form });
  const headers = { 'relay-key': RELAY_KEY[owner], 'content-type': sent.headers.get('content-type') };
  const answer = await studio.ask('relay.localhost', '/upload', { method: 'POST', headers, body: Buffer.from(await sent.arrayBuffer()) });
  expect(answer.status === 200, `POST /upload: ${answer.status} ${answer.text}`);
  return answer.json().post.code;
}

async function report(studio, code) {
  const headers = { 'relay-key': RELAY_KEY[LINUS], 'content-type': 'application/json' };
  const body = JSON.stringify({ code, reason: 'This is a picture of me.' });
  const answer = await studio.ask('relay.localhost', '/report', { method: 'POST', headers, body });
  expect(answer.status === 200, `POST /report: ${answer.status} ${answer.text}`);
}

async function see(studio, name, agent) {
  const headers = { 'user-agent': agent, referer: name === 'fox' ? 'https://github.com/ada' : 'https://discord.com/' };
  const answer = await studio.ask('ada.localhost', '/', { headers });
  expect(answer.status === 200, `the page: ${answer.status}`);
}

async function write(studio, message) {
  const headers = { 'content-type': 'application/json' };
  const answer = await studio.ask('ada.localhost', '/api/v1/profiles/p_ada/contact/email', { method: 'POST', headers, body: JSON.stringify(message) });
  expect(answer.status === 200, `the form: ${answer.status} ${answer.text}`);
}
