import { visible } from '../telemetry/visible.js';

/** A spreadsheet takes such a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Rows as CSV (RFC 4180), one line each. Logged text is an attacker's: what a spreadsheet would run gets an apostrophe before
 * it, and control characters are made visible.
 */
export function renderCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\n`).join('');
}

function cellText(cell: string): string {
  const isFormula = FORMULA.test(cell.trimStart()) || FORMULA.test(cell);
  const text = visible(isFormula && !NUMBER.test(cell) ? `'${cell}` : cell);
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
