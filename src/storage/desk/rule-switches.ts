import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A rule turned on or off by somebody, whatever the configuration says. */
export interface RuleSwitch {
  readonly rule: string;
  readonly enabled: boolean;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export class RuleSwitchTable {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  list(): RuleSwitch[] {
    const rows = this.#db.prepare('SELECT * FROM rule_switches ORDER BY rule').all();
    return (rows as (Omit<RuleSwitch, 'enabled'> & { enabled: number })[]).map((row) => ({
      ...row,
      enabled: row.enabled === 1,
    }));
  }

  put({ rule, enabled, reason, by, at }: RuleSwitch): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO rule_switches VALUES (?, ?, ?, ?, ?)')
      .run(rule, enabled ? 1 : 0, reason, by, at);
  }
}

/** Those of a desk.db that a daemon may be using; none where there is none. */
export function storedSwitches(deskPath: string): RuleSwitch[] {
  if (!existsSync(deskPath)) return [];
  const db = new Database(deskPath, { readonly: true });
  try {
    return new RuleSwitchTable(db).list();
  } finally {
    db.close();
  }
}
