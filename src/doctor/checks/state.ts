import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { isDamage, WHEN_DAMAGED } from '../../storage/damage.js';
import { type Check, type Finding, problem } from '../check.js';

/** SQLite looks through so much in a second; of more only the beginning is looked at. */
const MOST_BYTES = 256 * 1024 ** 2;

export const state: Check = {
  title: 'State',
  run({ dataDir }) {
    const findings: Finding[] = [];
    const sound: string[] = [];
    for (const [name, whenDamaged] of Object.entries(WHEN_DAMAGED)) {
      const path = join(dataDir, name);
      if (!existsSync(path)) continue;
      const damage = damageOf(path);
      if (damage === null) sound.push(name);
      else
        findings.push(
          problem(
            `${path} is damaged (${damage}): the daemon cannot work with it.`,
            `Stop the daemon, and look at the disk. ${whenDamaged}`,
          ),
        );
    }
    return { well: sound.length === 0 ? [] : [`${sound.join(' and ')} can be read`], findings };
  },
};

/** Null also where this user may not look. */
function damageOf(path: string): string | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    if (statSync(path).size > MOST_BYTES) return null;
    const found = String(db.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? null : found.replace(/\s+/g, ' ');
  } catch (error) {
    return isDamage(error) ? (error as Error).message : null;
  } finally {
    db?.close();
  }
}
