import type { AlertChange } from '../model/alert.js';
import type { ScannedAlert, ScanResult } from '../model/scan-result.js';
import { Findings, type FindingsLimits } from './findings.js';
import { findLogFiles } from './log-files.js';
import { type ReplayOptions, replay } from './replay.js';

export interface ScanOptions extends Omit<ReplayOptions, 'onChange'> {
  readonly limits: FindingsLimits;
}

/** A replay of all log files that the paths are or hold, as one result. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { paths, skipped, unreadable } = findLogFiles(options.paths);
  const findings = new Findings(options.limits);
  const outcome = await replay({ ...options, paths, onChange: (change) => findings.add(change) });
  const { records, unrecognized, times, counts } = outcome;
  const { alerts, ...found } = findings.result();
  return {
    ...{ records, unrecognized, skipped, counts },
    unreadable: [...unreadable, ...outcome.unreadable],
    times: times === null ? null : { first: iso(times.from), last: iso(times.to) },
    files: paths.map((path, i) => ({ path, ...(outcome.files.get(i + 1) ?? NOTHING) })),
    ...found,
    alerts: alerts.map((alert) => placed(alert, paths)),
  };
}

const NOTHING = { records: 0, unrecognized: 0 };

/** `event.id` says the file, from 1, and the record in it, from 0. */
function placed(alert: AlertChange, paths: readonly string[]): ScannedAlert {
  const evidence = alert.evidence.map((item) => {
    const [file, index] = item['event.id'].split('-').map(Number) as [number, number];
    return { ...item, file: paths[file - 1] ?? '', record: index + 1 };
  });
  return { ...alert, evidence };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
