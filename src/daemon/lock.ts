import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * One process per data_dir. The lock is SQLite's own file lock: the kernel drops it with the process however that
 * dies, and a pid that was given out again (always 1 in a container) cannot be mistaken for its holder.
 */
export interface DataDirLock {
  release(): void;
}

export class DataDirLocked extends Error {
  constructor(dir: string, pid: string) {
    super(
      `${dir} is in use by another vedette${pid === '' ? '' : ` (pid ${pid})`}. Stop it, or set another data_dir.`,
    );
    this.name = 'DataDirLocked';
  }
}

export function lockDataDir(dir: string): DataDirLock {
  mkdirSync(dir, { recursive: true, mode: 0o750 });
  const pidFile = join(dir, 'vedette.pid');
  const db = new Database(join(dir, 'lock.db'), { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new DataDirLocked(dir, existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '');
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return { release: () => db.close() };
}
