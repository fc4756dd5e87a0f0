// What can be done with an upload from its tile as well as from its details.

import { api } from '$lib/api';
import { attempt } from '$lib/load.svelte';
import type { Upload } from '$lib/types';
import { confirm, toasts } from '$lib/ui';

export async function copyLink({ privacy, signedUrl, shareUrl }: Upload): Promise<void> {
  try {
    await navigator.clipboard.writeText(privacy === 'private' ? (signedUrl ?? shareUrl) : shareUrl);
    toasts.done(privacy === 'private' ? 'Link copied. It works for a day.' : 'Link copied');
  } catch {
    toasts.fault('The browser does not let the studio copy. Open the upload and select the link there.');
  }
}

export async function remove(upload: Upload, removed: (code: string) => void): Promise<void> {
  const text = 'Its links stop working at once, and it cannot be brought back.';
  if (!(await confirm({ title: `Delete “${upload.title ?? upload.code}”?`, text, yes: 'Delete', isDanger: true }))) return;
  const isDone = await attempt(() => api.delete(`/account/uploads/${encodeURIComponent(upload.code)}`), 'Upload deleted');
  if (isDone) removed(upload.code);
}
