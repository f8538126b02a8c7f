import type { Command } from 'commander';
import type { CliContext, CommandDefinition } from './program.js';
import { backtestCommand } from './rules/backtest.js';
import { correlationsCommand } from './rules/correlations.js';
import { countersCommand } from './rules/counters.js';
import { coverageCommand } from './rules/coverage.js';
import { evalCommand } from './rules/eval.js';
import { explainCommand } from './rules/explain.js';
import { fieldsCommand } from './rules/fields.js';
import { importCommand } from './rules/import.js';
import { lintCommand } from './rules/lint.js';
import { listCommand } from './rules/list.js';
import { testCommand } from './rules/test.js';

const SUBCOMMANDS: readonly ((rules: Command, context: CliContext) => void)[] = [
  listCommand,
  lintCommand,
  testCommand,
  explainCommand,
  coverageCommand,
  fieldsCommand,
  countersCommand,
  correlationsCommand,
  evalCommand,
  backtestCommand,
  importCommand,
];

export const rulesCommand: CommandDefinition = (program, context) => {
  const rules = program.command('rules').description('Work with Sigma rules.');
  for (const define of SUBCOMMANDS) define(rules, context);
};
