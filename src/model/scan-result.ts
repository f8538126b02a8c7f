import type { AlertChange, AlertEvidence } from './alert.js';
import type { IncidentChange } from './incident.js';
import type { Level } from './rule.js';

/** What a scan found in log files: the same for every format that it is told in. Times are ISO 8601 UTC. */
export interface ScanResult {
  readonly records: number;
  /** Records that no normalizer recognised. */
  readonly unrecognized: number;
  /** Oldest and newest event time; null = no records. */
  readonly times: { readonly first: string; readonly last: string } | null;
  readonly files: readonly ScannedFile[];
  /** Files that were not read, each with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Files that could not be read to their end. */
  readonly unreadable: readonly { readonly path: string; readonly error: string }[];
  /** Occurrences by code of telemetry/codes.ts. */
  readonly counts: Readonly<Record<string, number>>;
  /** What was found, by rule: the gravest first. */
  readonly rules: readonly ScannedRule[];
  /** As they ended, the highest risk first. */
  readonly incidents: readonly IncidentChange[];
  /** Incidents beyond the limit. */
  readonly incidentsLeftOut: number;
  /** As they ended, in the order in which they were raised. */
  readonly alerts: readonly ScannedAlert[];
  /** Alerts beyond the limit: they count in `rules`. */
  readonly alertsLeftOut: number;
}

export interface ScannedFile {
  readonly path: string;
  readonly records: number;
  readonly unrecognized: number;
}

export interface ScannedRule {
  readonly id: string;
  readonly name: string;
  readonly level: Level;
  readonly file: string;
  /** ATT&CK ids. */
  readonly techniques: readonly string[];
  readonly alerts: number;
  /** Events that its alerts count. */
  readonly events: number;
  /** The first ones that it was about. */
  readonly entities: readonly string[];
  readonly first: string;
  readonly last: string;
}

export type ScannedAlert = Omit<AlertChange, 'evidence'> & {
  readonly evidence: readonly (AlertEvidence & {
    /** Where the record stands: its file, and which of the file's records that are not empty it is, from 1. */
    readonly file: string;
    readonly record: number;
  })[];
};
