import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the event log: `events-<seq of the first chunk, 15 digits>.db`, each with what SQLite keeps beside it. */
const NAME = /^events-(\d{15})\.db$/;

export const SIDE_FILES = ['-wal', '-shm'] as const;

export function segmentName(firstSeq: number): string {
  return `events-${String(firstSeq).padStart(15, '0')}.db`;
}

/** A file without chunks that is there before it is needed: then it gets its name. */
export const NEXT = 'events-next.db';

/** Paths in log order. */
export function listSegments(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(dir, name));
}

/** Bytes of the file and of the write-ahead log beside it, which has what was committed last; 0 = it is gone. */
export function segmentBytes(path: string): number {
  return [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** The file and what SQLite keeps beside it. Nobody may be writing it. */
export function deleteSegment(path: string): void {
  for (const suffix of [...SIDE_FILES, '']) rmSync(path + suffix, { force: true });
}

/** After the name of a file that is on its way out. */
export const DROPPED = '.dropped';

export function listDropped(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(DROPPED) && NAME.test(name.slice(0, -DROPPED.length)))
    .map((name) => join(dir, name));
}

export function firstSeqOf(path: string): number {
  return Number(/(\d{15})\.db$/.exec(path)?.[1] ?? 0);
}
