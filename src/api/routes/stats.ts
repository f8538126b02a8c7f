import { z } from 'zod';
import { STEP_MS } from '../../daemon/history.js';
import type { DaemonStats } from '../../daemon/stats.js';
import { CODES } from '../../telemetry/codes.js';
import { LOSSES } from '../../telemetry/losses.js';
import { type ApiContext, type Route, route } from '../route.js';
import { isoTime } from '../shapes.js';
import { isDropping, isQuiet, isUnparsed } from '../source-health.js';

const DAY_MS = 86_400_000;

const now = z.object({
  at: isoTime,
  version: z.string(),
  uptime_seconds: z.int(),
  /** UTC; also those before the start. */
  events_since_midnight: z.int(),
  rate: z.number(),
  sources: z.object({ total: z.int(), up: z.int(), quiet: z.int(), dropping: z.int(), unparsed: z.int() }),
  incidents_open: z.int(),
  incidents_unclosed: z.int(),
  alerts_24h: z.int(),
  losses: z.array(z.object({ code: z.string(), count: z.int(), what: z.string(), fix: z.string() })),
  demo: z.object({ running: z.boolean(), present: z.boolean() }),
  /** Nothing has ever come in. */
  empty: z.boolean(),
});
export type Now = z.output<typeof now>;

export const statsRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/now',
    role: 'read',
    summary: 'How things stand, in a few figures.',
    answer: now,
    handle: (_asked, api) => currentFigures(api),
  }),
  route({
    method: 'GET',
    path: '/api/stats',
    role: 'read',
    summary: 'All figures, as vedette stats --json prints them.',
    answer: z.looseObject({ version: z.string(), sources: z.record(z.string(), z.unknown()) }),
    handle: (_asked, { daemon }) => daemon.stats(),
  }),
  route({
    method: 'GET',
    path: '/api/stats/history',
    role: 'read',
    summary: 'Events a second, alerts, losses and memory of the last hour.',
    answer: z.object({
      step: z.int(),
      points: z.array(
        z.object({ at: isoTime, events: z.number(), alerts: z.int(), drops: z.int(), rss: z.int() }),
      ),
    }),
    handle: (_asked, { daemon }) => ({
      step: STEP_MS,
      points: daemon.history.points.map(({ at, ...point }) => ({ at: new Date(at).toISOString(), ...point })),
    }),
  }),
];

/** At most so old, for all pages that are open. */
const FRESH_MS = 1000;
let latest: { readonly of: ApiContext; readonly at: number; readonly figures: Promise<Now> } | null = null;

export function currentFigures(api: ApiContext): Promise<Now> {
  const at = api.now();
  if (latest === null || latest.of !== api || at - latest.at > FRESH_MS)
    latest = { of: api, at, figures: readFigures(api) };
  return latest.figures;
}

async function readFigures(api: ApiContext): Promise<Now> {
  const { daemon, cases } = api;
  const stats = await daemon.stats();
  const at = api.now();
  const dayAgo = new Date(at - DAY_MS).toISOString();
  const sources = Object.values(stats.sources);
  return {
    at: new Date(at).toISOString(),
    version: stats.version,
    uptime_seconds: stats.uptime_seconds,
    events_since_midnight: stats.detection.today,
    rate: daemon.history.rate(),
    sources: {
      total: sources.length,
      up: sources.filter(({ up }) => up).length,
      quiet: sources.filter((source) => isQuiet(source, at)).length,
      dropping: sources.filter(isDropping).length,
      unparsed: sources.filter(isUnparsed).length,
    },
    incidents_open: cases.count('incidents', { status: 'open' }),
    incidents_unclosed: cases.count('incidents', { workflow: 'unclosed' }),
    alerts_24h: cases.count('alerts', { since: dayAgo, silenced: false }),
    losses: lossesOf(stats),
    demo: { running: api.demo.isRunning, present: cases.hasDemo() },
    // Senders are remembered over restarts.
    empty: stats.detection.records === 0 && stats.alerts.stored === 0 && stats.senders === 0,
  };
}

function lossesOf({ detection, sources }: DaemonStats): Now['losses'] {
  const sums = new Map<string, number>();
  for (const counts of [detection.counts, ...Object.values(sources).map((source) => source.counts)])
    for (const [code, n] of Object.entries(counts))
      if (n > 0 && LOSSES.has(code)) sums.set(code, (sums.get(code) ?? 0) + n);
  return [...sums].map(([code, count]) => ({
    code,
    count,
    what: (CODES as Readonly<Record<string, string>>)[code] ?? code,
    fix: LOSSES.get(code)!.fix,
  }));
}
