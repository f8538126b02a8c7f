import { dump } from 'js-yaml';
import type { Level } from '../../model/rule.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../../model/uuid.js';
import { buildRuleset } from '../../ruleset.js';
import { type Imported, numberOf, type Row, type Table, textOf } from './siemstress-file.js';
import { parseSql, SqlError, type SqlQuery, type SqlTest } from './siemstress-sql.js';

/** Columns of event tables, and where our events have the same. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['message', 'message'],
  ['raw_text', 'event.original'],
  ['source_process', 'process.name'],
  ['source_pid', 'process.pid'],
  ['source_host', 'host.name'],
  ['source_port', 'source.port'],
  ['dest_host', 'destination.ip'],
  ['dest_port', 'destination.port'],
  ['protocol', 'network.transport'],
  ['facility', 'log.syslog.facility.code'],
  ['severity', 'log.syslog.severity.code'],
]);

/** By severity of siemstress, 0 the worst. */
const LEVELS: readonly Level[] = [
  ...(['critical', 'critical', 'critical', 'high', 'medium', 'low'] as const),
  ...(['informational', 'informational'] as const),
];

/** A rule that has no counterpart, in words. */
class Unconvertible extends Error {}

/** Limit rules as Sigma: what each counts as a detection, and a correlation that counts it. Those that are counted by others come first. */
export function importRules(tables: readonly Table[]): Imported {
  const all = tables.flatMap(({ name: table, rows }) =>
    rows.map((row, i) => ({
      table,
      row,
      name: textOf(row, 'rule_name', 'name'),
      shown: `${table}: row ${i + 1}`,
    })),
  );
  const names = new Map(all.flatMap(({ name, row }) => (name === null ? [] : [[name, row] as const])));
  /** By name: the rule with all that it counts. */
  const made = new Map<string, readonly object[]>();
  const documents: object[] = [];
  const left: { row: string; reason: string }[] = [];
  for (let pending = all; pending.length > 0; ) {
    const waiting: typeof all = [];
    for (const one of pending) {
      const { table, row, name, shown } = one;
      try {
        if (name === null) throw new Unconvertible('it has no name');
        if (made.has(nameOf(name))) throw new Unconvertible('another rule of the file has its name');
        const { own, counts } = converted(name, table, row, names);
        if (!counts.every((other) => made.has(other))) {
          waiting.push(one);
          continue;
        }
        const whole = [...new Set([...counts.flatMap((other) => made.get(other)!), ...own])];
        refuseFaults(whole);
        made.set(nameOf(name), whole);
        documents.push(...own);
      } catch (error) {
        if (!(error instanceof Unconvertible || error instanceof SqlError)) throw error;
        left.push({ row: name === null ? shown : `${table}: ${name}`, reason: error.message });
      }
    }
    if (waiting.length === pending.length) {
      for (const { table, name } of waiting)
        left.push({ row: `${table}: ${name}`, reason: 'it counts a rule that is not converted, or itself' });
      break;
    }
    pending = waiting;
  }
  return { text: textOfDocuments(documents), count: made.size, left };
}

/** As siemstress reckons it, in whole numbers. */
export function magnitudeOf(count: number, limit: number, severity: number): number {
  const ratio = Math.floor(Math.floor(Math.floor(count / 2) / (limit + 1)) / 2);
  return (ratio + 5) * (7 - severity);
}

/** Its documents, and the names of those that it counts. */
function converted(
  name: string,
  table: string,
  row: Row,
  names: ReadonlyMap<string, Row>,
): { readonly own: readonly object[]; readonly counts: readonly string[] } {
  if (numberOf(row, 'is_enabled') === 0) throw new Unconvertible('it is not enabled');
  const sql = textOf(row, 'sql_query');
  if (sql === null) throw new Unconvertible('it has no sql_query');
  const limit = required(row, 'event_limit', 0, Number.MAX_SAFE_INTEGER);
  const severity = required(row, 'severity', 0, 7);
  const query = parseSql(sql);
  const minutes = numberOf(row, 'time_int') ?? 0;
  const windowMs = query.windowMs ?? minutes * 60_000;
  if (windowMs < 1000) throw new Unconvertible('neither its query nor time_int says in what time it counts');
  const chained = chainedRules(query, names);
  const base = chained === null ? [detectionOf(name, table, query)] : [];
  const message = textOf(row, 'message');
  const correlation = {
    title: titleOf(textOf(row, 'desc') ?? name),
    id: idOf(table, name),
    name: nameOf(name),
    status: 'experimental',
    ...(message !== null && { description: message }),
    correlation: {
      type: 'event_count',
      rules: chained ?? [`${nameOf(name)}_event`],
      timespan: timespanOf(windowMs),
      condition: { gt: limit },
    },
    level: LEVELS[severity],
    siemstress: {
      severity,
      event_limit: limit,
      time_int: minutes,
      magnitude: magnitudeOf(limit + 1, limit, severity),
    },
  };
  return { own: [...base, correlation], counts: chained ?? [] };
}

