import type { Config } from '../../config/schema.js';
import { hintsBySource } from '../../config/source-hints.js';
import { isObject, type Json, type JsonObject, ownField } from '../../model/json.js';
import type { Logsource } from '../../model/logsource.js';
import { enrichmentBySource, readRecord } from '../../pipeline.js';
import type { EventView } from '../../sigma/event-view.js';

/** A log record as rules see it. */
export interface SeenRecord {
  readonly view: EventView;
  readonly logsource: Logsource;
}

/**
 * Reads events that Vedette wrote (`parse-line --json`, `run --events -`, `query --json`) again from their record: rules find more
 * in it than stands in the ECS fields. Null = the event is somebody else's.
 *
 * @param config how its sources are read; null = as any
 */
export function writtenReader(config: Config | null): (event: JsonObject) => SeenRecord | null {
  const hints = config === null ? null : hintsBySource(config.sources);
  const enrichment = config === null ? null : enrichmentBySource(config);
  return (written) => {
    const record = recordOf(written);
    if (record === null) return null;
    const { text, receivedAt, source } = record;
    const { event, view } = readRecord(text, receivedAt, hints?.get(source), enrichment?.(source));
    return { view, logsource: event.logsource };
  };
}

/** As `toEventJson` has it. `receivedAt`: ms. */
function recordOf(written: JsonObject): { text: string; receivedAt: number; source: string } | null {
  const event = ownField(written, 'event');
  const parse = ownField(written, 'parse');
  if (!isObject(event) || !isObject(parse) || typeof ownField(parse, 'format') !== 'string') return null;
  const text = ownField(event, 'original');
  const receivedAt = timeOf(ownField(event, 'created'));
  if (typeof text !== 'string' || Number.isNaN(receivedAt)) return null;
  const ours = ownField(written, 'vedette');
  const source = isObject(ours) ? ownField(ours, 'source') : undefined;
  return { text, receivedAt, source: typeof source === 'string' ? source : '' };
}

function timeOf(value: Json | undefined): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
