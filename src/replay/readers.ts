import { Worker } from 'node:worker_threads';
import type {
  FoundBlock,
  FromReplayReader,
  ReplayReaderStart,
  ReplayTask,
  ToReplayReader,
} from './messages.js';

const YOUNG_MB = 32;

export interface ReadingEvents {
  readonly onFound: (found: FoundBlock) => void;
  /** A file could not be read to its end. */
  readonly onUnreadable: (path: string, error: string) => void;
}

/** Reads the files on so many threads, each file on one; what they find comes in no order. */
export async function readFiles(
  paths: readonly string[],
  start: ReplayReaderStart,
  threads: number,
  events: ReadingEvents,
): Promise<void> {
  const tasks = paths.map((path, i): ReplayTask => ({ path, file: i + 1 }))[Symbol.iterator]();
  const count = Math.min(threads, paths.length);
  await Promise.all(Array.from({ length: count }, () => runReader(tasks, start, events)));
}

function runReader(
  tasks: Iterator<ReplayTask>,
  start: ReplayReaderStart,
  { onFound, onUnreadable }: ReadingEvents,
): Promise<void> {
  const thread = new Worker(new URL('./reader.js', import.meta.url), {
    workerData: start,
    name: 'replay-reader',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const send = (message: ToReplayReader): void => thread.postMessage(message);
  const reading = new Promise<void>((resolve, reject) => {
    let path = '';
    const next = (): void => {
      const task = tasks.next();
      if (task.done === true) {
        resolve();
        return;
      }
      ({ path } = task.value);
      send({ type: 'read', ...task.value });
    };
    thread.once('error', reject);
    thread.on('message', (message: FromReplayReader) => {
      try {
        if (message.type === 'found') {
          onFound(message);
          send({ type: 'taken' });
          return;
        }
        if (message.error !== null) onUnreadable(path, message.error);
        next();
      } catch (error) {
        reject(error);
      }
    });
    next();
  });
  return reading.finally(() => thread.terminate());
}
