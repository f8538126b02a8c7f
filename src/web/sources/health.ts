import type { Health, Sender, SourceCard } from '../kit/api-types.js';
import { shortNumber } from '../kit/number.js';

/** In a word or two, the worst first. */
export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  down: 'not running',
  dropping: 'losing records',
  unparsed: 'not parsed',
  quiet: 'quiet',
  fine: 'fine',
};

/** With figures: of a source, or of one that sends to it. */
export function healthWords(source: SourceCard, sender: Sender | null = null): string {
  const { health, records, unrecognized, rate } = sender ?? source;
  switch (health) {
    case 'dropping':
      return `${shortNumber(source.lost)} records lost`;
    case 'unparsed':
      return `${Math.round((100 * unrecognized) / records)} % not understood`;
    case 'quiet':
      return records === 0 ? 'nothing has come yet' : 'quiet';
    case 'fine':
      return `fine, ${shortNumber(rate)} a second`;
    default:
      return HEALTH_WORDS[health];
  }
}