function detectionOf(name: string, table: string, { where }: SqlQuery): object {
  if (where === null) throw new Unconvertible('it counts every event: there is nothing to look for');
  const selections: Record<string, object> = {};
  const condition = conditionOf(where, (item) => {
    const selection = `part_${Object.keys(selections).length + 1}`;
    selections[selection] = item;
    return selection;
  });
  return {
    title: titleOf(`${name}: what it counts`),
    id: idOf(table, `${name}\nevent`),
    name: `${nameOf(name)}_event`,
    status: 'experimental',
    logsource: { product: 'linux' },
    detection: { ...selections, condition },
    level: 'informational',
  };
}

function conditionOf(test: SqlTest, add: (item: object) => string, isInner = false): string {
  switch (test.kind) {
    case 'compare':
      return add(itemOf(test));
    case 'not':
      return `not ${conditionOf(test.of, add, true)}`;
    default: {
      const text = test.of.map((part) => conditionOf(part, add, true)).join(` ${test.kind} `);
      return isInner ? `(${text})` : text;
    }
  }
}

function itemOf({ column, operator, value }: Extract<SqlTest, { kind: 'compare' }>): object {
  const field = FIELDS.get(column);
  if (field === undefined) throw new Unconvertible(`the column ${column} has no counterpart`);
  switch (operator) {
    case 'like':
      return likeItem(field, String(value));
    case '=':
      return { [field]: typeof value === 'number' ? value : escaped(value) };
    case 'regexp':
      return { [`${field}|re|i`]: String(value) };
    default: {
      if (typeof value !== 'number')
        throw new Unconvertible(`${column} is compared by ${operator} with a text`);
      const modifier = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' }[operator];
      return { [`${field}|${modifier}`]: value };
    }
  }
}

/** `%` is any text, `_` any character, each after a backslash itself. */
function likeItem(field: string, pattern: string): object {
  const pieces = pattern.match(/\\[%_]|%|_|[^%_\\]+|\\/g) ?? [];
  const text = pieces
    .map((piece) => (piece === '%' ? '*' : piece === '_' ? '?' : escaped(piece.replace(/^\\(?=[%_])/, ''))))
    .join('')
    .replaceAll(/\*+/g, (stars, at: number, whole: string) => (whole[at - 1] === '\\' ? stars : '*'));
  const inner = text.replace(/^\*/, '').replace(/(?<!\\)\*$/, '');
  if (inner === '' || /(?<!\\)[*?]/.test(inner)) return { [field]: text };
  const isOpenStart = text.startsWith('*');
  const isOpenEnd = /(?<!\\)\*$/.test(text);
  const modifier = isOpenStart ? (isOpenEnd ? '|contains' : '|endswith') : isOpenEnd ? '|startswith' : '';
  return { [`${field}${modifier}`]: inner };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\*?]/g, '\\$&');
}

/** Names of the rules whose events it counts, when it is such events; null = it counts those of logs. */
function chainedRules({ where, tables }: SqlQuery, names: ReadonlyMap<string, Row>): string[] | null {
  const parts = where === null ? [] : where.kind === 'or' ? where.of : [where];
  const isChain = parts.some((part) => part.kind === 'compare' && part.column === 'source_rule');
  if (!isChain) {
    const outs = new Set([...names.values()].map((row) => textOf(row, 'out_table')));
    if (tables.some((table) => outs.has(table)))
      throw new Unconvertible(
        `it looks into ${tables.join(', ')}, which holds events of rules, without source_rule`,
      );
    return null;
  }
  return parts.map((part) => {
    if (part.kind !== 'compare' || part.column !== 'source_rule' || part.operator !== '=')
      throw new Unconvertible('besides source_rule it asks for something else');
    const name = String(part.value);
    if (!names.has(name)) throw new Unconvertible(`it counts the rule ${name}, which is not in the file`);
    return nameOf(name);
  });
}

function required(row: Row, column: string, least: number, most: number): number {
  const value = numberOf(row, column);
  if (value === null || value < least || value > most)
    throw new Unconvertible(`its ${column} is not a whole number from ${least}${most === 7 ? ' to 7' : ''}`);
  return value;
}

function refuseFaults(documents: readonly object[]): void {
  const { faults } = buildRuleset([{ path: 'import', text: textOfDocuments(documents) }]);
  const [fault] = faults;
  if (fault !== undefined) throw new Unconvertible(fault.message);
}

function textOfDocuments(documents: readonly object[]): string {
  return documents.map((document) => dump(document, { lineWidth: 120 })).join('---\n');
}

function nameOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toLowerCase();
}

/** Sigma has titles of at most 256 characters. */
function titleOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 256);
}

function idOf(table: string, name: string): string {
  return uuidV5(VEDETTE_NAMESPACE, `siemstress\n${table}\n${name}`);
}

/** In one unit, as Sigma has them. */
function timespanOf(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const)
    if (ms % size === 0) return `${ms / size}${unit}`;
  return `${Math.ceil(ms / 1000)}s`;
}
