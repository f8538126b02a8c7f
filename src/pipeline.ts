import { Summarizer } from './anomaly/summarizer.js';
import { type BusinessHours, compileBusinessHours } from './enrichers/business-hours.js';
import { forEachRecord, type RecordVisitor } from './model/chunk-records.js';
import type { EntityMinutes } from './model/entity-minute.js';
import { Event, toEventJson } from './model/event.js';
import { EventKeys, ruleKey } from './model/event-keys.js';
import { toJsonText } from './model/json.js';
import type { Peer, RawChunk } from './model/raw-chunk.js';
import type { RecordFormat } from './model/record.js';
import type { Sent } from './model/sent.js';
import type { Signal } from './model/signal.js';
import type { SourceHints } from './model/source-hints.js';
import { compileExtractors, type ExtractorOptions } from './normalizers/field-extractors.js';
import { normalize } from './normalizers/normalize.js';
import { parseRecord } from './parsers/parse-record.js';
import { SenderCollector } from './senders/collector.js';
import { EventFieldView } from './sigma/event-view.js';
import { addOwnKeys } from './sigma/match/own-keys.js';
import { COUNTS_WIDTH } from './sigma/rule-counts.js';
import type { Ruleset } from './sigma/ruleset.js';
import { SignalFolder } from './signal-folder.js';

/**
 * The line, readable top to bottom. This half is pure and stateless and runs on the detector threads:
 *
 *   chunk → records → parse → normalize → enrich → sigma → signals
 *                                                └─────▶ entity-minutes
 *
 * The other half, on the keeper thread, is keep.ts: signals → sessions → correlate → alerts, entity-minutes → anomalies → alerts.
 */
export interface DetectionOptions {
  readonly ruleset: Ruleset;
  /** Per rule the fields whose values its signals carry. */
  readonly neededFields: readonly (readonly string[])[];
  readonly hints: ReadonlyMap<string, SourceHints>;
  /** What the configuration adds to events of a source, after normalizing. */
  readonly enrichment: (source: string) => ((event: Event) => void) | null;
  /** Also return the normalized events as NDJSON. */
  readonly withEvents: boolean;
  /** Also return the keys by which the log can be searched. */
  readonly withKeys?: boolean;
  /** Also sum up what each entity did in each minute. */
  readonly summarize?: boolean;
  /** Only events from `from` on and before `until`, ms: the others are read, but count for nothing. */
  readonly times?: { readonly from: number; readonly until: number };
  /** Also tell who sent what. */
  readonly withSenders?: boolean;
  /** Nanoseconds from some start, to measure rules in one record of MEASURED. It decides nothing. */
  readonly clock?: () => number;
}

/** So many records for one in which the rules are measured. */
export const MEASURED = 256;

/** What a detector found in one chunk. Plain data: it crosses to the keeper. */
export interface DetectedChunk {
  readonly seq: number;
  readonly source: string;
  readonly records: number;
  readonly signals: readonly Signal[];
  /** What entities did, when asked for. */
  readonly minutes: EntityMinutes | null;
  /** Who sent it, when asked for. */
  readonly sent: Sent | null;
  /** Occurrences by code of telemetry/codes.ts. */
  readonly faults: Readonly<Record<string, number>>;
  readonly formats: Readonly<Record<string, number>>;
  /** Records that no normalizer recognised. */
  readonly unrecognized: number;
  /** Oldest and newest event time, ms; null in an empty chunk. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** What the rules did: COUNTS_WIDTH numbers for each one tried, of sigma/rule-counts.ts. */
  readonly ruleCounts: Float64Array<ArrayBuffer>;
  /** What its events can be found by, of model/event-keys.ts; null when not asked for. */
  readonly keys: Uint32Array<ArrayBuffer> | null;
  /** NDJSON of the events, when asked for. */
  readonly events: Uint8Array<ArrayBuffer> | null;
}

const ALL_TIMES = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
export const DEFAULT_HINTS: SourceHints = { format: 'auto', timezone: 'UTC', logsource: null };

