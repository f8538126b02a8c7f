import { visible } from '../telemetry/visible.js';

/** Characters of the query shown before and after the place of the fault. */
const SHOWN = 40;

/** A query that cannot be read: what was expected, and where. */
export class QueryError extends Error {
  /** Where in the text, in UTF-16 units from 0. */
  readonly position: number;
  /** What was expected, alone. */
  readonly problem: string;

  constructor(problem: string, text: string, position: number) {
    const from = Math.max(0, position - SHOWN);
    const before = visible(text.slice(from, position));
    const line = before + visible(text.slice(position, position + SHOWN));
    super(`${problem} (at character ${position + 1})\n  ${line}\n  ${' '.repeat(before.length)}^`);
    this.name = 'QueryError';
    this.position = position;
    this.problem = problem;
  }
}
