import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatBytes } from '../../model/units.js';
import { listSegments } from '../../storage/log/segment-files.js';
import { type Check, problem } from '../check.js';

const DAY_MS = 86_400_000;
/** Of a younger log nobody can say how fast it grows. */
const LEAST_AGE_MS = 3600_000;

export const disk: Check = {
  title: 'Disk',
  run({ config, dataDir, sample, now }) {
    const { enabled, max_bytes, max_age, keep_free } = config.storage.events;
    const free = freeBytes(dataDir);
    const stored = logBytes(join(dataDir, 'events'));
    if (free < keep_free)
      return {
        well: [],
        findings: [
          problem(
            `${formatBytes(free)} are free where ${dataDir} is, less than the ${formatBytes(keep_free)} that storage.events.keep_free keeps for alerts: events are not stored any more.`,
            'Make room, or move data_dir to a larger disk.',
          ),
        ],
      };
    if (!enabled) return { well: [`${formatBytes(free)} are free; the event log is off`], findings: [] };
    const perDay = growth(stored, sample()?.from ?? now, sample()?.isWhole === true, now);
    const wanted = Math.min(max_bytes, perDay === null ? max_bytes : perDay * (max_age / DAY_MS));
    const room = free + stored - keep_free;
    if (wanted > room)
      return {
        well: [],
        findings: [
          problem(
            `The event log may take ${formatBytes(wanted)} (storage.events), it has ${formatBytes(stored)}, and ${formatBytes(free)} are free: the oldest events will go before their time.`,
            `Lower storage.events.max_bytes to ${formatBytes(Math.max(0, Math.floor(room / 2 ** 20) * 2 ** 20))}, or move data_dir to a larger disk.`,
          ),
        ],
      };
    const grows = perDay === null ? '' : `, grows by ${formatBytes(perDay)} a day`;
    return {
      well: [`the log has ${formatBytes(stored)}${grows}; ${formatBytes(free)} are free`],
      findings: [],
    };
  },
};

/** Bytes a day, when the whole log was seen and is old enough. */
function growth(stored: number, from: number, isWhole: boolean, now: number): number | null {
  return isWhole && now - from > LEAST_AGE_MS ? (stored / (now - from)) * DAY_MS : null;
}

function freeBytes(folder: string): number {
  const there = existsSync(folder) ? folder : dirname(folder);
  const { bavail, bsize } = statfsSync(existsSync(there) ? there : '/');
  return bavail * bsize;
}

function logBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return listSegments(folder).reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
