import type { KeeperStats, SourceTally } from '../protocol.js';

/** What `vedette stats --json` prints. Totals since the start unless said otherwise. */
export interface DaemonStats {
  readonly version: string;
  readonly pid: number;
  readonly started: string;
  readonly at: string;
  readonly uptime_seconds: number;
  /** Where the page and the API are, for browsers on this machine; null = nowhere. */
  readonly page: string | null;
  /** For browsers on others, where it is another address. */
  readonly page_elsewhere: string | null;
  readonly sources: Readonly<Record<string, SourceStats>>;
  readonly queue: Readonly<Record<string, number>>;
  readonly detection: {
    readonly records: number;
    /** Since midnight UTC, also before the start. */
    readonly today: number;
    readonly signals: number;
    readonly formats: Readonly<Record<string, number>>;
    readonly counts: Readonly<Record<string, number>>;
  };
  /** `former`: files and folders with a fault of which the version before is in use. */
  readonly rules: { readonly loaded: number; readonly refused: number; readonly former: readonly string[] };
  readonly alerts: KeeperStats['alerts'] & { readonly by_severity: Readonly<Record<string, number>> };
  readonly incidents: KeeperStats['incidents'];
  readonly correlation: KeeperStats['correlation'];
  readonly senders: KeeperStats['senders'];
  readonly anomaly: KeeperStats['anomaly'];
  readonly log: KeeperStats['log'];
  readonly unwritable: KeeperStats['unwritable'];
  readonly unstored: KeeperStats['unstored'];
  readonly sinks: KeeperStats['sinks'];
  readonly process: { readonly rss_bytes: number; readonly applied_seq: number };
}

/** One source: what it says of itself, beside its own gauges, and what became of its records. */
export interface SourceStats extends Partial<SourceTally> {
  readonly type: string;
  /** What it is bound to or reads. */
  readonly reads: string;
  readonly up: boolean;
  readonly records: number;
  readonly bytes: number;
  readonly last_seen: string | null;
  /** Why it does not run; absent while it does. */
  readonly last_error?: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly [gauge: string]: unknown;
}

export interface StatsParts {
  readonly version: string;
  readonly startedAt: number;
  readonly page: string | null;
  readonly page_elsewhere: string | null;
  readonly sources: Readonly<Record<string, SourceStats>>;
  readonly queue: Readonly<Record<string, number>>;
  readonly rules: DaemonStats['rules'];
  readonly keeper: KeeperStats;
}

export function daemonStats({
  version,
  startedAt,
  page,
  page_elsewhere,
  sources,
  queue,
  rules,
  keeper,
}: StatsParts): DaemonStats {
  const now = Date.now();
  return {
    version,
    pid: process.pid,
    started: new Date(startedAt).toISOString(),
    at: new Date(now).toISOString(),
    uptime_seconds: Math.round((now - startedAt) / 1000),
    page,
    page_elsewhere,
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, stats]) => [name, { ...stats, ...keeper.bySource[name] }]),
    ),
    queue,
    detection: {
      records: keeper.records,
      today: keeper.today,
      signals: keeper.signals,
      formats: keeper.formats,
      counts: keeper.faults,
    },
    rules,
    alerts: { ...keeper.alerts, by_severity: keeper.bySeverity },
    incidents: keeper.incidents,
    correlation: keeper.correlation,
    senders: keeper.senders,
    anomaly: keeper.anomaly,
    log: keeper.log,
    unwritable: keeper.unwritable,
    unstored: keeper.unstored,
    sinks: keeper.sinks,
    process: { rss_bytes: process.memoryUsage.rss(), applied_seq: keeper.appliedSeq },
  };
}
