import { parentPort } from 'node:worker_threads';
import type { RawChunk } from '../model/raw-chunk.js';
import { type Need, needOf } from '../query/need.js';
import type { OnDamage, SegmentReader } from '../storage/log/segment-reader.js';
import { stepBack } from '../telemetry/priority.js';
import type { Damage, Found, Plan, SearcherStart, Task, ToSearcher } from './messages.js';
import { planSegment } from './plan.js';
import { questionOf } from './question.js';
import type { Scan } from './scan.js';
import { currentReadings, damageTo, openSegment } from './segment.js';

/** A thread that searches: it is told what for, then does the tasks it is given, one at a time, and answers each. */
let start: SearcherStart;
let need: Need;
let readings: ReadonlySet<number>;
let scan: Scan | null = null;
let open: SegmentReader | null = null;

stepBack();

parentPort!.on('message', async (message: ToSearcher) => {
  if (message.kind === 'search') begin(message.start);
  else if (message.kind === 'rest') closeSegment();
  else parentPort!.postMessage(await work(message));
});

function begin(asked: SearcherStart): void {
  start = asked;
  need = needOf(questionOf(start.search));
  readings = currentReadings(start.config);
  scan = null;
}

async function work(task: Task): Promise<Plan | Found> {
  const damage: Damage[] = [];
  const onDamage = damageTo(damage);
  const segment = segmentAt(task.path, onDamage);
  if (task.kind === 'plan') {
    const nothing = { blocks: [], tail: null, skipped: 0, unfiltered: 0 };
    return {
      kind: 'plan',
      path: task.path,
      ...(segment === null ? nothing : planSegment(segment, need, readings, onDamage)),
      damage,
    };
  }
  // Parsers and normalizers take longer to load than most searches that find nothing.
  scan ??= (await import('./scan.js')).createScan(start);
  const found = scan(segment === null ? [] : chunksOf(task, segment, onDamage));
  return { kind: 'found', ...found, damage };
}

/** In the order of the search. */
function* chunksOf(
  task: Exclude<Task, { kind: 'plan' }>,
  segment: SegmentReader,
  onDamage: OnDamage,
): Generator<RawChunk> {
  const { oldestFirst = false } = start.search;
  const inOrder = (chunks: RawChunk[]): RawChunk[] => (oldestFirst ? chunks : chunks.reverse());
  if (task.kind === 'blocks') {
    for (const span of task.blocks) yield* inOrder(segment.tryBlock(span, onDamage));
    return;
  }
  const chunks = segment.allAfter(task.after, onDamage);
  yield* inOrder(chunks.filter(({ seq }) => seq <= task.upTo));
}

/** One file is kept open. */
function segmentAt(path: string, onDamage: OnDamage): SegmentReader | null {
  if (open?.path === path) return open;
  closeSegment();
  open = openSegment(path, onDamage);
  return open;
}

/** A file that is dropped meanwhile is gone only when nobody has it open. */
function closeSegment(): void {
  open?.close();
  open = null;
}
