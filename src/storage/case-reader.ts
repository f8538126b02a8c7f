import Database from 'better-sqlite3';
import type { AlertChange, AlertStatus } from '../model/alert.js';
import type { Change } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import type { Level } from '../model/rule.js';
import { formsInJson } from '../model/text-in-json.js';
import type { Verdict, WorkflowState } from '../model/workflow.js';
import { checkFormat } from './state-format.js';

/** Which alerts or incidents. What is not given does not matter. */
export interface CaseFilter {
  readonly limit: number;
  readonly offset: number;
  /** `open` = not ended. */
  readonly status?: AlertStatus | 'open' | undefined;
  /** `unclosed` = new or acknowledged. */
  readonly workflow?: WorkflowState | 'unclosed' | undefined;
  readonly severities?: readonly string[] | undefined;
  /** ISO 8601, of last_seen: from `since` to before `until`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly entity?: string | undefined;
  /** Somewhere in the line, letter case aside. */
  readonly text?: string | undefined;
  /** Of alerts only. */
  readonly rule?: string | undefined;
  readonly silenced?: boolean | undefined;
}

export interface Page<T> {
  /** How many there are; MOST_COUNTED = so many or more. */
  readonly total: number;
  readonly items: readonly T[];
}

export interface SeverityCount {
  /** Start of the stretch, ms. */
  readonly at: number;
  readonly severity: string;
  readonly count: number;
}

export interface BegunCount {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Level;
  readonly silenced: boolean;
  readonly alerts: number;
}

/** Nobody reads more, and counting keeps the thread. */
export const MOST_COUNTED = 10_000;
/** Texts are looked for in so many of the newest. */
const SEARCHED = 1000;

const ORDER = {
  last_seen: 'c.last_seen DESC',
  risk: 'c.risk DESC, c.last_seen DESC',
} as const;
export type CaseOrder = keyof typeof ORDER;

/**
 * Alerts and incidents together with what people said of them: reads state.db beside the keeper, which writes it, and
 * desk.db. Both must be there; null = nobody has said anything yet.
 */
export class CaseReader {
  readonly #db: Database.Database;

