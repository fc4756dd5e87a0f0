// The editor's state: the page and its history, what is picked, and the saving of it.

import { getContext, setContext } from 'svelte';
import { api } from '$lib/api';
import { toasts } from '$lib/ui';
import type { BlockKind, Profile, ProfileWithContent } from '$lib/types';
import { begin, change, redo, undo, type Change, type History, type Patch } from './history';
import { mirror } from './mirror';
import { MOST_BLOCKS, blank, complete, copyOf, kindOf, nameOf, toPage, type LocalBlock, type Page } from './model';
import { Saver } from './saver.svelte';

export class Editor {
  profile: Profile = $state.raw(null as unknown as Profile);
  /** The key of the block whose form is open. */
  picked: number | null = $state(null);
  saver: Saver;
  #history: History<Page> = $state.raw(null as unknown as History<Page>);
  #done = $derived(complete(this.#history.now));

  constructor(profile: ProfileWithContent) {
    this.#history = begin(toPage(profile.draft));
    this.profile = profile;
    // As this side writes it, so that nothing is saved that was not changed.
    this.saver = new Saver({ id: profile.id, revision: profile.revision, draft: this.#done.content });
    this.saver.onsaved = (saved) => (this.profile = saved);
    this.saver.onclean = () => mirror.drop(profile.id);
    this.#recover(profile);
  }

  get page() {
    return this.#history.now;
  }

  /** The document of what is finished, and the places of its blocks among those that are edited. */
  get document() {
    return this.#done;
  }

  get canUndo() {
    return this.#history.past.length > 0;
  }

  get canRedo() {
    return this.#history.future.length > 0;
  }

  get pickedAt() {
    return this.page.blocks.findIndex(({ key }) => key === this.picked);
  }

  has = (kind: BlockKind) => this.page.blocks.some((block) => block.kind === kind);

  // Changes

  change(step: Change) {
    this.#set(change(this.#history, step, Date.now()));
  }

  undo() {
    const label = this.#history.past.at(-1)?.label;
    if (!label) return;
    this.#set(undo(this.#history));
    toasts.say(`Undone: ${label}`);
  }

  redo() {
    const label = this.#history.future[0]?.label;
    if (!label) return;
    this.#set(redo(this.#history));
    toasts.say(`Done again: ${label}`);
  }

  /** Sets fields of a block; typing in one field is one step. */
  edit<B extends LocalBlock>(block: B, fields: Partial<B>, field = '') {
    const at = this.page.blocks.findIndex(({ key }) => key === block.key);
    if (at < 0) return;
    const patches: Patch[] = Object.entries(fields).map(([name, value]) => ({ op: 'set', path: ['blocks', at, name], value }));
    this.change({ label: `change of ${kindOf(block).name}`, patches, key: field && `${block.key}.${field}` });
  }

  setTheme(fields: Partial<Page['theme']>, field = '') {
    const theme = { ...this.page.theme, ...fields };
    for (const name of Object.keys(theme) as (keyof typeof theme)[]) if (theme[name] === undefined) delete theme[name];
    this.change({ label: 'change of the design', patches: [{ op: 'set', path: ['theme'], value: theme }], key: field && `theme.${field}` });
  }

  /** Another design keeps the owner's colours; letters and shapes are its own. */
  setTemplate(template: Page['template']) {
    const { font: _, corner: __, density: ___, ...theme } = this.page.theme;
    this.change({ label: 'change of the design', patches: [{ op: 'set', path: ['template'], value: template }, { op: 'set', path: ['theme'], value: theme }] });
  }

  setFooter(isHidden: boolean) {
    this.change({ label: 'change of the footer', patches: [{ op: 'set', path: ['hideFooter'], value: isHidden }] });
  }

  /** Adds a block after the picked one, or at the end; answers its key. */
  add(what: BlockKind | LocalBlock): number | null {
    const block = typeof what === 'string' ? blank(what) : what;
    const kind = kindOf(block);
    if (this.page.blocks.length >= MOST_BLOCKS) {
      toasts.fault(`A page holds at most ${MOST_BLOCKS} blocks.`);
      return null;
    }
    if (kind.isOnce && this.has(block.kind)) {
      toasts.fault(`A page has one ${kind.name.toLowerCase()} only, and yours is there already.`);
      return null;
    }
    const at = block.kind === 'header' ? 0 : this.pickedAt < 0 ? this.page.blocks.length : this.pickedAt + 1;
    this.change({ label: `new ${kind.name}`, patches: [{ op: 'insert', path: ['blocks', at], value: block }] });
    this.picked = block.key;
    toasts.say(`${kind.name} added, block ${at + 1} of ${this.page.blocks.length}`);
    return block.key;
  }

  duplicate(block: LocalBlock) {
    this.picked = block.key;
    this.add(copyOf(block));
  }

  remove(block: LocalBlock) {
    const at = this.page.blocks.indexOf(block);
    if (at < 0) return;
    this.change({ label: `removal of ${nameOf(block)}`, patches: [{ op: 'remove', path: ['blocks', at] }] });
    if (this.picked === block.key) this.picked = null;
    toasts.done(`${nameOf(block)} removed`, { label: 'Undo', run: () => this.undo() });
  }

  move(from: number, to: number) {
    const block = this.page.blocks[from];
    const most = this.page.blocks.length;
    if (!block || from === to || to < 0 || to >= most) return;
    this.change({ label: `move of ${nameOf(block)}`, patches: [{ op: 'move', path: ['blocks'], from, to }] });
    toasts.say(`${nameOf(block)} moved to ${to + 1} of ${most}`);
  }

  /** Another whole document, as one step. */
  replace(page: Page, label: string) {
    this.change({ label, patches: [{ op: 'set', path: [], value: page }] });
    this.picked = null;
  }

  // What the server did

  /** The draft was made anew there: restored, discarded. */
  adopt(profile: ProfileWithContent, label: string) {
    this.profile = profile;
    this.#history = change(this.#history, { label, patches: [{ op: 'set', path: [], value: toPage(profile.draft) }] }, Date.now());
    this.picked = null;
    this.saver.adopt({ ...profile, draft: this.#done.content });
    mirror.drop(profile.id);
  }

  /** A change of the page that is not its content; the answer carries the revision to go on from. */
  published(profile: Profile) {
    this.profile = profile;
    this.saver.revision = profile.revision;
  }

  /** After its address changed by something else than a change of ours. */
  async refresh() {
    const { draft: _, published: __, ...profile } = await api.get<ProfileWithContent>(`/profiles/${this.profile.id}`);
    this.published(profile);
  }

  takeTheirs() {
    const newer = this.saver.newer;
    if (!newer) return;
    this.#history = change(this.#history, { label: 'taking the newer version', patches: [{ op: 'set', path: [], value: toPage(newer.draft) }] }, Date.now());
    this.picked = null;
    this.saver.takeTheirs({ ...newer, draft: this.#done.content });
    mirror.drop(this.profile.id);
  }

  /** What this browser kept when it last could not save. */
  #recover({ id, revision, updated }: ProfileWithContent) {
    const kept = mirror.read(id);
    if (!kept) return;
    const before = this.#done.content;
    const mine = complete(kept.page).content;
    if (JSON.stringify(mine) === JSON.stringify(before)) return mirror.drop(id);
    const blocks = kept.page.blocks.map((block) => copyOf(block));
    this.change({ label: 'changes of last time', patches: [{ op: 'set', path: [], value: { ...kept.page, blocks } }] });
    if (kept.revision === revision) {
      toasts.done('Changes that were not saved last time are back', { label: 'Undo', run: () => this.undo() });
    } else {
      this.saver.stop();
      this.saver.newer = { revision, draft: before, updated };
      this.saver.state = 'conflict';
    }
  }

  #set(history: History<Page>) {
    this.#history = history;
    if (this.picked !== null && this.pickedAt < 0) this.picked = null;
    mirror.keep(this.profile.id, this.saver.revision, history.now);
    this.saver.touch(this.#done.content);
    if (this.saver.state === 'saved') mirror.drop(this.profile.id);
  }
}

const EDITOR = Symbol('editor');
export const giveEditor = (editor: () => Editor) => setContext(EDITOR, editor);
export const useEditor = () => getContext<() => Editor>(EDITOR)();
