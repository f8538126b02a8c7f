import { Option } from 'commander';
import type { Config } from '../config/schema.js';
import { isTimezone } from '../model/settings.js';
import type { SourceHints } from '../model/source-hints.js';
import { PARSERS } from '../parsers/registry.js';
import { visible } from '../telemetry/visible.js';
import { CliError, EXIT } from './io.js';

/** How commands are told to read lines that no source says anything of. */
export interface LineOptions {
  readonly format: Config['sources'][number]['format'];
  readonly tz: string;
}

export function zoneOption(): Option {
  return new Option('--tz <zone>', 'IANA zone of stamps that state none').default('UTC');
}

/** `flag`: another name where `--format` is that of what is printed. */
export function formatOption(flag = '--format'): Option {
  return new Option(`${flag} <format>`, 'parse as this format instead of detecting it')
    .choices(['auto', ...Object.keys(PARSERS)])
    .default('auto');
}

export function hintsOf({ format, tz }: LineOptions): SourceHints {
  if (!isTimezone(tz)) throw new CliError(`--tz: "${visible(tz)}" is not an IANA time zone.`, EXIT.usage);
  return { format, timezone: tz, logsource: null };
}
