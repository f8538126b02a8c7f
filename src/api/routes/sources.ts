import { z } from 'zod';
import type { SourceStats } from '../../daemon/stats.js';
import { type Route, route } from '../route.js';
import { isoTime } from '../shapes.js';

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
};
/** What has a place of its own in a card. */
const NAMED = ['type', 'reads', 'up', 'records', 'bytes', 'last_seen', 'lastSeen', 'unrecognized', 'counts'];

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
  unrecognized: z.int(),
  /** Share of records that a normalizer recognised; 1 without any. */
  parsed: z.number(),
  counts: z.record(z.string(), z.number()),
  gauges: z.record(z.string(), z.number()),
});

export const sourceRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/sources',
    role: 'read',
    summary: 'What comes in, by source.',
    answer: z.object({ items: z.array(card) }),
    handle: async (_asked, { daemon }) => {
      const { sources } = await daemon.stats();
      return {
        items: Object.entries(sources).map(([name, stats]) => cardOf(name, stats, daemon.history.rate(name))),
      };
    },
  }),
];

function cardOf(name: string, stats: SourceStats, rate: number): z.output<typeof card> {
  const { type, reads, up, records, bytes, last_seen, counts, unrecognized = 0 } = stats;
  const gauges = Object.entries(stats).filter(
    (entry): entry is [string, number] => !NAMED.includes(entry[0]) && typeof entry[1] === 'number',
  );
  return {
    ...{ name, type, reads, up, records, bytes, rate, last_seen, unrecognized },
    transport: TRANSPORTS[type] ?? type,
    spoofable: SPOOFABLE.has(type),
    parsed: records === 0 ? 1 : 1 - unrecognized / records,
    counts,
    gauges: Object.fromEntries(gauges),
  };
}
