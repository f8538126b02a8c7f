import { numbered } from '../../model/units.js';
import { visible } from '../../telemetry/visible.js';
import { type CliIo, EXIT } from '../io.js';
import type { Imported } from './siemstress-file.js';

/** Prints what was made, `what` in the singular; on stderr what was not, and why. Returns the exit code. */
export function tellImported({ text, count, left }: Imported, what: string, { out, err }: CliIo): number {
  out(text);
  for (const { row, reason } of left) err(`${visible(row)}: not converted, since ${visible(reason)}.\n`);
  err(`${numbered(count, what)} converted, ${left.length} not.\n`);
  return left.length > 0 ? EXIT.findings : EXIT.done;
}
