import type { AlertChange } from '../model/alert.js';
import { type Change, identityOf, isIncident } from '../model/change.js';
import type { Logger } from '../telemetry/log.js';

export interface UnstoredOptions {
  /** Of state.db. */
  readonly path: string;
  readonly log: Logger;
  readonly now: () => number;
  /** Tells the sinks that can be told of what is not stored. */
  readonly tellSinks: (changes: readonly AlertChange[]) => void;
}

/** So long a full disk is waited for before people are told without it: what waits for a moment is delivered soon. */
const PATIENCE_MS = 5_000;
/** Alerts that are told of while state.db does not take them: a flood must not fill another disk. */
const MOST_TOLD = 50;

/** Knows whether state.db takes what is committed, and tells of the alerts that it does not: only webhooks and the log hear of them. */
export class Unstored {
  readonly #options: UnstoredOptions;
  /** Since when it takes nothing, ms; null = it does. */
  #since: number | null = null;
  readonly #told = new Set<string>();

  constructor(options: UnstoredOptions) {
    this.#options = options;
  }

  get isFailing(): boolean {
    return this.#since !== null;
  }

  /** `changes`: all that wait for it. */
  failed(error: unknown, changes: readonly Change[]): void {
    const { path, log, now } = this.#options;
    if (this.#since === null) {
      this.#since = now();
      log.error({ path, err: error }, 'state.db cannot be written; it is tried again.');
    }
    if (now() - this.#since >= PATIENCE_MS) this.tell(changes);
  }

  stored(): void {
    if (this.#since === null) return;
    this.#since = null;
    this.#told.clear();
    this.#options.log.info('state.db can be written again.');
  }

  /** Those that were told of are not told of again. */
  tell(changes: readonly Change[]): void {
    const { log, tellSinks } = this.#options;
    const news: AlertChange[] = [];
    for (const change of openedAlerts(changes)) {
      if (this.#told.size === MOST_TOLD) break;
      const { severity, rule, entity } = change;
      const { id } = identityOf(change);
      if (this.#told.has(id)) continue;
      this.#told.add(id);
      news.push(change);
      log.error(
        { severity, rule: rule.name, entity },
        'An alert waits for state.db: only webhooks are told.',
      );
    }
    if (news.length > 0) tellSinks(news);
  }

  /** The end, and nothing else has these changes. Returns how many alerts nobody will ever hear of. */
  tellLost(changes: readonly Change[]): number {
    const alerts = [...openedAlerts(changes)].length;
    if (alerts > 0)
      this.#options.log.error(
        { alerts },
        'Alerts are lost: the disk took them till the end neither into state.db nor into the event log.',
      );
    return alerts;
  }
}

function* openedAlerts(changes: readonly Change[]): Generator<AlertChange> {
  for (const change of changes) if (!isIncident(change) && change.alert.status === 'opened') yield change;
}
