import type { Config } from '../config/schema.js';
import type { AnomalyStats, RuleStats, SenderStatsBySource } from '../protocol.js';
import type { RulePack } from '../rule-pack.js';
import type { Desk } from '../storage/desk/desk.js';
import type { Logger } from '../telemetry/log.js';
import type { History } from './history.js';
import type { Intake } from './intake.js';
import type { DaemonStats } from './stats.js';

/** The running daemon as the API sees it. */
export interface DaemonView {
  readonly version: string;
  readonly log: Logger;
  readonly desk: Desk;
  readonly history: History;
  readonly intake: Intake;
  /** As it is in force. */
  config(): Config;
  /** The rules in use. */
  rules(): RulePack;
  stats(): Promise<DaemonStats>;
  ruleStats(): Promise<readonly RuleStats[]>;
  anomalyStats(): Promise<AnomalyStats | null>;
  senderStats(): Promise<SenderStatsBySource>;
  train(): { readonly started: boolean };
  /** After a change of the desk's silences: from now on those in force hide alerts, and no others. */
  useSilences(): void;
  /** Forgets what the demo left. Returns the place in the log from which on its events count again. */
  forgetDemo(): number;
  /** After a change of the desk's rule switches. */
  reloadRules(): Promise<void>;
}

/** What the API gives back: how people reach it, and its end. */
export interface ApiServer {
  /** `http://127.0.0.1:5180`, for this machine. */
  readonly url: string;
  /** For other machines, where it is another one. */
  readonly elsewhere: string | null;
  /** The same two, of which one logs a browser in, once. */
  newLogin(): { readonly here: string; readonly elsewhere: string | null };
  /** Reads its certificate again; throws when it cannot be used, and goes on with the one before. */
  reload(): void;
  close(): Promise<void>;
}

export type ServeApi = (daemon: DaemonView) => Promise<ApiServer>;
