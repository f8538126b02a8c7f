import { parentPort, workerData } from 'node:worker_threads';
import type { RawChunk } from '../model/raw-chunk.js';
import { createDetection, enrichmentBySource } from '../pipeline.js';
import { openForDetection } from '../rule-pack.js';
import { encodeSignals } from '../signal-codec.js';
import type { Lines } from '../sources/tail/line-cutter.js';
import { openLogFile } from './blocks.js';
import {
  type FoundBlock,
  type FromReplayReader,
  REPLAY_SOURCE,
  type ReplayReaderStart,
  type ReplayTask,
  type ToReplayReader,
} from './messages.js';

/** Blocks that may be on their way. */
const MOST_UNTAKEN = 4;

/** A thread that reads log files as a detector reads what comes, one file at a time. */
const { config, pack, hints } = workerData as ReplayReaderStart;
const { ruleset, neededFields } = openForDetection(pack);
const detect = createDetection({
  ruleset,
  neededFields,
  hints: new Map([[REPLAY_SOURCE, hints]]),
  enrichment: enrichmentBySource(config),
  withEvents: false,
  summarize: config.anomaly.enabled,
});
/** Stands for the time that a line without any has. */
const NO_TIME = Date.now();
let untaken = 0;
let onTaken = (): void => {};

parentPort!.on('message', (message: ToReplayReader) => {
  if (message.type === 'taken') {
    untaken--;
    onTaken();
  } else void read(message).then((error) => post({ type: 'done', error }));
});

/** Returns why the file could not be read to its end. */
async function read({ path, file }: ReplayTask): Promise<string | null> {
  let before = 0;
  try {
    const { changedAt, lines } = await openLogFile(path);
    for await (const some of lines) before += await tell(file, before, changedAt, some);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns how many records there were. */
async function tell(file: number, before: number, clock: number, lines: Lines): Promise<number> {
  const found = lookAt(file, before, clock, lines);
  post({ type: 'found', ...found }, transferred(found));
  untaken++;
  while (untaken >= MOST_UNTAKEN) {
    await new Promise<void>((resolve) => {
      onTaken = resolve;
    });
  }
  return found.records;
}

function lookAt(file: number, before: number, clock: number, lines: Lines): FoundBlock {
  const chunk: RawChunk = {
    ...lines,
    ...{ seq: file, source: REPLAY_SOURCE, transport: 'file', receivedAt: NO_TIME, clock },
    ...{ cursor: null, ends: null, peers: [], peerRuns: null },
  };
  const { records, unrecognized, faults, times, signals, minutes } = detect(chunk);
  return {
    ...{ file, before, records, unrecognized, faults, times, clock, minutes, noTime: NO_TIME },
    signals: signals.length === 0 ? null : encodeSignals(signals),
  };
}

function transferred({ signals, minutes }: FoundBlock): ArrayBuffer[] {
  return [
    ...(signals === null ? [] : [signals.numbers.buffer]),
    ...(minutes === null ? [] : [minutes.rows.buffer]),
  ];
}

function post(message: FromReplayReader, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
