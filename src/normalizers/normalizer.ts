import type { Event } from '../model/event.js';
import type { RecordFormat } from '../model/record.js';

/**
 * One log source: parsed record → ECS fields and its closed logsource. Called with `event.record` filled and the
 * envelope's fields (host.name, process.name, process.pid, message) already set; sets what it can prove from the
 * text. Returns false, having changed nothing, when the event is not its own after all. Never throws; linear time.
 */
export interface Normalizer {
  readonly name: string;
  readonly summary: string;
  /** Syslog APP-NAME or TAG values, lower case: only events of these programs are offered. */
  readonly programs?: readonly string[];
  /** Formats of records that are offered when no program claims them, in registry order. */
  readonly formats?: readonly RecordFormat[];
  /** First characters that its messages have where no program claims them: it is asked about no others. Absent = any. */
  readonly initials?: string;
  normalize(event: Event): boolean;
}
