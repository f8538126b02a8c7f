import { resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { CliIo } from './io.js';

/** Where a command finds the daemon. */
export interface DataDirOptions {
  readonly config?: string;
  readonly dataDir?: string;
}

/** The data_dir that is named, else that of the configuration. Throws ConfigError. */
export function dataDirOf({ config, dataDir }: DataDirOptions, { cwd, env }: CliIo): string {
  return dataDir === undefined
    ? loadConfig({ file: config, cwd, env }).config.data_dir
    : resolve(cwd, dataDir);
}
