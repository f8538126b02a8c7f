import { parentPort, workerData } from 'node:worker_threads';
import { hintsBySource } from './config/source-hints.js';
import { createDetection, enrichmentBySource } from './pipeline.js';
import type { DetectorStart, DetectorToKeeper, FromDetector, ToDetector } from './protocol.js';
import { openForDetection } from './rule-pack.js';
import { encodeSignals } from './signal-codec.js';

/**
 * A detector thread: a pure function of (chunk, ruleset), fed by main, answering to the keeper. It holds no state
 * between records, no sockets, files or timers.
 */
const { config, pack, withEvents, keeper } = workerData as DetectorStart;
const main = parentPort!;

const hints = hintsBySource(config.sources);
const { ruleset, neededFields } = openForDetection(pack);
const detect = createDetection({
  ruleset,
  neededFields,
  hints,
  enrichment: enrichmentBySource(config),
  withEvents,
  withKeys: config.storage.events.enabled,
  summarize: config.anomaly.enabled,
  withSenders: true,
  clock: () => performance.now() * 1e6,
});

main.on('message', (message: ToDetector) => {
  if (message.type === 'stop') {
    keeper.close();
    main.close();
    return;
  }
  const { events, signals, minutes, ...result } = detect(message.chunk);
  const packed = encodeSignals(signals);
  keeper.postMessage({ result, signals: packed, minutes } satisfies DetectorToKeeper, [
    packed.numbers.buffer,
    result.ruleCounts.buffer,
    ...(result.keys === null ? [] : [result.keys.buffer]),
    ...(minutes === null ? [] : [minutes.rows.buffer]),
  ]);
  main.postMessage(
    { type: 'done', seq: result.seq, events } satisfies FromDetector,
    events === null ? [] : [events.buffer],
  );
});

main.postMessage({ type: 'ready' } satisfies FromDetector);
