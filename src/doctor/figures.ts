import { askDaemon } from '../daemon/control-socket.js';

/** The parts of the daemon's `stats` that checks look at. */
export interface DaemonFigures {
  readonly pid: number;
  readonly uptime_seconds: number;
  /** Where the page is; null = nowhere. */
  readonly page: string | null;
  /** For browsers on other machines, where it is another address. A daemon of an older version does not tell. */
  readonly page_elsewhere?: string | null;
  readonly sources: Readonly<Record<string, SourceFigures>>;
  readonly detection: { readonly counts: Readonly<Record<string, number>> };
  /** A daemon of an older version does not tell. */
  readonly rules: { readonly former?: readonly string[] };
  readonly sinks: Readonly<
    Record<string, { readonly state: string; readonly deadLettered: number; readonly last_error?: string }>
  >;
  /** Records a second of each source, of a moment ago. */
  readonly rates: ReadonlyMap<string, number>;
}

export interface SourceFigures {
  /** What it is bound to or reads, e.g. `127.0.0.1:5140/udp`. */
  readonly reads: string;
  readonly up: boolean;
  readonly records: number;
  readonly last_seen: string | null;
  /** Absent while it runs, and from an older version. */
  readonly last_error?: string;
  readonly counts: Readonly<Record<string, number>>;
}

const BETWEEN_MS = 500;

/** Asks twice, to see what arrives meanwhile. Null: no daemon answers. */
export async function askFigures(dataDir: string): Promise<DaemonFigures | null> {
  const before = (await askDaemon(dataDir, 'stats')) as DaemonFigures | null;
  if (before === null) return null;
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  const after = ((await askDaemon(dataDir, 'stats')) as DaemonFigures | null) ?? before;
  const seconds = (performance.now() - startedAt) / 1000;
  const rates = Object.entries(after.sources).map(([name, { records }]) => {
    return [name, Math.max(0, records - (before.sources[name]?.records ?? 0)) / seconds] as const;
  });
  return { ...after, rates: new Map(rates) };
}
