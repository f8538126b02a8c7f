import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaemonStats } from './stats.js';

/** Replaces stats.json in data_dir as a whole: what `vedette stats` shows when no daemon answers. */
export async function writeStatsFile(dataDir: string, stats: DaemonStats): Promise<void> {
  const path = join(dataDir, 'stats.json');
  await writeFile(`${path}.tmp`, `${JSON.stringify(stats, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}
