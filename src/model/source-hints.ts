import type { Logsource } from './logsource.js';
import type { RecordFormat } from './record.js';

/** What the config says about a source's records; detectors get it once, by source name. */
export interface SourceHints {
  readonly format: RecordFormat | 'auto';
  /** IANA zone for stamps without one, e.g. `Europe/Vienna`. */
  readonly timezone: string;
  /** Set = events of this source that nobody recognises are closed with it. */
  readonly logsource: Logsource | null;
}
