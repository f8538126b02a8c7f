import { CODES, type Code } from '../../telemetry/codes.js';
import { type Check, problem } from '../check.js';

/** Codes by which something is gone, and what helps. */
const REMEDIES: Partial<Record<Code, string>> = {
  'source.queue_full':
    'The daemon cannot keep up: give it more cores (engine.detectors) or memory (queue.max_bytes).',
  'source.kernel_drops': 'Raise net.core.rmem_max and receive_buffer, or send by TCP.',
  'source.too_many_connections': 'Raise max_connections of the source.',
  'source.peer_share': 'One sender floods: see who it is with vedette query --by host.name --last 10m.',
  'frame.truncated': 'Raise max_message of the source.',
};

export const losses: Check = {
  title: 'Losses',
  run({ figures }) {
    if (figures === null) return { well: [], findings: [] };
    const findings = Object.entries(figures.sources).flatMap(([name, { counts }]) =>
      Object.entries(REMEDIES).flatMap(([code, remedy]) => {
        const n = counts[code] ?? 0;
        return n === 0 ? [] : [problem(`${name}: ${n} × ${code}. ${CODES[code as Code]}`, remedy)];
      }),
    );
    return { well: findings.length === 0 ? ['nothing was dropped or cut since the start'] : [], findings };
  },
};
