import { existsSync } from 'node:fs';
import type { Config } from '../config/schema.js';
import { hintsBySource } from '../config/source-hints.js';
import type { Event } from '../model/event.js';
import type { Logsource } from '../model/logsource.js';
import type { RawChunk } from '../model/raw-chunk.js';
import { createReader, enrichmentBySource } from '../pipeline.js';
import { EventFieldView } from '../sigma/event-view.js';
import { listSegments } from '../storage/log/segment-files.js';
import { SegmentReader } from '../storage/log/segment-reader.js';

/** What the newest records of the log show. */
export interface LogSample {
  readonly records: number;
  /** Of the whole log: nothing was left out. */
  readonly isWhole: boolean;
  /** Receive times, ms. */
  readonly from: number;
  readonly to: number;
  readonly logsources: readonly SeenLogsource[];
  readonly sources: ReadonlyMap<string, SourceSample>;
  /** By host, of records that came over the network. */
  readonly clocks: ReadonlyMap<string, ClockSample>;
}

export interface SeenLogsource {
  /** Name of the source that such events came by. */
  readonly source: string;
  readonly logsource: Logsource;
  /** Of the fields that were asked about, those that some event had. */
  readonly fields: ReadonlySet<string>;
}

export interface SourceSample {
  records: number;
  /** Recognised by no normalizer, and one of them. */
  unrecognized: number;
  unrecognizedSample: string | null;
  /** By code of telemetry/codes.ts: how many, and one of them. */
  readonly faults: Map<string, { count: number; readonly sample: string }>;
}

export interface ClockSample {
  readonly source: string;
  /** Event time less receive time, ms, of the newest records. */
  readonly ahead: number[];
}

const MOST_RECORDS = 200_000;
/** Of one source: who sends much does not hide who sends little. */
const MOST_OF_SOURCE = 50_000;
const MOST_MS = 4000;
/** Events of one logsource and source in which fields are looked for. */
const LOOKED_AT = 2000;
const MOST_HOSTS = 5000;
const MOST_CLOCKS = 101;
const LONGEST_SAMPLE = 300;

/** How records are read. */
export type SampleConfig = Pick<Config, 'sources' | 'extractors' | 'business_hours'>;

/** The fields that are to be looked for in events of a logsource. */
export type FieldsOf = (logsource: Logsource) => readonly string[];

/** Reads the newest records, as rules see them, for so long at most. Null: no log is stored. */
export function sampleLog(
  dir: string,
  config: SampleConfig,
  fieldsOf: FieldsOf,
  ms = MOST_MS,
): LogSample | null {
  const segments = existsSync(dir) ? listSegments(dir).reverse() : [];
  if (segments.length === 0) return null;
  const sampler = new Sampler(config, fieldsOf);
  const end = performance.now() + ms;
  let isCut = false;
  for (const path of segments) {
    for (const chunk of newestFirst(path)) {
      isCut = sampler.isFull || performance.now() > end;
      if (isCut) break;
      sampler.read(chunk);
    }
    if (isCut) break;
  }
  return sampler.records === 0 ? null : sampler.result(isCut);
}

/** What is damaged is left out: `log verify` names it. */
function* newestFirst(path: string): Generator<RawChunk> {
  let segment: SegmentReader;
  try {
    segment = SegmentReader.open(path);
  } catch {
    return;
  }
  try {
    const spans = segment.blocksAfter(0, () => {});
    yield* segment.openChunks(spans.at(-1)?.lastSeq ?? 0, () => {}).reverse();
    for (const span of spans.reverse()) yield* segment.tryBlock(span, () => {}).reverse();
  } finally {
    segment.close();
  }
}

class OpenSample implements SourceSample {
  records = 0;
  unrecognized = 0;
  unrecognizedSample: string | null = null;
  readonly faults: SourceSample['faults'] = new Map();
  /** By id. */
  readonly logsources = new Map<number, OpenLogsource>();
}

interface OpenLogsource {
  readonly logsource: Logsource;
  readonly fields: Set<string>;
  /** Asked about, and in no event so far. */
  missing: readonly string[];
  looked: number;
}

