import type { ScannedAlert, ScanResult } from '../../model/scan-result.js';
import { renderCsv, renderCsvHead } from '../csv.js';

const COLUMNS: readonly (readonly [name: string, of: (alert: ScannedAlert) => string])[] = [
  ['first_seen', ({ alert }) => alert.first_seen],
  ['last_seen', ({ alert }) => alert.last_seen],
  ['severity', ({ severity }) => severity],
  ['rule', ({ rule }) => rule.name],
  ['rule_id', ({ rule }) => rule.id],
  ['techniques', ({ threat }) => threat.technique.map(({ id }) => id).join(' ')],
  ['events', ({ alert }) => String(alert.count)],
  ['entity', ({ entity }) => entity],
  ['source_ip', ({ source }) => source?.ip ?? ''],
  ['host', ({ host }) => host?.name ?? ''],
  ['user', ({ user }) => user?.name ?? ''],
  ['reason', ({ reason }) => reason],
  ['file', ({ evidence }) => evidence[0]?.file ?? ''],
  ['record', ({ evidence }) => (evidence[0] === undefined ? '' : String(evidence[0].record))],
  ['original', ({ evidence }) => evidence[0]?.original ?? ''],
  ['alert_id', ({ alert }) => alert.id],
];

/** One alert a row, with the record that raised it. */
export function* scanCsv({ alerts }: ScanResult): Generator<string> {
  yield renderCsvHead(COLUMNS.map(([name]) => name));
  for (const alert of alerts) yield renderCsv([COLUMNS.map(([, of]) => of(alert))]);
}
