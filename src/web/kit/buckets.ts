/** Stretches of equal length, whatever of them had anything in it. */
export interface Buckets {
  /** Starts, ms. */
  readonly times: number[];
  readonly counts: number[];
  /** From the start of the first to the end of the last. */
  readonly span: [from: number, until: number];
}

/** More bars than this are no picture. */
const MOST = 2000;

/**
 * A histogram without gaps over what was asked for: `from` and `until` (ms) where they are known, else from the first bucket to
 * the last. `width` in ms; buckets are counted from 1970.
 */
export function withoutGaps(
  buckets: readonly { readonly at: string; readonly count: number }[],
  width: number,
  from: number | null,
  until: number | null,
): Buckets {
  const places = buckets.map(({ at }) => Date.parse(at));
  const start = aligned(Math.min(from ?? Number.POSITIVE_INFINITY, ...places), width);
  const end = Math.max(until ?? 0, ...places.map((at) => at + width));
  const times: number[] = [];
  if (Number.isFinite(start))
    for (let at = start; at < end && times.length < MOST; at += width) times.push(at);
  const counts = times.map(() => 0);
  for (const [i, { count }] of buckets.entries()) {
    const place = Math.floor((places[i]! - start) / width);
    if (place < counts.length) counts[place]! += count;
  }
  return { times, counts, span: times.length === 0 ? [0, 1] : [start, times.at(-1)! + width] };
}

function aligned(at: number, width: number): number {
  return Math.floor(at / width) * width;
}
