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
/** So many rows are kept while the tail runs. */
const MOST_LIVE = 20_000;

/** Events page by page as one scrolls, and from the other end while they come. */
export function useResults({ q, range, isLive, isTop }: Asked): Results {
  const [items, setItems] = useState<readonly EventJson[]>([]);
  const [fresh, setFresh] = useState<readonly EventJson[]>([]);
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
        setItems((old) => (cursor === null ? page.items : [...old, ...page.items]));
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
    setItems([]);
    setFresh([]);
    setAnswered(null);
    void load(null);
    return () => busy.current?.abort();
  }, [load]);

  const newest = useRef('');
  newest.current = (fresh[0] ?? items[0])?.event.id ?? '';
  useEffect(() => {
    if (!isLive) return;
    const controller = new AbortController();
    let isLooking = false;
    const look = async (): Promise<void> => {
      // What is newer than the newest is not known while the first page, or the last look, is on its way.
      if (document.hidden || isLooking || busy.current !== null) return;
      isLooking = true;
      const { from } = range;
      const path = apiPath('events', { q, from, limit: PAGE, deadline: '5s', after: newest.current });
      const added = await get<EventPage>(path, controller.signal).then(
        ({ items: found }) => found,
        () => [],
      );
      isLooking = false;
      if (added.length > 0) setFresh((old) => [...added, ...old].slice(0, MOST_LIVE));
    };
    const timer = setInterval(look, TAIL_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [isLive, q, range]);

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
