import { existsSync } from 'node:fs';
import { readingsBySource } from '../config/reading.js';
import type { Config } from '../config/schema.js';
import { type OnDamage, SegmentReader } from '../storage/log/segment-reader.js';
import type { Damage } from './messages.js';

/** Null: it is gone, since old ones are dropped while we read, or none of ours. */
export function openSegment(path: string, onDamage: OnDamage): SegmentReader | null {
  try {
    return SegmentReader.open(path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_CANTOPEN')
      onDamage(path, error, { firstSeq: null, lastSeq: null, records: null });
    return null;
  }
}

/** Writes down what is damaged. A file that is dropped meanwhile becomes shorter while we read it: the rest is gone, not damaged. */
export function damageTo(damage: Damage[]): OnDamage {
  return (path, error, lost) => {
    if (!existsSync(path)) return;
    damage.push({ path, reason: error instanceof Error ? error.message : String(error), ...lost });
  };
}

/** How the records of all sources are read now. */
export function currentReadings(config: Pick<Config, 'sources' | 'extractors'>): ReadonlySet<number> {
  const readingOf = readingsBySource(config);
  return new Set(config.sources.map(({ name }) => readingOf(name!)));
}
