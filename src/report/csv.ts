import { visible } from '../telemetry/visible.js';

/** A spreadsheet takes such a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Rows as CSV (RFC 4180), one line each. Logged text is an attacker's: what a spreadsheet would run gets an apostrophe before
 * it, and control characters are made visible.
 */
export function renderCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => lineOf(row.map(withoutFormula))).join('');
}

/** The head of such rows: names that whoever asked has chosen, and by which programs find columns, so as they are. */
export function renderCsvHead(names: readonly string[]): string {
  return lineOf(names);
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\n`;
}

function withoutFormula(cell: string): string {
  const isFormula = FORMULA.test(cell.trimStart()) || FORMULA.test(cell);
  return isFormula && !NUMBER.test(cell) ? `'${cell}` : cell;
}

function cellText(cell: string): string {
  const text = visible(cell);
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