export function createDetection(options: DetectionOptions): (chunk: RawChunk) => DetectedChunk {
  const { ruleset, clock = null } = options;
  const { from, until } = options.times ?? ALL_TIMES;
  const event = new Event();
  const view = new EventFieldView(event);
  const summarizer = options.summarize ? new Summarizer() : null;
  const senders = options.withSenders ? new SenderCollector() : null;
  const hits: number[] = [];
  const keys = options.withKeys ? new EventKeys() : null;
  const ruleKeys = keys === null ? [] : ruleset.rules.map(({ id }) => ruleKey(id));
  let records = 0;

  return function detect(chunk: RawChunk): DetectedChunk {
    const hints = options.hints.get(chunk.source) ?? DEFAULT_HINTS;
    const enrich = options.enrichment(chunk.source);
    const folder = new SignalFolder(ruleset, options.neededFields, chunk);
    const tally = new Tally();
    const lines: string[] | null = options.withEvents ? [] : null;

    const visit: RecordVisitor = (text, index, peer, truncated, at) => {
      resetTo(event, chunk, text, index, peer, truncated);
      try {
        read(event, chunk, hints, enrich, at);
        const { timestamp } = event;
        if (timestamp < from || timestamp >= until) return;
        view.reset();
        ruleset.clock = ++records % MEASURED === 0 ? clock : null;
        // Setting a length costs more than most records' rules.
        if (hits.length > 0) hits.length = 0;
        ruleset.match(view, event.logsource, hits);
        if (summarizer !== null) summarizer.add(event);
        if (event.session !== null) folder.addSession(event);
        if (hits.length > 0) folder.addHits(hits, event, view);
      } catch {
        // A stage that throws is our bug, not the record's fault: keep the record, count it, go on.
        event.record.fault('event.internal');
      }
      tally.add(event);
      if (senders !== null) senders.add(event, peer);
      if (keys !== null) {
        keys.add(event);
        addOwnKeys(event.record, keys);
      }
      if (lines !== null) lines.push(toJsonText(toEventJson(event)));
    };

    const count = forEachRecord(chunk, visit);
    const ruleCounts = ruleset.takeCounts();
    return {
      seq: chunk.seq,
      source: chunk.source,
      records: count,
      signals: folder.signals(),
      minutes: summarizer === null ? null : summarizer.take(),
      sent: senders === null ? null : senders.take(chunk),
      ...tally.result(ruleset.takeBudgetSpent()),
      ruleCounts,
      keys: keys === null ? null : takeKeys(keys, ruleCounts, ruleKeys),
      events: lines === null ? null : ndjson(lines),
    };
  };
}

/** What is looked at: its text, and where in the chunk's bytes it begins, say whether a record is worth reading; then each event that was read. */
export interface ReadVisitor {
  readonly wants: (text: string, at: number) => boolean;
  readonly visit: (event: Event) => void;
}

/**
 * The first half of the line, for those who look at the log again: events as rules saw them, without rules. The event is
 * one object for all.
 */
export function createReader(
  options: Pick<DetectionOptions, 'hints' | 'enrichment'>,
): (chunk: RawChunk, visitor: ReadVisitor) => void {
  const event = new Event();
  return function readChunk(chunk, { wants, visit }) {
    const hints = options.hints.get(chunk.source) ?? DEFAULT_HINTS;
    const enrich = options.enrichment(chunk.source);
    forEachRecord(chunk, (text, index, peer, truncated, at) => {
      if (!wants(text, at)) return;
      resetTo(event, chunk, text, index, peer, truncated);
      try {
        read(event, chunk, hints, enrich, at);
      } catch {
        event.record.fault('event.internal');
      }
      visit(event);
    });
  };
}

/** The event as it is before anybody has looked into the text. */
function resetTo(
  event: Event,
  chunk: RawChunk,
  text: string,
  index: number,
  peer: Peer | null,
  truncated: boolean,
): void {
  event.reset(text);
  event.seq = chunk.seq;
  event.index = index;
  event.receivedAt = chunk.receivedAt;
  event.source = chunk.source;
  if (chunk.transport === 'file') event.file = peer?.address ?? null;
  else event.peer = peer?.address ?? null;
  event.truncated = truncated;
}

/** Parse, normalize, enrich. `at`: where the record begins in the chunk's bytes. */
function read(
  event: Event,
  chunk: RawChunk,
  hints: SourceHints,
  enrich: ((event: Event) => void) | null,
  at: number,
): void {
  parseRecord(event.record.original, event.record, hints, chunk.clock, chunk.bytes, at);
  normalize(event, hints.logsource);
  if (enrich !== null) enrich(event);
}

