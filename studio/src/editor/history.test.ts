import { describe, expect, test } from 'vitest';
import { MOST_STEPS, apply, begin, change, redo, undo, type History, type Patch } from './history';

type Doc = { title?: string; blocks: { key: number; links?: string[] }[] };
const doc: Doc = { title: 'A', blocks: [{ key: 1 }, { key: 2, links: ['x', 'y'] }, { key: 3 }] };

const patches: Patch[] = [
  { op: 'set', path: ['title'], value: 'B' },
  { op: 'set', path: ['title'], value: undefined },
  { op: 'set', path: ['blocks', 1, 'links', 0], value: 'z' },
  { op: 'set', path: [], value: { blocks: [] } },
  { op: 'insert', path: ['blocks', 0], value: { key: 4 } },
  { op: 'insert', path: ['blocks', 3], value: { key: 4 } },
  { op: 'remove', path: ['blocks', 1] },
  { op: 'remove', path: ['blocks', 1, 'links', 1] },
  { op: 'move', path: ['blocks'], from: 0, to: 2 },
  { op: 'move', path: ['blocks'], from: 2, to: 0 },
  { op: 'move', path: ['blocks', 1, 'links'], from: 0, to: 1 },
];

describe('a patch', () => {
  test.each(patches.map((patch) => [JSON.stringify(patch), patch] as const))('%s is taken back by its inverse', (_, patch) => {
    const before = structuredClone(doc);
    const { value, inverse } = apply(doc, patch);
    expect(doc).toEqual(before);
    expect(value).not.toEqual(doc);
    expect(apply(value, inverse).value).toEqual(doc);
  });

  test('leaves what it does not touch as it is', () => {
    const { value } = apply(doc, { op: 'set', path: ['blocks', 1, 'links', 0], value: 'z' });
    expect(value.blocks[0]).toBe(doc.blocks[0]);
    expect(value.blocks[1]).not.toBe(doc.blocks[1]);
  });

  test('that fits nowhere is a mistake', () => {
    expect(() => apply(doc, { op: 'set', path: ['nothing', 'here'], value: 1 })).toThrow();
    expect(() => apply(doc, { op: 'move', path: ['title'], from: 0, to: 1 })).toThrow();
  });
});

describe('the history', () => {
  const title = (value: string, key = ''): { label: string; patches: Patch[]; key: string } => ({ label: 'title', patches: [{ op: 'set', path: ['title'], value }], key });

  test('walks back and forth over any changes', () => {
    let history: History<Doc> = begin(doc);
    const seen = [history.now];
    for (const [at, patch] of patches.filter((patch) => patch.path.length > 0).slice(0, 6).entries()) {
      history = change(history, { label: 'x', patches: [patch] }, at * 10_000);
      seen.push(history.now);
    }
    for (const expected of [...seen].reverse()) {
      expect(history.now).toEqual(expected);
      history = undo(history);
    }
    for (const expected of seen.slice(1)) {
      history = redo(history);
      expect(history.now).toEqual(expected);
    }
    expect(redo(history)).toBe(history);
  });

  test('takes letters that are typed quickly for one step', () => {
    let history: History<Doc> = begin(doc);
    for (const [at, value] of ['A1', 'A12', 'A123'].entries()) history = change(history, title(value, 'title'), at * 200);
    expect(history.past.length).toBe(1);
    history = change(history, title('B', 'title'), 60_000);
    history = change(history, title('C'), 60_001);
    expect(history.past.length).toBe(3);
    expect(undo(undo(undo(history))).now).toEqual(doc);
  });

  test('keeps a hundred steps', () => {
    let history: History<Doc> = begin(doc);
    for (let at = 0; at < 150; at += 1) history = change(history, title(`t${at}`), at * 10_000);
    expect(history.past.length).toBe(MOST_STEPS);
    for (let at = 0; at < 200; at += 1) history = undo(history);
    expect(history.now.title).toBe('t49');
  });

  test('forgets what was undone when something new is done', () => {
    let history = undo(change(begin(doc), title('B'), 0));
    history = change(history, title('C'), 1);
    expect(redo(history).now.title).toBe('C');
  });
});
