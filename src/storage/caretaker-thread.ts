import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CaretakerTask } from './caretaker.js';
import { makeSegmentFile } from './log/segment-file.js';
import { deleteSegment } from './log/segment-files.js';
import { TENDED_BYTES } from './write-ahead.js';

/**
 * The caretaker's thread. A file that it tends is open here, too: so whoever writes it can close it without taking anything over.
 * Errors are theirs as well: they have the same file and the same disk, and tell.
 */
const EVERY_MS = 200;
/** What is written meanwhile is taken over at once: only when nothing is left a log begins anew. */
const MOST_ROUNDS = 5;

const tended = new Map<string, Database.Database>();
const prepared = new Set<string>();

const timer = setInterval(() => {
  for (const db of tended.values()) attempt(() => takeOver(db));
}, EVERY_MS);

parentPort!.on('message', (task: CaretakerTask) => attempt(() => perform(task)));

function perform(task: CaretakerTask): void {
  switch (task.type) {
    case 'tend':
      tend(task.path);
      break;
    case 'leave':
      tended.get(task.path)?.close();
      tended.delete(task.path);
      break;
    case 'prepare':
      if (!existsSync(task.path)) makeSegmentFile(task.path);
      prepared.add(task.path);
      break;
    case 'stop':
      stop();
      break;
  }
}

function tend(path: string): void {
  const db = new Database(path, { fileMustExist: true });
  tended.set(path, db);
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -64');
  waitingBytes(db);
}

function takeOver(db: Database.Database): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const waiting = waitingBytes(db);
    if (waiting === 0 || (round === 0 && waiting < TENDED_BYTES)) return;
    db.pragma('wal_checkpoint(PASSIVE)');
  }
}

/** Bytes of the write-ahead log that are not taken over. */
function waitingBytes(db: Database.Database): number {
  const [frames] = db.pragma('wal_checkpoint(NOOP)') as {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  return (frames!.log - frames!.checkpointed) * (db.pragma('page_size', { simple: true }) as number);
}

function stop(): void {
  clearInterval(timer);
  for (const db of tended.values()) attempt(() => db.close());
  for (const path of prepared) attempt(() => deleteSegment(path));
  parentPort!.close();
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // See above.
  }
}
