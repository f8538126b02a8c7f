import { numbered } from '../../model/units.js';
import { type Check, type Finding, problem } from '../check.js';

/** States of sinks/deliver.ts in which nothing gets through. */
const TROUBLED: readonly string[] = ['retrying', 'stalled'];

export const sinks: Check = {
  title: 'Sinks',
  run({ figures }) {
    if (figures === null) return { well: [], findings: [] };
    const well: string[] = [];
    const findings: Finding[] = [];
    for (const [name, { state, deadLettered, last_error }] of Object.entries(figures.sinks)) {
      if (TROUBLED.includes(state))
        findings.push(
          problem(
            `${name} is ${state}${last_error === undefined ? '' : `: ${last_error}`}.`,
            'Alerts wait for it in state.db, and are tried again.',
          ),
        );
      else well.push(`${name} ${state}`);
      if (deadLettered > 0)
        findings.push(
          problem(
            `${name} has set aside ${numbered(deadLettered, 'alert')} that it would not take.`,
            'The log of the daemon says which and why.',
          ),
        );
    }
    return { well, findings };
  },
};
