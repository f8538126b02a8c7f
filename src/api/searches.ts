import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { QueryError } from '../query/query-error.js';
import type { Item, Search } from '../search/messages.js';
import { type SearchOptions, type SearchOutcome, search } from '../search/search.js';
import { type ApiContext, ApiError, invalid } from './route.js';

/** Searches at once, each with threads of its own; those that find no place wait. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 20;
/** For the records of an incident. */
const RECORDS_MS = 30_000;
const THREADS = Math.min(2, availableParallelism());

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Searches the log. A query that cannot be read is a 400 with its position. It ends when whoever asked goes away.
 */
export async function runSearch(
  { daemon }: ApiContext,
  request: FastifyRequest,
  asked: Search,
  deadlineMs: number | null,
  on: Pick<SearchOptions, 'onItems' | 'onProgress'>,
): Promise<SearchOutcome> {
  const config = daemon.config();
  if (!config.storage.events.enabled)
    throw new ApiError(404, 'not_found', 'Events are not stored: storage.events.enabled is false.');
  const leave = await enter();
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  // That of the request itself means only that its body was read.
  if (request.socket.destroyed) abort();
  else request.socket.once('close', abort);
  try {
    return await search({
      search: { ...asked, noDemoUpTo: daemon.desk.marks.get('demo_forgotten') },
      config,
      dir: join(config.data_dir, 'events'),
      threads: THREADS,
      deadlineMs,
      signal: gone.signal,
      ...on,
    });
  } catch (error) {
    if (error instanceof QueryError) throw invalid(error.problem, error.position);
    throw error;
  } finally {
    request.socket.off('close', abort);
    leave();
  }
}

/** Events as JSON texts. */
export async function findEvents(
  api: ApiContext,
  request: FastifyRequest,
  asked: Search,
  deadlineMs: number | null,
): Promise<{ readonly items: string[]; readonly outcome: SearchOutcome }> {
  const items: string[] = [];
  const onItems = (found: readonly Item[]): void => {
    items.push(...(found as readonly string[]));
  };
  const outcome = await runSearch(api, request, asked, deadlineMs, { onItems });
  return { items, outcome };
}

/** Events of these ids that are still stored, newest first. */
export async function findRecords(
  api: ApiContext,
  request: FastifyRequest,
  ids: readonly string[],
): Promise<unknown[]> {
  if (ids.length === 0 || !api.daemon.config().storage.events.enabled) return [];
  const asked: Search = {
    text: `event.id:(${ids.join(' or ')})`,
    now: api.now(),
    from: null,
    until: null,
    id: null,
    want: { kind: 'events', limit: ids.length, fields: null },
  };
  const { items } = await findEvents(api, request, asked, RECORDS_MS);
  return items.map((text) => JSON.parse(text));
}

async function enter(): Promise<() => void> {
  if (running >= MOST_AT_ONCE) {
    if (waiting.length >= MOST_WAITING)
      throw new ApiError(503, 'busy', 'Too many searches run at once; try again in some seconds.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  return () => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
}
