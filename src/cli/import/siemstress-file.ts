import { readFileSync, statSync } from 'node:fs';
import { CliError, EXIT } from '../io.js';

/** A row of a table of siemstress, whatever the version that exported it. */
export type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** What was made of a file, and of which rows nothing could be made, with the reason in words. */
export interface Imported {
  /** YAML; empty when there is nothing. */
  readonly text: string;
  readonly count: number;
  readonly left: readonly { readonly row: string; readonly reason: string }[];
}

const MOST_BYTES = 8 * 1024 ** 2;
const MOST_ROWS = 10_000;

/** Reads what `siemmanage --exportrules` and `--exporthelpers` write: `{"table": [row, …], …}`. Throws CliError. */
export function readTables(path: string): Table[] {
  if (statSync(path).size > MOST_BYTES)
    throw new CliError(`${path} is larger than 8 MiB: it is no export of siemmanage.`, EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new CliError(`${path} is not JSON: ${error.message}.`, EXIT.usage);
    throw error;
  }
  const tables = isMap(value) ? Object.entries(value) : [];
  const isExport = tables.length > 0 && tables.every(([, rows]) => Array.isArray(rows) && rows.every(isMap));
  if (!isExport)
    throw new CliError(
      `${path} is no export of siemmanage: expected an object of tables, each a list of objects.`,
      EXIT.usage,
    );
  const read = tables.map(([name, rows]) => ({ name, rows: rows as Row[] }));
  if (read.reduce((sum, { rows }) => sum + rows.length, 0) > MOST_ROWS)
    throw new CliError(`${path} has more than ${MOST_ROWS} rows; split it.`, EXIT.usage);
  return read;
}

/** Text of a column; null when it is absent or no text. */
export function textOf(row: Row, ...columns: readonly string[]): string | null {
  for (const column of columns) {
    const value = Object.hasOwn(row, column) ? row[column] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}

/** A whole number, which some versions export as text; null when it is none. */
export function numberOf(row: Row, column: string): number | null {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  const number = typeof value === 'boolean' || typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
