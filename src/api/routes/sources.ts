import { z } from 'zod';
import type { SourceStats } from '../../daemon/stats.js';
import type { ReachFound } from '../../doctor/reach-thread.js';
import { lostRecords } from '../../telemetry/losses.js';
import { type Route, route } from '../route.js';
import { isoTime } from '../shapes.js';
import { HEALTHS, senderHealth, sourceHealth } from '../source-health.js';

/** Whose sender addresses anybody can write into a packet. */
const SPOOFABLE = new Set(['syslog-udp']);
const TRANSPORTS: Readonly<Record<string, string>> = {
  'syslog-udp': 'udp',
  'syslog-tcp': 'tcp',
  'syslog-tls': 'tls',
  'json-tcp': 'tcp',
  file: 'file',
  journald: 'journald',
  stdin: 'stdin',
  http: 'http',
  nats: 'nats',
};
/** What has a place of its own in a card. */
const NAMED = [
  'type',
  'reads',
  'up',
  'records',
  'bytes',
  'last_seen',
  'last_error',
  'unrecognized',
  'counts',
];

/** The worst that is to be said. */
const health = z.enum(HEALTHS);

const sender = z.object({
  address: z.string(),
  identity: z.string().optional(),
  host: z.string().optional(),
  records: z.int(),
  unrecognized: z.int(),
  formats: z.record(z.string(), z.int()),
  rate: z.number(),
  first_seen: isoTime,
  last_seen: isoTime,
  clock_skew_ms: z.number().nullable(),
  quiet: z.boolean(),
  health,
  /** A record that nobody recognised. */
  sample: z.string().optional(),
});

const card = z.object({
  name: z.string(),
  type: z.string(),
  reads: z.string(),
  transport: z.string(),
  up: z.boolean(),
  spoofable: z.boolean(),
  records: z.int(),
  bytes: z.int(),
  rate: z.number(),
  last_seen: isoTime.nullable(),
  /** Why it does not run. */
  last_error: z.string().optional(),
  unrecognized: z.int(),
  /** Share of records that a normalizer recognised; 1 without any. */
  parsed: z.number(),
  health,
  /** Records that never reached detection. */
  lost: z.int(),
  counts: z.record(z.string(), z.number()),
  gauges: z.record(z.string(), z.number()),
  /** How many rules could match what it sends, as the newest part of the log shows; null = not known, or not yet. */
  rules: z.int().nullable(),
  /** Of all that are known, those that are silent and those heard last. */
  senders: z.array(sender),
  senders_total: z.int(),
});

export const sourceRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/sources',
    role: 'read',
    summary: 'What comes in, by source, and who sends it.',
    answer: z.object({ items: z.array(card) }),
    handle: async (_asked, { daemon, reach, now }) => {
      const [{ sources }, bySource] = await Promise.all([daemon.stats(), daemon.senderStats()]);
      const rules = rulesBySource(reach.newest);
      return {
        items: Object.entries(sources).map(([name, stats]) => ({
          ...cardOf(name, stats, daemon.history.rate(name), now()),
          senders: (bySource[name]?.senders ?? []).map((one) => ({
            ...one,
            health: senderHealth(one, stats),
          })),
          senders_total: bySource[name]?.total ?? 0,
          rules: rules.get(name) ?? null,
        })),
      };
    },
  }),
];

function rulesBySource(found: ReachFound | null): ReadonlyMap<string, number> {
  const counts = new Map((found?.sources ?? []).map((name) => [name, 0]));
  for (const { idle, sources } of found?.rules.values() ?? [])
    if (idle === null) for (const name of sources) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function cardOf(
  name: string,
  stats: SourceStats,
  rate: number,
  now: number,
): Omit<z.output<typeof card>, 'senders' | 'senders_total' | 'rules'> {
  const { type, reads, up, records, bytes, last_seen, last_error, counts, unrecognized = 0 } = stats;
  const gauges = Object.entries(stats).filter(
    (entry): entry is [string, number] => !NAMED.includes(entry[0]) && typeof entry[1] === 'number',
  );
  return {
    ...{ name, type, reads, up, records, bytes, rate, last_seen, unrecognized },
    ...(last_error !== undefined && { last_error }),
    transport: TRANSPORTS[type] ?? type,
    spoofable: SPOOFABLE.has(type),
    parsed: records === 0 ? 1 : 1 - unrecognized / records,
    health: sourceHealth(stats, now),
    lost: lostRecords(counts),
    counts,
    gauges: Object.fromEntries(gauges),
  };
}
