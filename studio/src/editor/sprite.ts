// The icons of the pages, as text: the preview's frame cannot fetch them itself.

let known: Promise<string> | null = null;

export default function sprite(): Promise<string> {
  known ??= fetch('/assets/icons.svg').then((response) => (response.ok ? response.text() : Promise.reject(new Error('no icons'))));
  known.catch(() => (known = null));
  return known;
}
