// The 31 colour themes of the account API, each with a colour that shows what is meant. `magneta` is spelled as the
// original spells it.

export const THEMES: { id: string; color: string | undefined }[] = [
  { id: 'red', color: '#ef4444' }, { id: 'orange', color: '#f97316' }, { id: 'amber', color: '#f59e0b' },
  { id: 'yellow', color: '#eab308' }, { id: 'pastel_yellow', color: '#fdf3a7' }, { id: 'pastel_orange', color: '#fdc9a0' },
  { id: 'lime', color: '#84cc16' }, { id: 'light_green', color: '#86efac' }, { id: 'slime', color: '#a3e635' },
  { id: 'green', color: '#22c55e' }, { id: 'emerald', color: '#10b981' }, { id: 'teal', color: '#14b8a6' },
  { id: 'ice', color: '#cffafe' }, { id: 'cyan', color: '#06b6d4' }, { id: 'sky', color: '#38bdf8' },
  { id: 'pastel_blue', color: '#b4d3fb' }, { id: 'waterfall', color: '#4fa3d1' }, { id: 'blue', color: '#3b82f6' },
  { id: 'midnight_blue', color: '#26357a' }, { id: 'indigo', color: '#6366f1' }, { id: 'light_violet', color: '#c4b5fd' },
  { id: 'violet', color: '#8b5cf6' }, { id: 'purple', color: '#a855f7' }, { id: 'magneta', color: '#d6249f' },
  { id: 'fuchsia', color: '#e93bf2' }, { id: 'pastel_purple', color: '#dcc9fb' }, { id: 'light_pink', color: '#fbcfe0' },
  { id: 'pink', color: '#ec4899' }, { id: 'rose', color: '#f43f5e' }, { id: 'dark_rose', color: '#9f1239' },
  { id: 'dynamic', color: undefined },
];

/** `Pastel blue` */
export function nameOf(id: string): string {
  const words = id === 'magneta' ? 'magenta' : id.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
