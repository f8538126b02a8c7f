import { spawnSync } from 'node:child_process';
import { type Check, type Finding, problem } from '../check.js';

const PATIENCE_MS = 5000;

export const journal: Check = {
  title: 'Journal',
  run({ config }) {
    const well: string[] = [];
    const findings: Finding[] = [];
    for (const source of config.sources) {
      if (source.type !== 'journald') continue;
      const { command, directory, name } = source;
      const where = directory === undefined ? [] : [`--directory=${directory}`];
      const { error, status, stdout, stderr } = spawnSync(
        command,
        ['--no-pager', '--lines=1', '--output=short-iso', ...where],
        { encoding: 'utf8', timeout: PATIENCE_MS },
      );
      if (error !== undefined)
        findings.push(
          problem(
            `${name} cannot run ${command} (${(error as NodeJS.ErrnoException).code ?? error.message}).`,
            'Install systemd, name the program by command:, or follow files instead.',
          ),
        );
      else if (status !== 0 || stdout.trim() === '')
        findings.push(
          problem(
            `${name} sees nothing of the journal: ${stderr.trim() || 'it is empty'}.`,
            'Add the user to the group systemd-journal, as scripts/vedette.service does.',
          ),
        );
      else well.push(`${name} reads the journal by ${command}`);
    }
    return { well, findings };
  },
};
