import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.js';
import { type RuleFilesRead, readConfiguredRules, readRuleFiles } from '../../config/rule-files.js';
import type { Config } from '../../config/schema.js';
import type { CliIo } from '../io.js';

/** Which rules a subcommand works on. */
export interface RuleChoice {
  readonly config?: string;
  readonly rules?: readonly string[];
}

export interface ChosenRules {
  readonly read: RuleFilesRead;
  /** Ids and names that the configuration switches off. */
  readonly disable: readonly string[];
  /** Null = it was not asked: rules are named, and it is not. */
  readonly config: Config | null;
}

/** Adds the options of a `RuleChoice`. */
export function withRuleChoice(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file')
    .option('-r, --rules <path...>', 'these files or folders instead of the configured ones');
}

/**
 * The rules of `-r` and of the arguments, else those that the configuration names. Throws ConfigError.
 */
export function chosenRules(
  { config: file, rules: named }: RuleChoice,
  { cwd, env }: CliIo,
  paths: readonly string[] = [],
): ChosenRules {
  const rules = [...(named ?? []), ...paths];
  const config = rules.length > 0 && file === undefined ? null : loadConfig({ file, cwd, env }).config;
  if (rules.length > 0) {
    return { read: readRuleFiles(rules.map((path) => resolve(cwd, path))), disable: [], config };
  }
  return { read: readConfiguredRules(config!.rules), disable: config!.rules.disable, config };
}

/** A path below the working directory as seen from there, others as they are. */
export function shownPath(file: string, { cwd }: CliIo): string {
  const path = relative(cwd, resolve(cwd, file));
  return path === '' || path.startsWith('..') ? file : path;
}
