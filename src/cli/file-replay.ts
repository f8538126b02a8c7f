import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { ReplayOptions } from '../replay/replay.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { CliError, type CliIo, EXIT } from './io.js';

/** That read; what they find is put in order by one more. */
const MOST_THREADS = 4;

/** What `replay` and `scan` replay files with. Throws ConfigError; `onRules` throws when no rule is left. */
export function fileReplay(
  paths: readonly string[],
  { config, rules }: { readonly config?: string; readonly rules?: readonly string[] },
  io: CliIo,
): Pick<ReplayOptions, 'config' | 'paths' | 'threads' | 'onRules'> {
  return {
    config: configWith(rules ?? [], loadConfig({ file: config, cwd: io.cwd, env: io.env }).config, io),
    paths: paths.map((path) => (path === '-' ? path : resolve(io.cwd, path))),
    threads: Math.min(MOST_THREADS, availableParallelism()),
    onRules: ({ count, faults }) => {
      io.err(renderRuleFaults(faults));
      if (count === 0) throw new CliError('No rule could be loaded.', EXIT.config);
    },
  };
}

function configWith(rules: readonly string[], config: Config, { cwd }: CliIo): Config {
  const paths = [...config.rules.paths, ...rules.map((path) => resolve(cwd, path))];
  return { ...config, rules: { ...config.rules, paths } };
}