function takeKeys(
  keys: EventKeys,
  ruleCounts: Float64Array,
  ruleKeys: readonly number[],
): Uint32Array<ArrayBuffer> {
  for (let at = 0; at < ruleCounts.length; at += COUNTS_WIDTH)
    if (ruleCounts[at + 2]! > 0) keys.put(ruleKeys[ruleCounts[at]!]!);
  return keys.take();
}

/** One record as rules see it, for showing that. `clock`: ms, what year-less stamps are read against. */
export function readRecord(
  text: string,
  clock: number,
  hints: SourceHints = DEFAULT_HINTS,
  enrich: ((event: Event) => void) | null = null,
): { readonly event: Event; readonly view: EventFieldView } {
  const event = new Event();
  event.reset(text);
  event.receivedAt = clock;
  parseRecord(text, event.record, hints, clock);
  normalize(event, hints.logsource);
  enrich?.(event);
  const view = new EventFieldView(event);
  return { event, view };
}

/** What of the configuration adds to events. */
export interface EnrichmentSettings {
  readonly extractors: readonly ExtractorOptions[];
  readonly business_hours: BusinessHours;
}

/** The user's field extractors, which fill what normalizers left empty, then the enrichers; made when a source's first chunk comes. */
export function enrichmentBySource(settings: EnrichmentSettings): DetectionOptions['enrichment'] {
  const made = new Map<string, ((event: Event) => void) | null>();
  return (source) => {
    let enrich = made.get(source);
    if (enrich === undefined) {
      enrich = enrichmentOf(settings, source);
      made.set(source, enrich);
    }
    return enrich;
  };
}

/** For records of one source; null as source: a record without one. Null = nothing is added. */
export function enrichmentOf(
  { extractors, business_hours }: EnrichmentSettings,
  source: string | null,
): ((event: Event) => void) | null {
  const extract = extractors.length === 0 ? null : compileExtractors(extractors, source);
  const mark = compileBusinessHours(business_hours);
  if (extract === null || mark === null) return extract ?? mark;
  return (event) => {
    extract(event);
    mark(event);
  };
}

/** What is counted about the records of one chunk. */
class Tally {
  readonly #formats = new Map<RecordFormat, number>();
  readonly #faults = new Map<string, number>();
  /** Records of one format come in rows: the last row is counted here. */
  #rowFormat: RecordFormat = 'plain';
  #rowLength = 0;
  #unrecognized = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  add(event: Event): void {
    const { format, errors } = event.record;
    if (format !== this.#rowFormat) this.#endRow(format);
    this.#rowLength++;
    if (errors !== null) for (const code of errors) this.#fault(code);
    if (event.timestampInFuture) this.#fault('event.future');
    if (!event.logsource.closed) this.#unrecognized++;
    if (event.timestamp < this.#from) this.#from = event.timestamp;
    if (event.timestamp > this.#to) this.#to = event.timestamp;
  }

  result(budgetsSpent: number): Pick<DetectedChunk, 'faults' | 'formats' | 'unrecognized' | 'times'> {
    this.#fault('sigma.regex_budget', budgetsSpent);
    this.#endRow('plain');
    return {
      faults: Object.fromEntries(this.#faults),
      formats: Object.fromEntries(this.#formats),
      unrecognized: this.#unrecognized,
      times: this.#to === Number.NEGATIVE_INFINITY ? null : { from: this.#from, to: this.#to },
    };
  }

  #endRow(next: RecordFormat): void {
    const known = this.#formats.get(this.#rowFormat) ?? 0;
    if (this.#rowLength > 0) this.#formats.set(this.#rowFormat, known + this.#rowLength);
    this.#rowFormat = next;
    this.#rowLength = 0;
  }

  #fault(code: string, n = 1): void {
    if (n > 0) this.#faults.set(code, (this.#faults.get(code) ?? 0) + n);
  }
}

function ndjson(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  if (lines.length === 0) return new Uint8Array(0);
  const text = `${lines.join('\n')}\n`;
  const out = new Uint8Array(Buffer.byteLength(text));
  Buffer.from(out.buffer).write(text);
  return out;
}