  /** Throws ClearError when state.db is of another version. */
  constructor(statePath: string, deskPath: string | null) {
    this.#db = new Database(statePath, { readonly: true });
    checkFormat(this.#db, statePath);
    if (deskPath === null)
      this.#db.exec('CREATE TEMP TABLE workflow (id TEXT PRIMARY KEY, state TEXT, verdict TEXT, at TEXT)');
    else this.#db.prepare('ATTACH DATABASE ? AS desk').run(deskPath);
  }

  alerts(filter: CaseFilter): Page<AlertChange> {
    return { total: this.count('alerts', filter), items: this.newestAlerts(filter) };
  }

  /** As `alerts`, without how many there are. */
  newestAlerts(filter: CaseFilter): AlertChange[] {
    return this.#list('alerts', 'last_seen', filter) as AlertChange[];
  }

  incidents(filter: CaseFilter, order: CaseOrder): Page<IncidentChange> {
    const items = this.#list('incidents', order, filter) as IncidentChange[];
    return { total: this.count('incidents', filter), items };
  }

  alert(id: string): AlertChange | null {
    return this.#one('alerts', id) as AlertChange | null;
  }

  incident(id: string): IncidentChange | null {
    return this.#one('incidents', id) as IncidentChange | null;
  }

  /** Those whose id starts with `prefix`, at most two: enough to tell "one" from "ambiguous". */
  find(table: 'alerts' | 'incidents', prefix: string): Change[] {
    const rows = this.#db
      .prepare(`SELECT body FROM ${table} WHERE substr(id, 1, length(?)) = ? LIMIT 2`)
      .all(prefix, prefix) as { body: string }[];
    return rows.map(({ body }) => JSON.parse(body) as Change);
  }

  /** Alerts of the incident that are still stored, in the order of its timeline. */
  alertsOf({ timeline }: IncidentChange): AlertChange[] {
    return timeline.map(({ alert }) => this.alert(alert.id)).filter((change) => change !== null);
  }

  count(table: 'alerts' | 'incidents', filter: Omit<CaseFilter, 'limit' | 'offset'>): number {
    const { condition, values } = conditionOf(filter);
    const some = `SELECT 1 ${from(table, filter)} ${condition} LIMIT ${MOST_COUNTED}`;
    return (this.#db.prepare(`SELECT COUNT(*) AS n FROM (${some})`).get(...values) as { n: number }).n;
  }

  /** Alerts by when they began, in stretches of `width` ms; silenced ones aside. */
  histogram(width: number, since: string, until: string): SeverityCount[] {
    return this.#db
      .prepare(
        `SELECT CAST(unixepoch(first_seen) * 1000 / ? AS INTEGER) * ? AS at, severity, COUNT(*) AS count FROM alerts INDEXED BY alerts_seen
         WHERE last_seen >= ? AND first_seen >= ? AND first_seen < ? AND silenced IS NULL GROUP BY 1, 2 ORDER BY 1`,
      )
      .all(width, width, since, since, until) as SeverityCount[];
  }

  /** Per rule: alerts since then, and when the newest was last seen. */
  byRule(since: string): Map<string, { readonly alerts: number; readonly last: string }> {
    const rows = this.#db
      .prepare(
        'SELECT rule_id AS rule, COUNT(*) AS alerts, MAX(last_seen) AS last FROM alerts INDEXED BY alerts_seen WHERE last_seen >= ? GROUP BY rule_id',
      )
      .all(since) as { rule: string; alerts: number; last: string }[];
    return new Map(rows.map(({ rule, alerts, last }) => [rule, { alerts, last }]));
  }

  /** Alerts that began from `since` to before `until`, by rule and severity; silenced ones apart. Most first. */
  begun(since: string, until: string): BegunCount[] {
    const rows = this.#db
      .prepare(
        `SELECT rule_id AS rule, severity, silenced IS NOT NULL AS silenced, COUNT(*) AS alerts FROM alerts INDEXED BY alerts_seen
         WHERE last_seen >= ? AND first_seen >= ? AND first_seen < ? GROUP BY 1, 2, 3 ORDER BY alerts DESC, 1, 2`,
      )
      .all(since, since, until) as (Omit<BegunCount, 'silenced'> & { silenced: number })[];
    return rows.map((row) => ({ ...row, silenced: row.silenced === 1 }));
  }

  /** Incidents that people closed from `since` on, by verdict. */
  closedSince(since: string): ReadonlyMap<Verdict, number> {
    const rows = this.#db
      .prepare(
        "SELECT w.verdict, COUNT(*) AS n FROM workflow AS w JOIN incidents USING (id) WHERE w.state = 'closed' AND w.at >= ? GROUP BY 1",
      )
      .all(since) as { verdict: Verdict; n: number }[];
    return new Map(rows.map(({ verdict, n }) => [verdict, n]));
  }

  /** Id of the incident that the alert is part of, if any. */
  incidentOf({ alert }: AlertChange): string | null {
    const row = this.#db
      .prepare('SELECT id FROM incidents WHERE last_seen >= ? AND instr(body, ?) > 0 LIMIT 1')
      .get(alert.first_seen, `"${alert.id}"`) as { id: string } | undefined;
    return row?.id ?? null;
  }

  hasDemo(): boolean {
    return (
      this.#db.prepare("SELECT 1 FROM alerts WHERE json_extract(body, '$.labels.demo') LIMIT 1").get() !==
      undefined
    );
  }

  /** Alerts that the silence hid. */
  hitsOf(silence: string): number {
    return (
      this.#db
        .prepare('SELECT COUNT(*) AS n FROM alerts INDEXED BY alerts_silenced WHERE silenced = ?')
        .get(silence) as { n: number }
    ).n;
  }

  /** Place of the newest change. */
  lastPosition(): number {
    return (
      (
        this.#db.prepare("SELECT seq AS n FROM sqlite_sequence WHERE name = 'outbox'").get() as
          | { n: number }
          | undefined
      )?.n ?? 0
    );
  }

  /** Changes after `position`; null = some of them are not kept any more. */
  changesAfter(position: number, limit: number): { position: number; change: Change }[] | null {
    if (position > this.lastPosition()) return null;
    const rows = this.#db
      .prepare('SELECT position, body FROM outbox WHERE position > ? ORDER BY position LIMIT ?')
      .all(position, limit) as { position: number; body: string }[];
    const first = rows[0]?.position ?? this.lastPosition() + 1;
    if (first !== position + 1) return null;
    return rows.map(({ position: at, body }) => ({ position: at, change: JSON.parse(body) as Change }));
  }

  close(): void {
    this.#db.close();
  }

  /** Chosen by the index alone; only what is shown is read. The keeper may drop one between the two. */
  #list(table: 'alerts' | 'incidents', order: CaseOrder, filter: CaseFilter): Change[] {
    const { condition, values } = conditionOf(filter);
    const ids = this.#db
      .prepare(`SELECT c.id ${from(table, filter)} ${condition} ORDER BY ${ORDER[order]} LIMIT ? OFFSET ?`)
      .all(...values, filter.limit, filter.offset) as { id: string }[];
    return ids.map(({ id }) => this.#one(table, id)).filter((change) => change !== null);
  }

  #one(table: 'alerts' | 'incidents', id: string): Change | null {
    const row = this.#db.prepare(`SELECT body FROM ${table} WHERE id = ?`).get(id) as
      | { body: string }
      | undefined;
    return row === undefined ? null : (JSON.parse(row.body) as Change);
  }
}

function from(table: 'alerts' | 'incidents', { text }: Pick<CaseFilter, 'text'>): string {
  const rows =
    text === undefined
      ? `${table} AS c INDEXED BY ${table}_seen`
      : `(SELECT * FROM ${table} ORDER BY last_seen DESC LIMIT ${SEARCHED}) AS c`;
  return `FROM ${rows} LEFT JOIN workflow AS w USING (id)`;
}

/** Column names are ours; everything else is a bound value. */
function conditionOf(filter: Omit<CaseFilter, 'limit' | 'offset'>): {
  readonly condition: string;
  readonly values: readonly string[];
} {
  const terms: string[] = [];
  const values: string[] = [];
  const where = (term: string, ...bound: readonly string[]): void => {
    terms.push(term);
    values.push(...bound);
  };
  const { status, workflow, severities, since, until, entity, text, rule, silenced } = filter;
  if (status === 'open') where("c.status <> 'ended'");
  else if (status !== undefined) where('c.status = ?', status);
  if (workflow === 'new') where('w.state IS NULL');
  else if (workflow === 'unclosed') where("w.state IS NOT 'closed'");
  else if (workflow !== undefined) where('w.state = ?', workflow);
  if (severities !== undefined)
    where(`c.severity IN (${severities.map(() => '?').join(', ')})`, ...severities);
  if (since !== undefined) where('c.last_seen >= ?', since);
  if (until !== undefined) where('c.last_seen < ?', until);
  if (entity !== undefined) where('c.entity = ?', entity);
  if (text !== undefined) {
    const forms = formsInJson(text);
    const terms = forms.map(() => "c.body LIKE ? ESCAPE '\\'");
    where(`(${terms.join(' OR ')})`, ...forms.map((form) => `%${form.replaceAll(/[\\%_]/g, '\\$&')}%`));
  }
  if (rule !== undefined) where('c.rule_id = ?', rule);
  if (silenced !== undefined) where(silenced ? 'c.silenced IS NOT NULL' : 'c.silenced IS NULL');
  return { condition: terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '', values };
}
