import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.js';
import { isPipelinePath } from '../../config/resolve-paths.js';
import { type RuleFilesRead, readConfiguredRules, readPipelineFiles } from '../../config/rule-files.js';
import type { Config } from '../../config/schema.js';
import type { RuleFault } from '../../model/rule.js';
import { renderRuleFaults } from '../../report/rule-faults.js';
import type { BuiltRuleset, RulesetOptions } from '../../ruleset.js';
import { visible } from '../../telemetry/visible.js';
import type { CliIo } from '../io.js';

/** Which rules a subcommand works on, and what is done to them first. */
export interface RuleOptions {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly pipeline?: readonly string[];
}

export interface ChosenRules {
  /** Rules and the pipelines over them. */
  readonly read: RuleFilesRead;
  /** Placeholders, and of configured rules which of them run. */
  readonly settings: RulesetOptions;
  /** Null = it was not asked: rules are named, and it is not. */
  readonly config: Config | null;
}

/** Adds the options of `RuleOptions`. */
export function withRuleOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file')
    .option('-r, --rules <path...>', 'these files or folders instead of the configured ones')
    .option('-p, --pipeline <name...>', 'processing pipelines, by name or path, besides the configured ones');
}

/**
 * The rules that the configuration names, or those of `-r` and of the arguments with the pipelines and placeholders of a
 * configuration that is named. Throws ConfigError.
 */
export function chosenRules(
  { config: file, rules: named = [], pipeline = [] }: RuleOptions,
  { cwd, env }: CliIo,
  paths: readonly string[] = [],
): ChosenRules {
  const from = (path: string): string => resolve(cwd, path);
  const own = [...named, ...paths].map(from);
  const isNamed = own.length > 0;
  const config = isNamed && file === undefined ? null : loadConfig({ file, cwd, env }).config;
  const more = readPipelineFiles(
    pipeline.map((name) => (isPipelinePath(name) ? from(name) : name)),
    '--pipeline',
  );
  const rules = { builtin: false, paths: [], ...config?.rules };
  const read = readConfiguredRules(isNamed ? { ...rules, builtin: false, paths: own } : rules);
  const placeholders = config?.rules.placeholders ?? {};
  const settings = isNamed ? { placeholders } : (config?.rules ?? {});
  return { read: { files: [...read.files, ...more], faults: read.faults }, settings, config };
}

/** Tells what of the rules is refused, and which settings have no effect. Returns the refusals. */
export function tellRefused(read: RuleFilesRead, built: BuiltRuleset, { err }: CliIo): readonly RuleFault[] {
  const faults = [...read.faults, ...built.faults];
  err(renderRuleFaults(faults));
  for (const warning of built.warnings) err(`${visible(warning)}\n`);
  return faults;
}

/** A path below the working directory as seen from there, others as they are. */
export function shownPath(file: string, { cwd }: CliIo): string {
  const path = relative(cwd, resolve(cwd, file));
  return path === '' || path.startsWith('..') ? file : path;
}
