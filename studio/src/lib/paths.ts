// Patterns of addresses.

export type Params = Record<string, string>;

/** The values of the `:names` of a pattern; a last `*` takes whatever is left. */
export function paramsOf(pattern: string, path: string): Params | null {
  const [wanted, found] = [pattern, path].map((text) => text.split('/').filter(Boolean)) as [string[], string[]];
  const isOpen = wanted.at(-1) === '*';
  if (isOpen ? found.length < wanted.length - 1 : found.length !== wanted.length) return null;
  const params: Params = {};
  for (const [at, part] of wanted.entries()) {
    if (part === '*') params['rest'] = found.slice(at).join('/');
    else if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(found[at] ?? '');
    else if (part !== found[at]) return null;
  }
  return params;
}
