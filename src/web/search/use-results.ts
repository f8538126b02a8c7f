import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, apiPath, get } from '../kit/api.js';
import type { EventJson, EventPage } from '../kit/api-types.js';
import type { Range } from './range.js';

export interface Results {
  /** Newest first. */
  readonly items: readonly EventJson[];
  /** What the last answer said of the search as a whole; null before it. */
  readonly page: EventPage | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  /** New ones that wait to be shown. */
  readonly waiting: number;
  more(): void;
  showWaiting(): void;
}

interface Asked {
  readonly q: string;
  readonly range: Range;
  /** New events are looked for as they come. */
  readonly isLive: boolean;
  /** New events may be shown at once: nobody reads further down. */
  readonly isTop: boolean;
}

const PAGE = 200;
const TAIL_MS = 1500;
/** So many rows are kept while the tail runs. */
const MOST_LIVE = 20_000;

/** Events page by page as one scrolls, and from the other end while they come. */
export function useResults({ q, range: { from, until }, isLive, isTop }: Asked): Results {
  const [items, setItems] = useState<readonly EventJson[]>([]);
  const [fresh, setFresh] = useState<readonly EventJson[]>([]);
  const [page, setPage] = useState<EventPage | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(true);
  const busy = useRef<AbortController | null>(null);

  const load = useCallback(
    async (cursor: string | null) => {
      const controller = new AbortController();
      busy.current?.abort();
      busy.current = controller;
      setLoading(true);
      try {
        const path = apiPath('events', { q, from, until, limit: PAGE, deadline: '10s', cursor });
        const answer = await get<EventPage>(path, controller.signal);
        setItems((old) => (cursor === null ? answer.items : [...old, ...answer.items]));
        setPage(answer);
        setError(null);
      } catch (failure) {
        if (controller.signal.aborted) return;
        setError(failure instanceof ApiError ? failure : new ApiError(0, 'internal', String(failure)));
      }
      busy.current = null;
      setLoading(false);
    },
    [q, from, until],
  );

  useEffect(() => {
    setItems([]);
    setFresh([]);
    setPage(null);
    void load(null);
    return () => busy.current?.abort();
  }, [load]);

  const newest = useRef('');
  newest.current = (fresh[0] ?? items[0])?.event.id ?? '';
  useEffect(() => {
    if (!isLive) return;
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const path = apiPath('events', { q, from, limit: PAGE, deadline: '5s', after: newest.current });
      const answer = await get<EventPage>(path).catch(() => null);
      if (answer === null) return;
      const known = answer.items.findIndex((item) => item.event.id === newest.current);
      const added = known < 0 ? answer.items : answer.items.slice(0, known);
      if (added.length > 0) setFresh((old) => [...added, ...old].slice(0, MOST_LIVE));
    };
    const timer = setInterval(look, TAIL_MS);
    return () => clearInterval(timer);
  }, [isLive, q, from]);

  const showWaiting = useCallback(() => {
    setItems((old) => [...fresh, ...old].slice(0, MOST_LIVE));
    setFresh([]);
  }, [fresh]);
  useEffect(() => {
    if (isTop && fresh.length > 0) showWaiting();
  }, [isTop, fresh, showWaiting]);

  const more = useCallback(() => {
    const next = page?.next ?? null;
    if (next !== null && busy.current === null) void load(next);
  }, [page, load]);
  return { items, page, error, loading, waiting: fresh.length, more, showWaiting };
}
