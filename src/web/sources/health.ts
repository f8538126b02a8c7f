import { LOSSES } from '../../telemetry/losses.js';
import type { Sender, SourceCard } from '../kit/api-types.js';
import { shortNumber } from '../kit/number.js';

export type Health = 'fine' | 'quiet' | 'unparsed' | 'dropping' | 'down';

/** Above this share of records that nobody can read, a sender is said to be unparsed. */
const UNPARSED_SHARE = 0.2;
/** In a word or two, the worst first. */
export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  down: 'not listening',
  dropping: 'losing records',
  unparsed: 'not parsed',
  quiet: 'quiet',
  fine: 'fine',
};

/** The worst that is to be said of a source, or of one that sends to it. */
export function healthOf(source: SourceCard, sender: Sender | null = null): Health {
  if (!source.up) return 'down';
  if (drops(source) > 0) return 'dropping';
  const { records, unrecognized } = sender ?? source;
  if (records > 0 && unrecognized / records > UNPARSED_SHARE) return 'unparsed';
  if (sender?.quiet === true || records === 0) return 'quiet';
  return 'fine';
}

export function healthWords(source: SourceCard, sender: Sender | null = null): string {
  const { records, unrecognized } = sender ?? source;
  switch (healthOf(source, sender)) {
    case 'down':
      return 'not listening';
    case 'dropping':
      return `${shortNumber(drops(source))} records lost`;
    case 'unparsed':
      return `${Math.round((100 * unrecognized) / records)} % not understood`;
    case 'quiet':
      return records === 0 ? 'nothing has come yet' : 'quiet';
    case 'fine':
      return `fine, ${shortNumber((sender ?? source).rate)} a second`;
  }
}

export function drops({ counts }: SourceCard): number {
  return Object.entries(counts).reduce(
    (sum, [code, count]) => (LOSSES.get(code)?.records === true ? sum + count : sum),
    0,
  );
}
