import { parentPort, workerData } from 'node:worker_threads';
import { hintsBySource } from '../config/source-hints.js';
import { DEMO_SOURCE } from '../model/event.js';
import type { ControlRecord, RawChunk } from '../model/raw-chunk.js';
import { createDetection, enrichmentBySource } from '../pipeline.js';
import { openForDetection } from '../rule-pack.js';
import type { Damage } from '../search/messages.js';
import { damageTo, openSegment } from '../search/segment.js';
import { encodeSignals } from '../signal-codec.js';
import type { OnDamage, SegmentReader } from '../storage/log/segment-reader.js';
import type { ReadChunk, ReaderStart, ReadResult, ReadTask } from './messages.js';

/** A thread that reads the log as a detector reads what comes: it does the tasks it is given, one at a time, and answers each. */
const { config, pack, from, until, noDemoUpTo } = workerData as ReaderStart;
const { ruleset, neededFields } = openForDetection(pack);
const detect = createDetection({
  ruleset,
  neededFields,
  hints: hintsBySource(config.sources),
  enrichment: enrichmentBySource(config),
  withEvents: false,
  times: { from: from ?? Number.NEGATIVE_INFINITY, until: until ?? Number.POSITIVE_INFINITY },
});
let open: SegmentReader | null = null;

parentPort!.on('message', (task: ReadTask) => {
  const result = work(task);
  parentPort!.postMessage(
    result,
    result.chunks.flatMap(({ signals }) => (signals === null ? [] : [signals.numbers.buffer])),
  );
});

function work(task: ReadTask): ReadResult {
  const damage: Damage[] = [];
  const onDamage = damageTo(damage);
  const segment = segmentAt(task.path, onDamage);
  const chunks: ReadChunk[] = [];
  let records = 0;
  for (const chunk of segment === null ? [] : chunksOf(task, segment, onDamage)) {
    records += chunk.records;
    const found = lookAt(chunk);
    if (found !== null) chunks.push(found);
  }
  return { chunks, records, damage };
}

function lookAt(chunk: RawChunk): ReadChunk | null {
  const { seq, source, receivedAt, clock } = chunk;
  if (chunk.transport === 'control') {
    const record = JSON.parse(Buffer.from(chunk.bytes).toString()) as ControlRecord;
    return record.kind === 'tick'
      ? { seq, source, receivedAt, clock, signals: null, tick: record.now }
      : null;
  }
  if (source === DEMO_SOURCE && seq <= noDemoUpTo) return null;
  const { signals } = detect(chunk);
  return signals.length === 0
    ? null
    : { seq, source, receivedAt, clock, signals: encodeSignals(signals), tick: null };
}

function* chunksOf(task: ReadTask, segment: SegmentReader, onDamage: OnDamage): Generator<RawChunk> {
  if (task.kind === 'blocks') {
    for (const span of task.blocks) yield* segment.tryBlock(span, onDamage);
    return;
  }
  const chunks = segment.allAfter(task.after, onDamage);
  yield* chunks.filter(({ seq }) => seq <= task.upTo);
}

/** One file is kept open. */
function segmentAt(path: string, onDamage: OnDamage): SegmentReader | null {
  if (open?.path === path) return open;
  open?.close();
  open = openSegment(path, onDamage);
  return open;
}
