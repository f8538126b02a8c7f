import type { AlertChange } from '../model/alert.js';
import { type Change, identityOf, isIncident } from '../model/change.js';
import type { Logger } from '../telemetry/log.js';

/** Alerts that the log tells of while state.db does not take them: a flood must not fill another disk. */
const MOST_TOLD = 50;

/** Tells of alerts that state.db does not take: no sink has them, and nobody knows whether they will last. */
export class UnstoredTeller {
  readonly #log: Logger;
  readonly #told = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `changes`: all that wait. Those that were told of are not told of again. Returns what is told of now. */
  tell(changes: readonly Change[]): AlertChange[] {
    const news: AlertChange[] = [];
    for (const change of openedAlerts(changes)) {
      if (this.#told.size === MOST_TOLD) break;
      const { severity, rule, entity } = change;
      const { id } = identityOf(change);
      if (this.#told.has(id)) continue;
      this.#told.add(id);
      news.push(change);
      this.#log.error(
        { severity, rule: rule.name, entity },
        'An alert waits for state.db: only webhooks are told.',
      );
    }
    return news;
  }

  stored(): void {
    this.#told.clear();
  }
}

export function* openedAlerts(changes: readonly Change[]): Generator<AlertChange> {
  for (const change of changes) if (!isIncident(change) && change.alert.status === 'opened') yield change;
}
