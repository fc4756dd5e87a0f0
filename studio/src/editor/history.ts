// Changes of a document as patches with their inverses, and the steps that undo and redo walk through. Pure: documents
// are never changed, only made anew where they differ.

export type Path = readonly (string | number)[];

export type Patch =
  /** `undefined` takes the field away. */
  | { op: 'set'; path: Path; value: unknown }
  /** The path's last part is the place in a list. */
  | { op: 'insert'; path: Path; value: unknown }
  | { op: 'remove'; path: Path }
  | { op: 'move'; path: Path; from: number; to: number };

type Applied<T> = { value: T; inverse: Patch };

/** The document with a patch, and the patch that takes it back. */
export function apply<T>(value: T, patch: Patch): Applied<T> {
  const { path } = patch;
  if (patch.op === 'move') {
    const { from, to } = patch;
    const moved = at(value, path, (list) => {
      const items = asList(list, path);
      const [item] = items.splice(from, 1);
      items.splice(to, 0, item);
      return items;
    });
    return { value: moved, inverse: { op: 'move', path, from: to, to: from } };
  }
  const last = path.at(-1);
  if (last === undefined) {
    if (patch.op !== 'set') throw new Error(`a document cannot be put in or taken out: ${patch.op}`);
    return { value: patch.value as T, inverse: { op: 'set', path, value } };
  }
  let inverse: Patch = { op: 'remove', path };
  const changed = at(value, path.slice(0, -1), (parent) => {
    if (typeof parent !== 'object' || parent === null) throw new Error(`nothing stands at ${path.join('.')}`);
    if (patch.op === 'set') {
      const copy = (Array.isArray(parent) ? [...parent] : { ...parent }) as Record<string | number, unknown>;
      inverse = { op: 'set', path, value: copy[last] };
      if (patch.value === undefined) delete copy[last];
      else copy[last] = patch.value;
      return copy;
    }
    const items = asList(parent, path);
    if (patch.op === 'insert') items.splice(Number(last), 0, patch.value);
    else inverse = { op: 'insert', path, value: items.splice(Number(last), 1)[0] };
    return items;
  });
  return { value: changed, inverse };
}

/** A copy of `value` in which the part at `path` is what `change` makes of it. */
function at<T>(value: T, path: Path, change: (part: unknown) => unknown): T {
  const [first, ...rest] = path;
  if (first === undefined) return change(value) as T;
  if (typeof value !== 'object' || value === null) throw new Error(`nothing stands at ${path.join('.')}`);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[first] = at(copy[first], rest, change);
  return copy as T;
}

function asList(value: unknown, path: Path): unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list stands at ${path.join('.')}`);
  return [...value];
}

/** One thing to undo. */
export type Step = { label: string; patches: Patch[]; inverse: Patch[]; key: string; at: number };
export type History<T> = { now: T; past: Step[]; future: Step[] };
export type Change = {
  label: string;
  patches: Patch[];
  /** Changes with the same key that follow each other quickly are one step: a word, not its letters. */
  key?: string;
};

export const MOST_STEPS = 100;
const QUICKLY = 1500;

export const begin = <T>(now: T): History<T> => ({ now, past: [], future: [] });

export function change<T>(history: History<T>, { label, patches, key = '' }: Change, time: number): History<T> {
  const { value, inverse } = run(history.now, patches);
  const step: Step = { label, patches, inverse, key, at: time };
  const last = history.past.at(-1);
  const isSame = last !== undefined && key !== '' && last.key === key && time - last.at < QUICKLY && history.future.length === 0;
  const past = isSame ? [...history.past.slice(0, -1), joined(last, step)] : [...history.past, step].slice(-MOST_STEPS);
  return { now: value, past, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const step = history.past.at(-1);
  if (!step) return history;
  return { now: run(history.now, step.inverse).value, past: history.past.slice(0, -1), future: [step, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
  const [step, ...future] = history.future;
  if (!step) return history;
  // Typing that follows is a step of its own.
  return { now: run(history.now, step.patches).value, past: [...history.past, { ...step, at: 0 }], future };
}

function run<T>(value: T, patches: Patch[]): { value: T; inverse: Patch[] } {
  const inverse: Patch[] = [];
  for (const patch of patches) {
    const applied = apply(value, patch);
    value = applied.value;
    inverse.unshift(applied.inverse);
  }
  return { value, inverse };
}

/** Two steps as one; fields that were set twice are set once. */
function joined(first: Step, second: Step): Step {
  const isSet = (patch: Patch | undefined) => patch?.op === 'set';
  const same = first.patches.length === 1 && second.patches.length === 1 && isSet(first.patches[0]) && isSet(second.patches[0]) &&
    first.patches[0]?.path.join('.') === second.patches[0]?.path.join('.');
  return {
    ...second,
    patches: same ? second.patches : [...first.patches, ...second.patches],
    inverse: same ? first.inverse : [...second.inverse, ...first.inverse],
  };
}