class Sampler {
  readonly #readChunk: ReturnType<typeof createReader>;
  readonly #fieldsOf: FieldsOf;
  readonly #sources = new Map<string, OpenSample>();
  /** Sources that may still have something to show. */
  readonly #wanting: Set<string>;
  readonly #clocks = new Map<string, ClockSample>();
  #view: EventFieldView | null = null;
  #from = Number.POSITIVE_INFINITY;
  #to = 0;
  #isWhole = true;
  records = 0;

  constructor(config: SampleConfig, fieldsOf: FieldsOf) {
    this.#fieldsOf = fieldsOf;
    this.#wanting = new Set(config.sources.map(({ name }) => name!));
    this.#readChunk = createReader({
      hints: hintsBySource(config.sources),
      enrichment: enrichmentBySource(config),
    });
  }

  get isFull(): boolean {
    return this.records >= MOST_RECORDS || this.#wanting.size === 0;
  }

  read(chunk: RawChunk): void {
    if (chunk.transport === 'control') return;
    let source = this.#sources.get(chunk.source);
    if (source === undefined) {
      source = new OpenSample();
      this.#sources.set(chunk.source, source);
    }
    if (source.records >= MOST_OF_SOURCE) {
      this.#wanting.delete(chunk.source);
      this.#isWhole = false;
      return;
    }
    this.records += chunk.records;
    this.#from = Math.min(this.#from, chunk.receivedAt);
    this.#to = Math.max(this.#to, chunk.receivedAt);
    const known = source;
    const isLive = chunk.transport === 'udp' || chunk.transport === 'tcp' || chunk.transport === 'tls';
    this.#readChunk(chunk, {
      wants: () => true,
      visit: (event) => {
        this.#addTo(known, event);
        this.#addLogsource(known, event);
        if (isLive) this.#addClock(chunk.source, event);
      },
    });
  }

  /** `isCut`: not all of the log was gone through. */
  result(isCut: boolean): LogSample {
    return {
      ...{ records: this.records, isWhole: this.#isWhole && !isCut, from: this.#from, to: this.#to },
      logsources: [...this.#sources].flatMap(([source, { logsources }]) =>
        [...logsources.values()].map(({ logsource, fields }) => ({ source, logsource, fields })),
      ),
      sources: this.#sources,
      clocks: this.#clocks,
    };
  }

  #addTo(source: OpenSample, event: Event): void {
    const { original, errors } = event.record;
    source.records++;
    if (!event.logsource.closed) {
      source.unrecognized++;
      source.unrecognizedSample ??= shortened(original);
    }
    for (const code of errors ?? []) {
      const fault = source.faults.get(code);
      if (fault === undefined) source.faults.set(code, { count: 1, sample: shortened(original) });
      else fault.count++;
    }
  }

  #addLogsource({ logsources }: OpenSample, event: Event): void {
    const { logsource } = event;
    let seen = logsources.get(logsource.id);
    if (seen === undefined) {
      seen = { logsource, fields: new Set(), missing: this.#fieldsOf(logsource), looked: 0 };
      logsources.set(logsource.id, seen);
    }
    if (seen.missing.length === 0 || seen.looked++ >= LOOKED_AT) return;
    this.#view ??= new EventFieldView(event);
    const view = this.#view;
    view.reset();
    const found = seen.missing.filter((field) => view.get(field) !== undefined);
    if (found.length === 0) return;
    for (const field of found) seen.fields.add(field);
    const { fields } = seen;
    seen.missing = seen.missing.filter((field) => !fields.has(field));
  }

  #addClock(source: string, event: Event): void {
    const host = event['host.name'];
    // Without a stamp of its own an event has the time of receipt.
    if (host === null || event.timestamp === event.receivedAt) return;
    let clock = this.#clocks.get(host);
    if (clock === undefined) {
      if (this.#clocks.size === MOST_HOSTS) return;
      clock = { source, ahead: [] };
      this.#clocks.set(host, clock);
    }
    if (clock.ahead.length < MOST_CLOCKS) clock.ahead.push(event.timestamp - event.receivedAt);
  }
}

/** A copy, that keeps no chunk alive. */
function shortened(text: string): string {
  return Buffer.from(text.length > LONGEST_SAMPLE ? `${text.slice(0, LONGEST_SAMPLE)}…` : text).toString();
}
