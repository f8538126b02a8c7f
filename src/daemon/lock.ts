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

/** Nothing can be kept there: a file stands in the way, or somebody else owns the folder. */
export class DataDirUnusable extends Error {
  constructor(dir: string, reason: string) {
    super(`data_dir ${dir} cannot be used: ${reason}.`);
    this.name = 'DataDirUnusable';
  }
}

export function lockDataDir(dir: string): DataDirLock {
  const pidFile = join(dir, 'vedette.pid');
  const db = openLock(dir);
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw unusable(dir, error);
    throw new DataDirLocked(dir, existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '');
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return { release: () => db.close() };
}

function openLock(dir: string): Database.Database {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o750 });
    return new Database(join(dir, 'lock.db'), { timeout: 0 });
  } catch (error) {
    throw unusable(dir, error);
  }
}

function unusable(dir: string, error: unknown): DataDirUnusable {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new DataDirUnusable(dir, REASONS.get(code) ?? message);
}

const REASONS = new Map([
  ['EEXIST', 'it is not a folder'],
  ['ENOTDIR', 'what stands above it is not a folder'],
  ['EACCES', 'this user may not write there'],
  // SQLite tells no more.
  ['SQLITE_CANTOPEN', 'this user may not write there'],
  ['EROFS', 'it is on a file system that is read-only'],
]);
