import { renderCsv, renderCsvHead } from '../../report/csv.js';
import type { EventJson } from '../kit/api-types.js';
import { fieldOf } from './flatten.js';

export const COLUMNS = [
  '@timestamp',
  'host.name',
  'process.name',
  'event.action',
  'event.outcome',
  'source.ip',
  'user.name',
  'event.id',
  'event.original',
] as const;

/** Rows as CSV with a head; nothing in it is a formula. */
export function toCsv(events: readonly EventJson[]): string {
  const rows = events.map((event) => COLUMNS.map((name) => fieldOf(event, name) ?? ''));
  return renderCsvHead(COLUMNS) + renderCsv(rows);
}

export function toNdjson(events: readonly EventJson[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
