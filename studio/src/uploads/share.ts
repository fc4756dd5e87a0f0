// The ways to put an upload elsewhere: as a link, or as code for sites, boards and Markdown.

export interface Shared { url: string; shareUrl: string; title: string | null; mime: string; }

export interface Way { id: string; name: string; code: string; }

/** Every way to share, in the order of how often it is wanted. */
export function ways(upload: Shared): Way[] {
  const title = upload.title ?? '';
  const list = [
    { id: 'link', name: 'Link to the page', code: upload.shareUrl },
    { id: 'direct', name: 'Link to the file', code: upload.url },
  ];
  return [
    ...list,
    { id: 'html', name: 'HTML', code: html(upload, title) },
    { id: 'markdown', name: 'Markdown', code: markdown(upload, title) },
    { id: 'bbcode', name: 'BBCode', code: bbcode(upload) },
  ];
}

function html({ url, shareUrl, mime }: Shared, title: string): string {
  const [source, page, name] = [url, shareUrl, title].map(escape);
  if (mime.startsWith('video/')) return `<video src="${source}" controls preload="metadata"></video>`;
  return `<a href="${page}"><img src="${source}" alt="${name}"></a>`;
}

function markdown({ url, shareUrl, mime }: Shared, title: string): string {
  const name = title.replace(/[[\]\\]/g, '\\$&').replace(/\s+/g, ' ');
  if (mime.startsWith('video/')) return `[${name || 'Video'}](${link(shareUrl)})`;
  return `[![${name}](${link(url)})](${link(shareUrl)})`;
}

const bbcode = ({ url, shareUrl, mime }: Shared): string =>
  mime.startsWith('video/') ? `[url]${link(shareUrl)}[/url]` : `[url=${link(shareUrl)}][img]${link(url)}[/img][/url]`;

/** A URL that ends neither the round nor the square brackets around it. */
const link = (url: string): string => url.replace(/[()[\]\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);
