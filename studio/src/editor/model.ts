// The page while it is edited: the content document with a key for each thing in it, so that rows keep their identity
// while they move, and with room for what is not finished yet, such as a link without its address.

import type { IconName } from '$lib/ui/icons';
import type { Block, BlockKind, Content, Link, TemplateId, Theme, Way } from '$lib/types';

export type Keyed<T> = T & { key: number };

export type LocalBlock = Keyed<
  | Extract<Block, { kind: 'header' | 'image' | 'gallery' | 'presence' | 'divider' }>
  | { kind: 'links'; title?: string; style?: 'list' | 'icons'; links: Keyed<Link>[] }
  | { kind: 'text'; title?: string; body: string }
  | { kind: 'music'; title?: string; tracks: Keyed<{ isrc: string }>[] }
  | { kind: 'contact'; title?: string; ways: Keyed<Way>[]; form?: ContactForm }
>;
export type LocalOf<K extends BlockKind> = Extract<LocalBlock, { kind: K }>;
type ContactForm = NonNullable<Extract<Block, { kind: 'contact' }>['form']>;

export type Page = { template: TemplateId; theme: Theme; blocks: LocalBlock[]; hideFooter: boolean };

export const MOST_BLOCKS = 64;

let keys = 0;
export const newKey = () => ++keys;
const keyed = <T>(value: T): Keyed<T> => ({ ...value, key: newKey() });

// From the document and back

export function toLocal(block: Block): LocalBlock {
  switch (block.kind) {
    case 'links':
      return keyed({ ...block, links: block.links.map(keyed) });
    case 'text': {
      const { paragraphs, ...rest } = block;
      return keyed({ ...rest, body: paragraphs.join('\n\n') });
    }
    case 'music':
      return keyed({ ...block, tracks: block.tracks.map((isrc) => keyed({ isrc })) });
    case 'contact':
      return keyed({ ...block, ways: (block.ways ?? []).map(keyed) });
    default:
      return keyed(block);
  }
}

export const toPage = (content: Content): Page => ({
  template: content.template,
  theme: content.theme ?? {},
  blocks: (content.blocks ?? []).map(toLocal),
  hideFooter: content.hideFooter ?? false,
});

export type Complete = {
  content: Content;
  /** Where each block of the document stands among those that are edited. */
  places: number[];
};

/** The document of what is finished: what is half typed stays here until it is whole. */
export function complete(page: Page): Complete {
  const blocks: Block[] = [];
  const places: number[] = [];
  for (const [place, block] of page.blocks.entries()) {
    const done = finished(block);
    if (!done) continue;
    blocks.push(done);
    places.push(place);
  }
  const content: Content = { schema: 1, template: page.template, theme: page.theme, blocks };
  return { content: page.hideFooter ? { ...content, hideFooter: true } : content, places };
}

/** What the document refuses: controls, line ends, marks that turn the direction of writing. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\u{e0001}]/gu;

/** Text that says something, or nothing at all. */
const filled = (text: string | undefined, most: number) => {
  const clean = [...(text ?? '').replace(UNSHOWABLE, ' ')].slice(0, most).join('').trim();
  return clean === '' ? undefined : clean;
};

const titled = (title: string | undefined) => {
  const text = filled(title, 80);
  return text === undefined ? {} : { title: text };
};

