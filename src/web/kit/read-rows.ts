import { get } from './api.js';
import type { Page } from './api-types.js';

/** More at once the API refuses. */
const AT_ONCE = 500;
/** Rows that two parts have in common: so many may leave the list between them, and none of those behind is skipped. */
const OVERLAP = 20;

/** A list of the API to its `limit`, in as many parts as that takes; each row once. @throws ApiError */
export async function readRows<T>(
  path: string,
  idOf: (item: T) => string,
  signal: AbortSignal,
): Promise<Page<T>> {
  const [name = '', query] = path.split('?');
  const params = new URLSearchParams(query);
  const limit = Number(params.get('limit'));
  const rows = new Map<string, T>();
  for (;;) {
    const known = rows.size;
    const offset = Math.max(0, known - OVERLAP);
    const wanted = Math.min(AT_ONCE, limit - offset);
    params.set('limit', String(wanted));
    if (offset > 0) params.set('offset', String(offset));
    const { total, items } = await get<Page<T>>(`${name}?${params}`, signal);
    for (const item of items) if (!rows.has(idOf(item))) rows.set(idOf(item), item);
    if (rows.size >= limit || items.length < wanted || rows.size === known)
      return { total, items: [...rows.values()] };
  }
}
