// @ts-expect-error: the benchmark's fleet is plain JavaScript
import { fleetMinutes } from '../../bench/lib/fleet.mjs';
import { FEATURE_COUNT } from '../../src/anomaly/features.js';
import type { Model } from '../../src/anomaly/model.js';
import { seededRandom } from '../../src/anomaly/random.js';
import { Summarizer } from '../../src/anomaly/summarizer.js';
import { train } from '../../src/anomaly/train.js';
import { AnomalyWatch, type WatchOptions } from '../../src/anomaly/watch.js';
import { type EntityMinutes, MINUTE_MS } from '../../src/model/entity-minute.js';
import { Event } from '../../src/model/event.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';

const HINTS = { format: 'auto', timezone: 'UTC', logsource: null } as const;

/** A Monday, 08:00 UTC. */
export const START = Date.UTC(2026, 2, 2, 8);

/** RFC 5424, `seconds` after START. */
export function line(seconds: number, host: string, app: string, text: string, pri = 86): string {
  return `<${pri}>1 ${new Date(START + seconds * 1000).toISOString()} ${host} ${app} 17 - - ${text}`;
}

export function failure(seconds: number, user: string, ip: string, host = 'web-01'): string {
  return line(seconds, host, 'sshd', `Failed password for ${user} from ${ip} port 40022 ssh2`);
}

/** What a detector would say of a chunk with these lines. */
export function summarized(lines: readonly string[], receivedAt = START + 3600_000): EntityMinutes {
  const summarizer = new Summarizer();
  const event = new Event();
  lines.forEach((text, index) => {
    event.reset(text);
    event.index = index;
    event.receivedAt = receivedAt;
    parseRecord(text, event.record, HINTS, receivedAt);
    normalize(event, null);
    summarizer.add(event);
  });
  return summarizer.take();
}

export function createWatch(
  options: Partial<WatchOptions> = {},
  models: ReadonlyMap<string, Model> = new Map(),
): { watch: AnomalyWatch; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const watch = new AnomalyWatch({
    maxShare: 0.001,
    maxEntities: 50_000,
    allowedLatenessMs: 30_000,
    count: (code, n) => counts.set(code, (counts.get(code) ?? 0) + n),
    modelById: (id) => models.get(id) ?? null,
    ...options,
  });
  return { watch, counts };
}

export interface FleetMinute {
  readonly minute: number;
  readonly lines: readonly string[];
  /** When they were received, ms. */
  readonly at: number;
}

/** Minutes of the benchmark's fleet without attacks; those of `extra` (by place) get more lines. */
export function fleet(
  minutes: number,
  extra: (place: number, at: number) => readonly string[] = () => [],
): FleetMinute[] {
  const made = [
    ...(fleetMinutes(minutes / 1440, []) as Iterable<{ minute: number; lines: [number, string][] }>),
  ];
  return made.map(({ minute, lines }, place) => ({
    minute,
    lines: [...lines.map(([, text]) => text), ...extra(place, minute * MINUTE_MS)],
    at: (minute + 1) * MINUTE_MS,
  }));
}

/** A model of vectors that are mostly nothing special, from a seed. */
export function someModel(seed = 1, rows = 150): Model {
  const random = seededRandom(seed);
  const vectors = Float32Array.from({ length: rows * FEATURE_COUNT }, () => (random() < 0.9 ? 0 : random()));
  const owners = Array.from({ length: rows }, (_, i) => `owner ${i % 40}`);
  const minutes = Array.from({ length: rows }, (_, i) => 29_000_000 + i * 10);
  return train({ vectors, owners, minutes }, null, { seed, maxShare: 0.01 }).model;
}
