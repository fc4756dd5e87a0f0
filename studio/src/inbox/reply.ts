// How a message is answered: by a mail to whoever left an address.

interface Asked { replyTo: string | null; name: string | null; message: string; }

const ADDRESS = /^[^\s@<>,;:?&"]+@[^\s@<>,;:?&"]+\.[^\s@<>,;:?&"]+$/;

/** A `mailto:` with the message quoted below, or nothing when there is no address to write to. */
export function replyLink({ replyTo, name, message }: Asked, domain: string | null): string | null {
  if (!replyTo || !ADDRESS.test(replyTo)) return null;
  const subject = domain ? `Your message on ${domain}` : 'Your message';
  // Longer links are cut off by mail programs.
  const quoted = message.slice(0, 800).split('\n').map((line) => `> ${line}`).join('\r\n');
  const body = `${name ? `Hello ${name},` : 'Hello,'}\r\n\r\n\r\n\r\n${quoted}`;
  return `mailto:${encodeURIComponent(replyTo).replace('%40', '@')}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
