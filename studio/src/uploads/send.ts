// How files get to the server: one request for each upload.

import { api } from '$lib/api';
import type { Upload } from '$lib/types';
import { toasts } from '$lib/ui';
import { Queue } from './queue.svelte';

export type Task = { files: File[] } & ({ privacy: string } | { code: string });

type Answer = { uploads: Upload[]; failed?: { index: number; error: string }[] };

/** What the server takes; it judges by the content, so this only spares a way there and back. */
export const ACCEPT = '.png,.jpg,.jpeg,.webp,.gif,.mp4,.mov,.mkv';

/** An album holds this many files at most. */
export const ALBUM = 9;

/** A new upload, or more files for an album. */
export async function sendTask(task: Task, onProgress: (sent: number) => void, signal: AbortSignal): Promise<Upload | null> {
  const form = new FormData();
  if ('privacy' in task) form.append('privacy', task.privacy);
  for (const file of task.files) form.append('files', file);
  if ('code' in task) return api.upload<Upload>(`/account/uploads/${encodeURIComponent(task.code)}/files`, form, onProgress, signal);
  const { uploads, failed = [] } = await api.upload<Answer>('/account/uploads', form, onProgress, signal);
  if (failed[0]) toasts.fault(`Of ${task.files.length} files ${failed.length} did not get in: ${failed[0].error}`);
  return uploads[0] ?? null;
}

/** `cat.png`, or `cat.png and 2 more`. */
export const nameOf = (files: File[]): string =>
  files.length > 1 ? `${files[0]?.name} and ${files.length - 1} more` : (files[0]?.name ?? '');

export const sizeOf = (files: File[]): number => files.reduce((size, file) => size + file.size, 0);

/** Lives as long as the studio does: uploads go on while other views are looked at. */
export const queue = new Queue(sendTask);

addEventListener('beforeunload', (event) => {
  if (queue.isBusy) event.preventDefault();
});
