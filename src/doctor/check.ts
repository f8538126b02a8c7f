import type { RuleFilesRead } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import type { ChosenRules } from '../ruleset.js';
import type { DaemonFigures } from './figures.js';
import type { LogSample } from './log-sample.js';

/** What a check looks at. */
export interface Patient {
  readonly config: Config;
  readonly dataDir: string;
  /** Of the running daemon; null = none answers. */
  readonly figures: DaemonFigures | null;
  /** Newest part of the stored log; null = there is none. Read when it is first asked for. */
  readonly sample: () => LogSample | null;
  /** Those that the configuration names, read when they are first asked for. */
  readonly rules: () => ConfiguredRules;
  /** ms. */
  readonly now: number;
}

export interface ConfiguredRules {
  readonly read: RuleFilesRead;
  readonly chosen: ChosenRules;
}

/** What is wrong, or worth to know, and what to do about it, in plain words. */
export interface Finding {
  /** `problem`: something does not work as it is meant to. `hint`: it may be as it is meant. */
  readonly kind: 'problem' | 'hint';
  readonly what: string;
  readonly fix: string;
  /** Such as sample lines. Text of logs is as it came. */
  readonly details?: readonly string[];
}

export interface Diagnosis {
  /** What is well, in words. */
  readonly well: readonly string[];
  readonly findings: readonly Finding[];
}

/** One thing that `vedette doctor` looks at: its file and a line of registry.ts. */
export interface Check {
  readonly title: string;
  run(patient: Patient): Promise<Diagnosis> | Diagnosis;
}

export function problem(what: string, fix: string, details: readonly string[] = []): Finding {
  return { kind: 'problem', what, fix, ...(details.length > 0 && { details }) };
}

export function hint(what: string, fix: string, details: readonly string[] = []): Finding {
  return { kind: 'hint', what, fix, ...(details.length > 0 && { details }) };
}
