import { visible } from '../telemetry/visible.js';
import { cutToWidth, textWidth } from './text-width.js';

const GAP = 2;
const NARROWEST = 8;

/**
 * Rows as aligned columns, one line each. Columns that hold numbers only, under a heading or none, are aligned to the
 * right. When the terminal is too narrow the widest columns are cut, each cell with an ellipsis. Cells may hold
 * anything: control characters are made visible.
 *
 * @param rows all of the same length; a heading is just the first row
 * @param width columns of the terminal; Infinity = never cut
 */
export function renderTable(rows: readonly (readonly string[])[], { width }: { width: number }): string {
  const cells = rows.map((row) => row.map(visible));
  const count = cells[0]?.length ?? 0;
  const columns = Array.from({ length: count }, (_, i) => cells.map((row) => row[i] ?? ''));
  const widths = fittedWidths(
    columns.map((column) => column.reduce((most, cell) => Math.max(most, textWidth(cell)), 0)),
    width - GAP * (count - 1),
  );
  const isNumeric = columns.map(
    (column) => column.length > 1 && column.slice(1).every((cell) => /^-?\d+(?:\.\d+)?%?$/.test(cell)),
  );
  return cells
    .map((row) => row.map((cell, i) => align(cutToWidth(cell, widths[i]!), widths[i]!, isNumeric[i]!)))
    .map((row) => `${row.join(' '.repeat(GAP)).trimEnd()}\n`)
    .join('');
}

/** Takes from the widest columns first, none below NARROWEST. */
function fittedWidths(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, 0) - room;
    const widest = Math.max(...widths);
    if (excess <= 0 || widest <= NARROWEST) return widths;
    const next = Math.max(NARROWEST, ...widths.filter((width) => width < widest));
    const at = widths.indexOf(widest);
    const others = widths.filter((width) => width === widest).length;
    widths[at] = Math.max(next, widest - Math.ceil(excess / others), NARROWEST);
  }
}

function align(cell: string, width: number, toRight: boolean): string {
  const padding = ' '.repeat(Math.max(0, width - textWidth(cell)));
  return toRight ? padding + cell : cell + padding;
}
