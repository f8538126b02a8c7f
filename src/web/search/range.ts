import type { Params } from '../kit/place.js';

/** The stretch of time that is searched; empty = open. */
export interface Range {
  readonly from: string;
  readonly until: string;
}

export const LASTS = [
  ['15m', 'last 15 minutes'],
  ['1h', 'last hour'],
  ['6h', 'last 6 hours'],
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
  ['all', 'all that is kept'],
] as const;

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const DEFAULT = '24h';

/** What the address says: `from` and `until`, or how far back from `now` (ms). */
export function rangeOf({ from = '', until = '', last = '' }: Params, now: number): Range {
  if (from !== '' || until !== '') return { from, until };
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(lastOf({ last })) ?? [];
  if (count === undefined) return { from: '', until: '' };
  return { from: new Date(now - Number(count) * UNITS[unit!]!).toISOString(), until: '' };
}

/** The choice that stands for the address; empty = a stretch of its own. */
export function lastOf({ from = '', until = '', last = '' }: Params): string {
  if (from !== '' || until !== '') return '';
  return last === '' ? DEFAULT : last;
}
