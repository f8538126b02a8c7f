import { useEffect, useState } from 'preact/hooks';
import type { StatsHistory } from '../kit/api-types.js';
import { live } from '../kit/live.js';

interface Point {
  readonly at: number;
  readonly events: number;
}

const HOUR_MS = 3_600_000;

/** The last hour as it was read, and what the stream has said since. */
export function useGrowing(history: StatsHistory, rate: number): readonly Point[] {
  const [points, setPoints] = useState<readonly Point[]>(() =>
    history.points.map(({ at, events }) => ({ at: Date.parse(at), events })),
  );
  const { now } = live.get();
  const at = now === null ? 0 : Date.parse(now.at);
  useEffect(() => {
    setPoints((old) => {
      const last = old.at(-1)?.at ?? 0;
      if (at < last + history.step) return old;
      return [...old, { at, events: rate }].filter((point) => point.at > at - HOUR_MS);
    });
  }, [at, rate, history.step]);
  return points;
}
