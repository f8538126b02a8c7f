import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../../model/units.js';
import { type Check, hint, problem } from '../check.js';

export const daemon: Check = {
  title: 'Daemon',
  run({ config, dataDir, figures }) {
    if (config.sources.length === 0)
      return {
        well: [],
        findings: [
          problem(
            'The configuration names no sources: there is nothing to watch.',
            'Add one below sources:, such as - { type: syslog-udp, listen: 0.0.0.0:5140 }',
          ),
        ],
      };
    if (figures !== null)
      return {
        well: [
          `runs as pid ${figures.pid} for ${formatDuration(figures.uptime_seconds * 1000)} on ${dataDir}`,
        ],
        findings: [],
      };
    const ran = existsSync(join(dataDir, 'state.db'));
    return {
      well: [],
      findings: [
        problem(
          `No daemon answers on ${dataDir}${ran ? '' : ', and none has run there yet'}.`,
          'Start it with vedette run, or name the data_dir of the one that runs by -c or --data-dir.',
        ),
        ...(ran ? [hint('What follows is of the log that it left.', 'Ask again when it runs.')] : []),
      ],
    };
  },
};
