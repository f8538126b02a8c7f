import { lostRecords } from '../telemetry/losses.js';

/** How it stands with a source, or with one who sends to it: the worst that is to be said. */
export const HEALTHS = ['down', 'dropping', 'unparsed', 'quiet', 'fine'] as const;
export type Health = (typeof HEALTHS)[number];

/** Above this share of records that nobody recognises, a source or a sender is said to be unparsed. */
const UNPARSED_SHARE = 0.2;
/** A source is quiet when nothing came for so long. A sender has a rhythm of its own. */
const QUIET_MS = 15 * 60_000;

interface Source {
  readonly up: boolean;
  readonly records: number;
  readonly unrecognized?: number;
  readonly last_seen: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

interface Sender {
  readonly records: number;
  readonly unrecognized: number;
  readonly quiet: boolean;
}

/** `now`: ms. */
export function sourceHealth(source: Source, now: number): Health {
  if (!source.up) return 'down';
  if (isDropping(source)) return 'dropping';
  if (isUnparsed(source)) return 'unparsed';
  return source.last_seen === null || isQuiet(source, now) ? 'quiet' : 'fine';
}

/** What is wrong with a source is wrong with all who send to it. */
export function senderHealth(sender: Sender, source: Source): Health {
  if (!source.up) return 'down';
  if (isDropping(source)) return 'dropping';
  if (isUnparsed(sender)) return 'unparsed';
  return sender.quiet ? 'quiet' : 'fine';
}

export function isDropping({ counts }: Source): boolean {
  return lostRecords(counts) > 0;
}

export function isUnparsed({ records, unrecognized = 0 }: Pick<Source, 'records' | 'unrecognized'>): boolean {
  return unrecognized > records * UNPARSED_SHARE;
}

/** It was heard once, and is no more. */
export function isQuiet({ last_seen }: Source, now: number): boolean {
  return last_seen !== null && now - Date.parse(last_seen) > QUIET_MS;
}
