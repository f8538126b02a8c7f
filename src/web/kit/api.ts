import { createStore } from './store.js';

/** What the API answered instead of what was asked for; status 0 = it did not answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Of a query: where in it, in UTF-16 units. */
  readonly position: number | null;

  constructor(status: number, code: string, message: string, position: number | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.position = position;
  }
}

type Value = string | number | boolean | null | undefined;
export type Query = Readonly<Record<string, Value>>;

/** Counts up whenever a call was refused for lack of a session. */
export const sessionLost = createStore(0);

/** `/api/incidents?limit=50`: empty values are left out. */
export function apiPath(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== '' && value !== null && value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return `/api/${path}${text === '' ? '' : `?${text}`}`;
}

/** @throws ApiError */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return readJson(await call(path, { signal: signal ?? null }));
}

/** @throws ApiError */
export async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  return readJson(await call(path, init));
}

/** The objects of an NDJSON answer as they come. @throws ApiError */
export async function* ndjson<T>(path: string, init: RequestInit = {}): AsyncGenerator<T> {
  const response = await call(path, init);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = `${rest}${value ?? ''}`.split('\n');
    rest = done ? '' : lines.pop()!;
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    if (done) return;
  }
}

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'Vedette does not answer. Is it running?');
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== '/api/session') sessionLost.set(sessionLost.get() + 1);
  throw await errorOf(response);
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string; position?: number };
  } | null;
  const { code = 'error', message = `HTTP status ${response.status}`, position = null } = body?.error ?? {};
  return new ApiError(response.status, code, message, position);
}

async function readJson<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}
