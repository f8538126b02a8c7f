import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, apiPath, get } from '../kit/api.js';
import type { EventJson, EventPage } from '../kit/api-types.js';
import { lookAfter } from './look.js';
import type { Range } from './range.js';
import { joined, NO_ROWS, type Rows } from './rows.js';

export interface Results {
  /** Newest first. */
  readonly items: readonly EventJson[];
  /** There are older ones, which `more` brings. */
  readonly hasMore: boolean;
  /** What the last answer said of the search as a whole; null before it. */
  readonly page: EventPage | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  /** New ones that wait to be shown, and whether they are not all that came. */
  readonly waiting: number;
  readonly isWaitingMore: boolean;
  more(): void;
  showWaiting(): void;
}

interface Asked {
  readonly q: string;
  /** Another one, if of the same stretch, asks again. */
  readonly range: Range;
  /** New events are looked for as they come. */
  readonly isLive: boolean;
  /** New events may be shown at once: nobody reads further down. */
  readonly isTop: boolean;
}

/** What was said last, and to which question. */
interface Answered {
  readonly q: string;
  readonly range: Range;
  readonly page: EventPage | null;
  readonly error: ApiError | null;
}

const UNANSWERED = { page: null, error: null };
const PAGE = 200;
const TAIL_MS = 1500;
/** Pages that a look reads to join on to what is shown. */
const MOST_PAGES = 3;
/** So many rows are kept while the tail runs. */
const MOST_LIVE = 20_000;

/**
 * Events page by page as one scrolls, and from the other end while they come. When more come than can be read, the list begins anew
 * with the newest: those between are further down, as everything older is.
 */
export function useResults({ q, range, isLive, isTop }: Asked): Results {
  const [rows, setRows] = useState(NO_ROWS);
  const [fresh, setFresh] = useState(NO_ROWS);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [loading, setLoading] = useState(true);
  const busy = useRef<AbortController | null>(null);

  const load = useCallback(
    async (cursor: string | null) => {
      const controller = new AbortController();
      busy.current?.abort();
      busy.current = controller;
      setLoading(true);
      try {
        const path = apiPath('events', { q, ...range, limit: PAGE, deadline: '10s', cursor });
        const page = await get<EventPage>(path, controller.signal);
        const { items: found, next } = page;
        setRows((old) => {
          if (cursor === null) return { items: found, next };
          // Meanwhile the list may have begun anew.
          return cursor === old.next ? { items: [...old.items, ...found], next } : old;
        });
        setAnswered({ q, range, page, error: null });
      } catch (failure) {
        if (controller.signal.aborted) return;
        const error = failure instanceof ApiError ? failure : new ApiError(0, 'internal', String(failure));
        setAnswered((old) => ({ q, range, page: old?.page ?? null, error }));
      }
      busy.current = null;
      setLoading(false);
    },
    [q, range],
  );
  // From the first drawing of another question on, what the last one was answered is nothing.
  const { page, error } = answered?.q === q && answered.range === range ? answered : UNANSWERED;

  useEffect(() => {
    setRows(NO_ROWS);
    setFresh(NO_ROWS);
    setAnswered(null);
    void load(null);
    return () => busy.current?.abort();
  }, [load]);

  const newest = useRef('');
  newest.current = (fresh.items[0] ?? rows.items[0])?.event.id ?? '';
  useEffect(() => {
    if (!isLive) return;
    const controller = new AbortController();
    let isLooking = false;
    let pages = MOST_PAGES;
    const look = async (): Promise<void> => {
      // What is newer than the newest is not known while the first page, or the last look, is on its way.
      if (document.hidden || isLooking || busy.current !== null) return;
      isLooking = true;
      try {
        const found = await lookAfter({ q, range, after: newest.current, pages }, controller.signal);
        // While they come too fast, more pages would only be thrown away.
        pages = found.next === null ? MOST_PAGES : 1;
        if (found.items.length > 0) setFresh((old) => joined(found, old, MOST_LIVE));
      } catch {
        // The next look asks for the same.
      }
      isLooking = false;
    };
    const timer = setInterval(look, TAIL_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [isLive, q, range]);

  const showWaiting = useCallback(() => {
    setRows((old: Rows) => joined(fresh, old, MOST_LIVE));
    setFresh(NO_ROWS);
  }, [fresh]);
  useEffect(() => {
    if (isTop && fresh.items.length > 0) showWaiting();
  }, [isTop, fresh, showWaiting]);

  const { items, next } = rows;
  const more = useCallback(() => {
    if (next !== null && busy.current === null) void load(next);
  }, [next, load]);
  const hasMore = next !== null;
  const [waiting, isWaitingMore] = [fresh.items.length, fresh.next !== null];
  return { items, hasMore, page, error, loading, waiting, isWaitingMore, more, showWaiting };
}
