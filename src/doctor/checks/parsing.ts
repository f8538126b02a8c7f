import { CODES, type Code } from '../../telemetry/codes.js';
import { type Check, type Finding, hint } from '../check.js';

/** Shares of a source's records from which something is told. */
const MANY_UNRECOGNIZED = 0.05;
const MANY_FAULTS = 0.01;

export const parsing: Check = {
  title: 'Parsing',
  run({ sample }) {
    const seen = sample();
    if (seen === null) return { well: [], findings: [] };
    const well: string[] = [];
    const findings: Finding[] = [];
    for (const [name, { records, unrecognized, unrecognizedSample, faults }] of seen.sources) {
      const share = unrecognized / records;
      const known = `${percent(1 - share)} of ${records} records of ${name} are recognised`;
      if (share <= MANY_UNRECOGNIZED) well.push(known);
      else
        findings.push(
          hint(
            `Only ${known}; on the others only rules are tried that ask for a field.`,
            'Say what they are with logsource: of the source, cut fields out of them with extractors:, or look at one with vedette parse-line.',
            [unrecognizedSample!],
          ),
        );
      for (const [code, { count, sample: line }] of faults) {
        if (count / records > MANY_FAULTS)
          findings.push(
            hint(
              `${percent(count / records)} of the records of ${name}: ${code}. ${CODES[code as Code] ?? ''}`.trim(),
              'docs/reference/codes.md says what to do.',
              [line],
            ),
          );
      }
    }
    return { well, findings };
  },
};

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