function finished(block: LocalBlock): Block | null {
  switch (block.kind) {
    case 'links': {
      const links = block.links.map(finishedLink).filter((link) => link !== null);
      if (links.length === 0) return null;
      return { kind: 'links', ...titled(block.title), ...(block.style === 'icons' ? { style: 'icons' } : {}), links };
    }
    case 'text': {
      const paragraphs = paragraphsOf(block.body);
      return paragraphs.length === 0 ? null : { kind: 'text', ...titled(block.title), paragraphs };
    }
    case 'image': {
      if (block.url === '') return null;
      const caption = filled(block.caption, 200);
      return { kind: 'image', url: block.url, alt: filled(block.alt, 300) ?? 'Picture', ...(caption ? { caption } : {}) };
    }
    case 'gallery':
      return { kind: 'gallery', ...titled(block.title), ...(block.limit === undefined ? {} : { limit: block.limit }) };
    case 'music': {
      const tracks = block.tracks.map(({ isrc }) => cleanIsrc(isrc)).filter((isrc) => isrc !== null);
      return tracks.length === 0 ? null : { kind: 'music', ...titled(block.title), tracks };
    }
    case 'contact': {
      const ways = block.ways.filter((way) => wayFault(way) === null).map(({ way, value }) => ({ way, value: value.trim() }));
      const hasForm = Object.values(block.form ?? {}).some(Boolean);
      if (ways.length === 0 && !hasForm) return null;
      return { kind: 'contact', ...titled(block.title), ...(ways.length > 0 ? { ways } : {}), ...(hasForm ? { form: block.form as ContactForm } : {}) };
    }
    default: {
      const { key: _, ...rest } = block;
      return rest;
    }
  }
}

function finishedLink({ label, url, note, icon, me }: Link): Link | null {
  const href = cleanUrl(url);
  if (href === null) return null;
  const said = filled(note, 120);
  return {
    label: filled(label, 80) ?? nameOfUrl(href),
    url: href,
    ...(said ? { note: said } : {}),
    ...(icon ? { icon } : {}),
    ...(me === undefined ? {} : { me }),
  };
}

/** Paragraphs stand between empty lines. */
export function paragraphsOf(body: string): string[] {
  const clean = (line: string) => line.replace(UNSHOWABLE, ' ');
  const parts = body.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n+/).map((part) => part.split('\n').map(clean).join('\n').trim());
  return parts.filter((part) => part !== '').map((part) => [...part].slice(0, 2000).join('')).slice(0, 20);
}

// What people type

const SCHEMES = ['https:', 'http:', 'mailto:', 'tel:', 'sms:', 'matrix:', 'xmpp:', 'geo:'];

/** An address as it may stand in the document, with the scheme that people leave out; `null` for what is none. */
export function cleanUrl(text: string): string | null {
  const typed = text.trim();
  if (typed === '' || /\s/.test(typed) || typed.length > 2048) return null;
  const isMail = /^[^@/:]+@[^@/:]+\.[^@/:]+$/.test(typed);
  const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed);
  const whole = isMail ? `mailto:${typed}` : hasScheme ? typed : `https://${typed.replace(/^\/+/, '')}`;
  try {
    const url = new URL(whole);
    if (!SCHEMES.includes(url.protocol) || url.username || url.password) return null;
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    // A word is no host, but for this machine's own.
    if (isWeb && !/^localhost$|\.[^.]|\[|:/.test(url.hostname)) return null;
    return whole;
  } catch {
    return null;
  }
}

export const urlFault = (text: string): string | null =>
  text.trim() === '' || cleanUrl(text) !== null ? null : 'This is no address that a link can lead to.';

/** A name for a link that has none. */
export function nameOfUrl(href: string): string {
  const url = new URL(href);
  return (url.hostname.replace(/^www\./, '') || url.pathname || href).slice(0, 80);
}

export function cleanIsrc(text: string): string | null {
  const plain = text.replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(plain) ? plain : null;
}

/** What a pasted text stands for, as the server is asked about it: an address, a recording, somebody. */
export function pastable(text: string): string | null {
  const typed = text.trim();
  return cleanIsrc(typed) ?? (/^@[^:\s]+:\S+$/.test(typed) ? typed : cleanUrl(typed));
}

