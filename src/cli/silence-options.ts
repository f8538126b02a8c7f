import { type Command, Option } from 'commander';
import { matcherShape } from '../api/shapes.js';
import type { AlertChange } from '../model/alert.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { SilenceMatcher } from '../model/silence.js';
import { expiryFault } from '../storage/desk/silencing.js';
import { CliError, EXIT } from './io.js';
import { onlyOne, type Stored, type StoredOptions, withDataDir } from './stored.js';
import { durationOf, timeOf } from './time-range.js';

/** Which alerts a silence is about. */
export interface MatcherOptions extends StoredOptions {
  readonly like?: string;
  readonly rule?: string;
  readonly entity?: string;
  readonly sourceIp?: string;
  readonly host?: string;
  readonly user?: string;
  readonly severity?: Level;
}

/** How long. */
export interface EndOptions {
  readonly for?: string;
  readonly until?: string;
}

/** Adds the options that say which alerts. */
export function withMatcher(command: Command): Command {
  return withDataDir(command)
    .option('--like <alert>', 'the rule and entity of this alert, by its id or its beginning')
    .option('--rule <id>', 'of this rule')
    .option('--entity <name>', 'about this entity; * is any text')
    .option('--source-ip <address>', 'from this address or block')
    .option('--host <name>', 'on this host; * is any text')
    .option('--user <name>', 'of this user; * is any text')
    .addOption(new Option('--severity <level>', 'of this severity and below').choices([...LEVELS]))
    .option('--json', 'as JSON');
}

/** Throws CliError. */
export function matcherOf(options: MatcherOptions, { cases }: Stored): SilenceMatcher {
  const { like, rule, entity, sourceIp, host, user, severity } = options;
  const model =
    like === undefined ? null : (onlyOne(cases.find('alerts', like), 'alert', like) as AlertChange);
  const { success, data, error } = matcherShape.safeParse({
    ...(model !== null && { rule: model.rule.id, entity: model.entity }),
    ...(rule !== undefined && { rule }),
    ...(entity !== undefined && { entity }),
    ...(sourceIp !== undefined && { source_ip: sourceIp }),
    ...(host !== undefined && { host }),
    ...(user !== undefined && { user }),
    ...(severity !== undefined && { severity }),
  });
  if (success) return data;
  const { path, message } = error.issues[0]!;
  const option = path.length === 0 ? '' : `--${String(path[0]).replace('_', '-')}: `;
  throw new CliError(`${option}${message}.`, EXIT.usage);
}

/** When a silence ends, ms. Throws CliError. */
export function endOf({ for: length, until }: EndOptions, now: number): number {
  if ((length === undefined) === (until === undefined))
    throw new CliError('Say either --for, such as 8h, or --until.', EXIT.usage);
  const [option, expires] =
    length === undefined
      ? (['--until', timeOf('--until', until!, now).start] as const)
      : (['--for', now + durationOf('--for', length)] as const);
  const fault = expiryFault(expires, now);
  if (fault !== null) throw new CliError(`${option}: ${fault}.`, EXIT.usage);
  return expires;
}
