import { randomUUID } from 'node:crypto';
import type { SilenceMatcher } from '../../model/silence.js';
import { DeskConflict } from './conflict.js';
import type { Desk } from './desk.js';
import { MOST_SILENCES, type SilenceEntry } from './silences.js';

const LONGEST_MS = 366 * 86_400_000;

export interface WantedSilence {
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  /** From then on it hides nothing any more, ms. */
  readonly expires: number;
}

/** Why a silence cannot end then; null = it can. Times are ms. */
export function expiryFault(expires: number, now: number): string | null {
  if (expires <= now) return 'expected a time to come';
  if (expires - now > LONGEST_MS)
    return 'expected a year at most: what is never to be told of is a filter of a rule';
  return null;
}

/** Notes a silence; the daemon has to be told. Throws DeskConflict when there are too many. */
export function addSilence(
  { silences, audit }: Desk,
  { matcher, reason, expires }: WantedSilence,
  by: string,
  now: number,
): SilenceEntry {
  if (silences.inForce(now).length >= MOST_SILENCES)
    throw new DeskConflict(`There are ${MOST_SILENCES} silences, which is as many as there can be.`);
  const entry: SilenceEntry = {
    id: randomUUID(),
    matcher,
    reason,
    by,
    created: new Date(now).toISOString(),
    expires: new Date(expires).toISOString(),
    removed: null,
  };
  silences.add(entry);
  const detail = JSON.stringify(matcher);
  audit.add({ at: entry.created, by, action: 'silence.add', subject: entry.id, detail });
  return entry;
}

/** Ends a silence that there is; the daemon has to be told. */
export function endSilence({ silences, audit }: Desk, id: string, by: string, now: number): void {
  const at = new Date(now).toISOString();
  silences.remove(id, at);
  audit.add({ at, by, action: 'silence.end', subject: id, detail: '' });
}
