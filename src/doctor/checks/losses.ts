import { CODES, type Code } from '../../telemetry/codes.js';
import { LOSSES } from '../../telemetry/losses.js';
import { type Check, type Finding, problem } from '../check.js';

export const losses: Check = {
  title: 'Losses',
  run({ figures }) {
    if (figures === null) return { well: [], findings: [] };
    const findings = [
      ...Object.entries(figures.sources).flatMap(([name, { counts }]) => lostOf(name, counts)),
      ...lostOf('Behind the sources', figures.detection.counts),
    ];
    return { well: findings.length === 0 ? ['nothing was dropped or cut since the start'] : [], findings };
  },
};

function lostOf(where: string, counts: Readonly<Record<string, number>>): Finding[] {
  return Object.entries(counts).flatMap(([code, n]) => {
    const loss = LOSSES.get(code);
    if (loss === undefined || n === 0) return [];
    return [problem(`${where}: ${n} × ${code}. ${CODES[code as Code]}`, loss.fix)];
  });
}
