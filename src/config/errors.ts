import { ClearError } from '../telemetry/outside-fault.js';

/** One thing wrong with the configuration, in words for the person who wrote it. */
export interface ConfigFault {
  /** Where: `file:line`, an environment variable, or a flag. */
  readonly where: string;
  /** Dotted path of the key, empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** All faults of a configuration at once. */
export class ConfigError extends ClearError {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(faultText).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

export function faultText({ where, path, message }: ConfigFault): string {
  return `${where}: ${path === '' ? '' : `${path}: `}${message}`;
}
