import { apiPath, get } from '../kit/api.js';
import type { EventPage } from '../kit/api-types.js';
import type { Range } from './range.js';
import { cursorBehind, NO_ROWS, type Rows } from './rows.js';

interface Asked {
  readonly q: string;
  readonly range: Range;
  /** event.id: only what is newer; empty = all. */
  readonly after: string;
  /** Pages read at most; what then is left is behind `next`. */
  readonly pages: number;
}

const PAGE = 1000;

/** What came after an event. @throws ApiError */
export async function lookAfter({ q, range, after, pages }: Asked, signal: AbortSignal): Promise<Rows> {
  let { items, next: cursor }: Rows = NO_ROWS;
  for (let i = 0; i < pages; i++) {
    const path = apiPath('events', { q, ...range, limit: PAGE, deadline: '5s', after, cursor });
    const page = await get<EventPage>(path, signal);
    items = [...items, ...page.items];
    // Newest are found first: what there was no time for is older.
    cursor = page.timed_out ? cursorBehind(items) : page.next;
    if (cursor === null || page.timed_out) break;
  }
  return { items, next: cursor };
}
