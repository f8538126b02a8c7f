import { resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import { type Examined, examine } from '../doctor/examine.js';
import { renderDoctor } from '../report/doctor-text.js';
import type { DataDirOptions } from './data-dir.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';

interface DoctorOptions extends DataDirOptions {
  readonly json?: boolean;
}

export const doctorCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  program
    .command('doctor')
    .description('What works, what does not, and what to do about it; exit 1 when something does not.')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--json', 'one check as JSON a line')
    .action(
      context.action(async (options: DoctorOptions) => {
        const flags = options.dataDir === undefined ? {} : { data_dir: resolve(io.cwd, options.dataDir) };
        const { config } = loadConfig({ file: options.config, cwd: io.cwd, env: io.env, flags });
        const examined = await examine(config, Date.now());
        if (options.json) for (const one of examined) io.out(`${JSON.stringify(one)}\n`);
        else io.out(renderDoctor(examined, io));
        return hasProblem(examined) ? EXIT.findings : EXIT.done;
      }),
    );
};

function hasProblem(examined: readonly Examined[]): boolean {
  return examined.some(({ findings }) => findings.some(({ kind }) => kind === 'problem'));
}