/** What is wrong with a way to reach somebody; empty is wrong without a word. */
export function wayFault({ way, value }: Way): string | null {
  const text = value.trim();
  const isPlain = !/[ ?&#%<>"]/.test(text);
  const isAddress = isPlain && /^[^@]+@.+$/.test(text);
  switch (way) {
    case 'email':
    case 'xmpp':
      return isAddress ? null : 'An address has an @ in it, and no spaces.';
    case 'matrix':
      return isPlain && /^@[^:]+:.+$/.test(text) ? null : 'As in @you:example.org.';
    case 'phone':
      return /^[\d +\-().]+$/.test(text) ? null : 'Digits, spaces, +, -, dots and brackets only.';
    case 'discord':
      return text !== '' && !text.includes(' ') ? null : 'A handle has no spaces.';
  }
}

// Kinds

export type Kind = { kind: BlockKind; name: string; about: string; icon: IconName; isOnce?: true; words: string };

export const KINDS: readonly Kind[] = [
  { kind: 'links', name: 'Links', about: 'Where else you are', icon: 'link', words: 'url social buttons icons site' },
  { kind: 'text', name: 'Text', about: 'A few words, or many', icon: 'text', words: 'paragraph about write bio' },
  { kind: 'image', name: 'Picture', about: 'One picture with its caption', icon: 'image', words: 'photo image upload' },
  { kind: 'gallery', name: 'Gallery', about: 'Your newest public uploads', icon: 'images', words: 'photos uploads grid' },
  { kind: 'presence', name: 'Presence', about: 'What you are doing right now, live', icon: 'activity', isOnce: true, words: 'discord status live playing' },
  { kind: 'music', name: 'Music', about: 'A player with your tracks', icon: 'music', words: 'player tracks isrc songs' },
  { kind: 'contact', name: 'Contact', about: 'Ways to reach you, and a form', icon: 'contact', words: 'mail phone form message' },
  { kind: 'header', name: 'Header', about: 'Your picture, name and bio', icon: 'header', isOnce: true, words: 'avatar name bio badges profile' },
  { kind: 'divider', name: 'Divider', about: 'A pause between two blocks', icon: 'divider', words: 'line rule separator' },
];

export const kindOf = (block: { kind: BlockKind }): Kind => KINDS.find(({ kind }) => kind === block.kind) ?? (KINDS[0] as Kind);

/** A new block, ready to be filled in. */
export function blank(kind: BlockKind): LocalBlock {
  switch (kind) {
    case 'links':
      return keyed({ kind, links: [keyed({ label: '', url: '' })] });
    case 'text':
      return keyed({ kind, body: '' });
    case 'image':
      return keyed({ kind, url: '', alt: '' });
    case 'music':
      return keyed({ kind, tracks: [keyed({ isrc: '' })] });
    case 'contact':
      return keyed({ kind, ways: [keyed({ way: 'email' as const, value: '' })] });
    default:
      return keyed({ kind });
  }
}

/** The same again, with keys of its own. */
export function copyOf(block: LocalBlock): LocalBlock {
  const copy = structuredClone(block);
  copy.key = newKey();
  const rows = copy.kind === 'links' ? copy.links : copy.kind === 'music' ? copy.tracks : copy.kind === 'contact' ? copy.ways : [];
  for (const row of rows) row.key = newKey();
  return copy;
}

/** A line that tells blocks of one kind apart. */
export function summary(block: LocalBlock): string {
  switch (block.kind) {
    case 'links':
      return block.links.map((link) => link.label || link.url).filter(Boolean).join(', ') || 'No link yet';
    case 'text':
      return block.body.trim().slice(0, 90) || 'Nothing written yet';
    case 'image':
      return block.url === '' ? 'No picture yet' : block.caption || block.alt || 'Without a description';
    case 'gallery':
      return `Your newest ${block.limit ?? 6} uploads`;
    case 'music': {
      const count = block.tracks.filter(({ isrc }) => cleanIsrc(isrc)).length;
      return count === 0 ? 'No track yet' : count === 1 ? 'One track' : `${count} tracks`;
    }
    case 'contact':
      return [...block.ways.map(({ value }) => value), Object.values(block.form ?? {}).some(Boolean) ? 'a form' : ''].filter(Boolean).join(', ') || 'No way to reach you yet';
    case 'header': {
      const parts = (['avatar', 'name', 'handle', 'bio', 'badges'] as const).filter((part) => block[part] !== false);
      return parts.length === 5 ? 'Picture, name, bio and badges' : parts.join(', ') || 'Nothing shown';
    }
    case 'presence':
      return 'Live from Discord';
    case 'divider':
      return 'A line';
  }
}

/** What a row is called when it is spoken of: its kind and its title. */
export const nameOf = (block: LocalBlock) => ('title' in block && block.title ? `${kindOf(block).name}, ${block.title}` : kindOf(block).name);
