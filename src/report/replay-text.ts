import { formatCount, numbered } from '../model/units.js';

/** What was read of log files and what came of it. Times are ISO 8601 UTC. */
export interface ReplayedFiles {
  readonly files: number;
  readonly records: number;
  readonly unrecognized: number;
  readonly times: { readonly first: string; readonly last: string } | null;
  readonly alerts: number;
  readonly incidents: number;
  /** Occurrences by code of telemetry/codes.ts. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Lines for a person, without their ends. */
export function replayLines(replayed: ReplayedFiles): string[] {
  const { files, records, unrecognized, times, alerts, incidents, counts } = replayed;
  const span = times === null ? '' : `, ${times.first} to ${times.last}`;
  return [
    `${numbered(records, 'line')} of ${numbered(files, 'file')}${span}: ${numbered(alerts, 'alert')}, ${numbered(incidents, 'incident')}.`,
    ...(unrecognized > 0 ? [`${numbered(unrecognized, 'line')} nobody recognised.`] : []),
    ...Object.entries(counts).map(([code, n]) => `${code}: ${formatCount(n)}`),
  ];
}
