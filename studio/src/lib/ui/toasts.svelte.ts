// Short messages at the edge of the window, read out as they come. Shown by `Toasts.svelte`.

import { sentence } from '../api';

export type Toast = { id: number; text: string; kind: 'done' | 'fault'; action: { label: string; run: () => void } | null };

const SHORT = 5000;
const LONG = 12_000;

class Toasts {
  list: Toast[] = $state([]);
  /** Said to screen readers only. */
  spoken = $state('');
  #next = 1;

  /** Says that something was done, with a way back where there is one. */
  done(text: string, action: Toast['action'] = null) {
    this.#add({ id: this.#next++, text, kind: 'done', action });
  }

  fault(error: unknown) {
    this.#add({ id: this.#next++, text: typeof error === 'string' ? error : sentence(error), kind: 'fault', action: null });
  }

  /** The same text twice is read out twice. */
  say(text: string) {
    this.spoken = this.spoken === text ? `${text}\u00a0` : text;
  }

  dismiss(id: number) {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Toast) {
    this.list = [...this.list.filter(({ text }) => text !== toast.text), toast].slice(-3);
    setTimeout(() => this.dismiss(toast.id), toast.action || toast.kind === 'fault' ? LONG : SHORT);
  }
}

export const toasts = new Toasts();
