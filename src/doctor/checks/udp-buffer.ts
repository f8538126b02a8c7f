import { readFileSync } from 'node:fs';
import { formatBytes } from '../../model/units.js';
import { type Check, type Finding, problem } from '../check.js';

const LIMIT = '/proc/sys/net/core/rmem_max';

export const udpBuffer: Check = {
  title: 'UDP buffer',
  run({ config }) {
    const limit = kernelLimit();
    const wishes = config.sources.flatMap((source) =>
      source.type === 'syslog-udp' ? [{ name: source.name!, wanted: source.receive_buffer }] : [],
    );
    if (limit === null || wishes.length === 0) return { well: [], findings: [] };
    const findings: Finding[] = wishes
      .filter(({ wanted }) => wanted > limit)
      .map(({ name, wanted }) =>
        problem(
          `${name} asks for a receive buffer of ${formatBytes(wanted)}, but the kernel gives at most ${formatBytes(limit)}: in a burst datagrams are lost.`,
          `sysctl -w net.core.rmem_max=${wanted}, then start the daemon again. To keep it: net.core.rmem_max=${wanted} in /etc/sysctl.d/vedette.conf.`,
        ),
      );
    return { well: findings.length === 0 ? [`the kernel gives up to ${formatBytes(limit)}`] : [], findings };
  },
};

/** Null: not Linux. */
function kernelLimit(): number | null {
  try {
    return Number(readFileSync(LIMIT, 'utf8'));
  } catch {
    return null;
  }
}
