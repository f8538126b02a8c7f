import type { NowState } from './api-types.js';
import { counted } from './number.js';

/** The first line of Now: what the tired person has to know. */
export function firstLine(now: NowState): string {
  if (now.incidents_unclosed > 0)
    return `${counted(now.incidents_unclosed, 'incident')} ${now.incidents_unclosed === 1 ? 'needs' : 'need'} you`;
  if (now.empty) return 'Nothing has arrived yet';
  return 'Nothing needs you';
}

/** What stands under it. */
export function secondLine(now: NowState): string {
  const sources = counted(now.sources.total, 'source');
  return `${sources}, ${counted(now.events_since_midnight, 'event')} since midnight UTC`;
}
