// The client of `/api/v1`: the envelope, the session's token, `If-Match`, and errors with their code and path.
// What each route takes and gives stands in `types.ts`; the studio uses nothing that is not in that API.

import type { Session } from './types';

const BASE = '/api/v1';
/** No answer within this time counts as a lost connection. */
const PATIENCE = 20_000;

/** An answer that says no, or (status 0) no answer at all. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** A word for programs, such as `slug_taken`; empty where there is none. */
    readonly code = '',
    /** The JSON path of the field at fault, such as `content.blocks[2].url`. */
    readonly path = '',
    /** What came beside the error, such as the newer draft with `revision_stale`. */
    readonly data: unknown = undefined,
    /** When to come again, in seconds. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** What to show for whatever was thrown. */
export function sentence(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong here. Reload the page and try again.';
}

type Query = Record<string, string | number | boolean | null | undefined>;
type Options = { query?: Query; ifMatch?: number; signal?: AbortSignal };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let csrf = '';

async function send(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (method !== 'GET') headers.set('x-csrf-token', csrf);
  if (options.ifMatch !== undefined) headers.set('if-match', `"${options.ifMatch}"`);
  if (body !== undefined && !(body instanceof FormData)) headers.set('content-type', 'application/json');
  const timeout = AbortSignal.timeout(PATIENCE);
  const init: RequestInit = {
    method,
    headers,
    credentials: 'same-origin',
    redirect: 'error',
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  };
  if (body !== undefined) init.body = body instanceof FormData ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(address(path, options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw lost();
  }
  if (response.ok) return response;
  throw await refusal(response);
}

const lost = () => new ApiError('No connection to the server.', 0, 'offline');

function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return BASE + path + (search && `?${search}`);
}

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return toError(response.status, body, Number(response.headers.get('retry-after')) || null);
}

function toError(status: number, body: unknown, retryAfter: number | null): ApiError {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '');
  const code = text('code');
  if (status === 401) signIn();
  return new ApiError(text('error') || `The server answered with status ${status}.`, status, code, text('path'), said['data'], retryAfter);
}

/** To the sign-in page, and back here afterwards. */
function signIn() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

async function data<T>(method: Method, path: string, body: unknown, options: Options): Promise<T> {
  const response = await send(method, path, body, options);
  if (response.status === 204) return undefined as T;
  try {
    return ((await response.json()) as { data: T }).data;
  } catch {
    throw lost();
  }
}

export const api = {
  get: <T>(path: string, options: Options = {}) => data<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options: Options = {}) => data<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options: Options = {}) => data<T>('PUT', path, body, options),
  patch: <T>(path: string, body: unknown, options: Options = {}) => data<T>('PATCH', path, body, options),
  delete: <T>(path: string, body?: unknown, options: Options = {}) => data<T>('DELETE', path, body, options),

  /** A `POST` whose answer is no JSON: the preview's HTML, the card's PNG. */
  async raw(path: string, body: unknown, options: Options = {}): Promise<Response> {
    return send('POST', path, body, options);
  },

  /** The URL of something to download by a plain link. */
  url: (path: string, query: Query = {}) => address(path, query),

  /** A form with files, with its progress from 0 to 1. */
  upload<T>(path: string, form: FormData, onProgress: (done: number) => void = () => {}, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', address(path));
      request.setRequestHeader('x-csrf-token', csrf);
      request.responseType = 'json';
      request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && onProgress(loaded / total);
      request.onerror = () => reject(lost());
      request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
      request.onload = () => {
        const body: unknown = request.response;
        const isOk = request.status >= 200 && request.status < 300 && typeof body === 'object' && body !== null;
        if (isOk) resolve((body as { data: T }).data);
        else reject(toError(request.status, body, Number(request.getResponseHeader('retry-after')) || null));
      };
      signal?.addEventListener('abort', () => request.abort());
      request.send(form);
    });
  },
};

/** Reads who is signed in; every later change carries the token that comes with it. */
export async function readSession(): Promise<Session> {
  const session = await api.get<Session>('/session');
  csrf = session.csrf;
  return session;
}
