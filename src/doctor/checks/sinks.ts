import { numbered } from '../../model/units.js';
import { type Check, type Finding, problem } from '../check.js';

export const sinks: Check = {
  title: 'Sinks',
  run({ figures }) {
    if (figures === null) return { well: [], findings: [] };
    const well: string[] = [];
    const findings: Finding[] = [];
    for (const [name, { state, deadLettered, last_error }] of Object.entries(figures.sinks)) {
      if (state === 'stalled')
        findings.push(
          problem(
            `${name} is stalled: a call to it has not returned, and is waited for.`,
            'Find out what it waits for: a dead mount, a reader that does not read. Alerts wait in state.db.',
          ),
        );
      else if (state === 'retrying')
        findings.push(
          problem(
            `${name} is retrying${last_error === undefined ? '' : `: ${last_error.replace(/\.$/, '')}`}.`,
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
