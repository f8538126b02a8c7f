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
const MOST_MS = 4000;
/** Events of one logsource in which fields are looked for. */
const LOOKED_AT = 2000;
const MOST_HOSTS = 5000;
const MOST_CLOCKS = 101;
const LONGEST_SAMPLE = 300;

/** Reads the newest records, as rules see them. `fields`: those to look for. Null: no log is stored. */
export function sampleLog(dir: string, config: Config, fields: readonly string[]): LogSample | null {
  const segments = existsSync(dir) ? listSegments(dir).reverse() : [];
  if (segments.length === 0) return null;
  const sampler = new Sampler(config, fields);
  const end = performance.now() + MOST_MS;
  let isWhole = true;
  for (const path of segments) {
    for (const chunk of newestFirst(path)) {
      if (sampler.records >= MOST_RECORDS || performance.now() > end) {
        isWhole = false;
        break;
      }
      sampler.read(chunk);
    }
    if (!isWhole) break;
  }
  return sampler.records === 0 ? null : sampler.result(isWhole);
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

class Sampler {
  readonly #readChunk: ReturnType<typeof createReader>;
  readonly #fields: readonly string[];
  readonly #logsources = new Map<number, { logsource: Logsource; fields: Set<string>; looked: number }>();
  readonly #sources = new Map<string, SourceSample>();
  readonly #clocks = new Map<string, ClockSample>();
  #view: EventFieldView | null = null;
  #from = Number.POSITIVE_INFINITY;
  #to = 0;
  records = 0;

  constructor(config: Config, fields: readonly string[]) {
    this.#fields = fields;
    this.#readChunk = createReader({
      hints: hintsBySource(config.sources),
      enrichment: enrichmentBySource(config),
    });
  }

  read(chunk: RawChunk): void {
    if (chunk.transport === 'control') return;
    this.records += chunk.records;
    this.#from = Math.min(this.#from, chunk.receivedAt);
    this.#to = Math.max(this.#to, chunk.receivedAt);
    let source = this.#sources.get(chunk.source);
    if (source === undefined) {
      source = { records: 0, unrecognized: 0, unrecognizedSample: null, faults: new Map() };
      this.#sources.set(chunk.source, source);
    }
    const known = source;
    const isLive = chunk.transport === 'udp' || chunk.transport === 'tcp' || chunk.transport === 'tls';
    this.#readChunk(chunk, {
      wants: () => true,
      visit: (event) => {
        this.#addTo(known, event);
        this.#addLogsource(event);
        if (isLive) this.#addClock(chunk.source, event);
      },
    });
  }

  result(isWhole: boolean): LogSample {
    return {
      ...{ records: this.records, isWhole, from: this.#from, to: this.#to },
      logsources: [...this.#logsources.values()],
      sources: this.#sources,
      clocks: this.#clocks,
    };
  }

  #addTo(source: SourceSample, event: Event): void {
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

  #addLogsource(event: Event): void {
    const { logsource } = event;
    let seen = this.#logsources.get(logsource.id);
    if (seen === undefined) {
      seen = { logsource, fields: new Set(), looked: 0 };
      this.#logsources.set(logsource.id, seen);
    }
    if (seen.looked++ >= LOOKED_AT) return;
    this.#view ??= new EventFieldView(event);
    this.#view.reset();
    for (const field of this.#fields) {
      if (!seen.fields.has(field) && this.#view.get(field) !== undefined) seen.fields.add(field);
    }
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
