import { join } from 'node:path';
import type { Config } from '../../config/schema.js';
import { askDaemon } from '../../daemon/control-socket.js';
import type { Rule } from '../../model/rule.js';
import type { RuleStats } from '../../protocol.js';
import { type RuleSwitch, storedSwitches } from '../../storage/desk/rule-switches.js';
import { visible } from '../../telemetry/visible.js';
import type { CliIo } from '../io.js';

/** What became of configured rules in the running daemon, else what people set in the one that ran last. */
export interface RuleStates {
  readonly switches: readonly RuleSwitch[];
  isEnabled(rule: Rule): boolean;
  /** Who turned it on or off; undefined = nobody. */
  switchOf(rule: Rule): RuleSwitch | undefined;
  /** In words; empty = as the configuration says. */
  words(rule: Rule): string;
}

export async function ruleStates(config: Config, { err }: CliIo): Promise<RuleStates> {
  const switches = config.api.enabled ? switchesIn(join(config.data_dir, 'desk.db'), err) : [];
  const byRule = new Map(switches.map((one) => [one.rule, one]));
  const answer = await rulesInUse(config.data_dir, err);
  const inUse = answer === null ? null : new Set(answer.map(({ id }) => id));
  // Filters are part of the rules that they filter.
  const isLoaded = ({ kind, id }: Rule): boolean => inUse === null || kind === 'filter' || inUse.has(id);
  const switchOf = ({ id }: Rule): RuleSwitch | undefined => byRule.get(id);
  return {
    switches,
    switchOf,
    isEnabled: (rule) => isLoaded(rule) && switchOf(rule)?.enabled !== false,
    words: (rule) => {
      const found = switchOf(rule);
      if (found !== undefined) return switchWords(found);
      return isLoaded(rule) ? '' : 'not in the running daemon';
    },
  };
}

/** Null when no daemon tells. */
async function rulesInUse(dataDir: string, err: CliIo['err']): Promise<readonly RuleStats[] | null> {
  try {
    return (await askDaemon(dataDir, 'rules')) as readonly RuleStats[] | null;
  } catch (error) {
    err(`Which rules the daemon runs is not known: ${(error as Error).message}\n`);
    return null;
  }
}

function switchesIn(path: string, err: CliIo['err']): RuleSwitch[] {
  try {
    return storedSwitches(path);
  } catch (error) {
    err(
      `What was turned on and off on the page cannot be read: ${(error as Error).message} (${visible(path)})\n`,
    );
    return [];
  }
}

function switchWords({ enabled, by, at, reason }: RuleSwitch): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return `${enabled ? 'on' : 'off'} by ${by}, ${at.slice(0, 16)}Z${why}`;
}
