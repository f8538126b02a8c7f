import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askDaemon, NoAnswer } from '../daemon/control-socket.js';
import { CODES, type Code } from '../telemetry/codes.js';

/** The parts of stats.json that are shown to people. */
export interface Figures {
  readonly pid: number;
  readonly version: string;
  readonly at: string;
  readonly uptime_seconds: number;
  readonly sources: Readonly<
    Record<
      string,
      {
        reads: string;
        up: boolean;
        records: number;
        last_seen: string | null;
        last_error?: string;
        counts: Record<string, number>;
      }
    >
  >;
  readonly queue: { readonly bytes: number; readonly maxBytes: number; readonly peakBytes: number };
  readonly detection: {
    readonly records: number;
    readonly signals: number;
    readonly formats: Record<string, number>;
    readonly counts: Record<string, number>;
  };
  readonly rules: { readonly loaded: number; readonly refused: number; readonly former?: readonly string[] };
  readonly alerts: {
    readonly opened: number;
    readonly open: number;
    readonly suppressed: number;
    readonly by_severity: Record<string, number>;
  };
  /** Absent in figures that an older version left. */
  readonly incidents?: { readonly opened: number; readonly open: number };
  readonly unstored?: number;
  readonly log: { readonly segments: number; readonly bytes: number } | null;
  readonly sinks: Readonly<
    Record<string, { state: string; delivered: number; deadLettered: number; last_error?: string }>
  >;
  readonly process: { readonly rss_bytes: number };
}

export interface FoundFigures {
  /** `busy`: it runs, and the figures are those that it wrote last. */
  readonly daemon: 'answers' | 'busy' | 'stopped';
  readonly figures: Figures | null;
}

/** Of the daemon that runs, else those that the last one left. */
export async function findFigures(dataDir: string): Promise<FoundFigures> {
  try {
    const live = (await askDaemon(dataDir, 'stats')) as Figures | null;
    if (live !== null) return { daemon: 'answers', figures: live };
    return { daemon: 'stopped', figures: lastFigures(dataDir) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { daemon: 'busy', figures: lastFigures(dataDir) };
  }
}

/** What the last daemon left. */
function lastFigures(dataDir: string): Figures | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stats.json'), 'utf8')) as Figures;
  } catch {
    return null;
  }
}

/** What was lost, cut or unusual since the daemon's start, by code. */
export function lossesOf({
  sources,
  detection,
}: Figures): { readonly code: string; readonly n: number; readonly meaning: string }[] {
  const counts = new Map<string, number>();
  for (const of of [...Object.values(sources), detection])
    for (const [code, n] of Object.entries(of.counts)) counts.set(code, (counts.get(code) ?? 0) + n);
  return [...counts].sort().map(([code, n]) => ({ code, n, meaning: CODES[code as Code] ?? '' }));
}
