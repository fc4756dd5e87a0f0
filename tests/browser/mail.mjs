// A mail server that keeps what it is given.

import { createServer } from 'node:net';

export async function startMail() {
  const mails = [];
  const waiting = new Set();
  const server = createServer((socket) => {
    let [rest, isData] = ['', false];
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      rest += bytes;
      for (;;) {
        const mark = isData ? '\r\n.\r\n' : '\r\n';
        const end = rest.indexOf(mark);
        if (end < 0) return;
        const text = rest.slice(0, end);
        rest = rest.slice(end + mark.length);
        if (isData) {
          mails.push(text);
          waiting.forEach((look) => look());
        }
        isData = !isData && text === 'DATA';
        socket.write(isData ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
    socket.write('220 ready\r\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  /** Waits until so many have come; answers the newest. */
  const wait = (count) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${mails.length} mails came, not ${count}`)), 20_000);
      const look = () => {
        if (mails.length < count) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(mails.at(-1));
      };
      waiting.add(look);
      look();
    });
  return { url: `smtp://127.0.0.1:${server.address().port}`, wait, stop: () => server.close() };
}
