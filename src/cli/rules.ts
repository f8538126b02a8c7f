import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Option } from 'commander';
import { loadConfig } from '../config/load.js';
import { type RuleFilesRead, readConfiguredRules, readRuleFiles } from '../config/rule-files.js';
import { renderTable } from '../report/table.js';
import { buildRuleset } from '../ruleset.js';
import { visible } from '../telemetry/visible.js';
import { CliError, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { evalCases, evalEvents } from './rules-eval.js';

interface ListOptions {
  readonly config?: string;
  readonly rules?: string[];
  readonly json?: boolean;
}

interface EvalOptions {
  readonly cases?: string;
  readonly policy: 'each' | 'reset';
  readonly rules?: string[];
  readonly events?: string;
  readonly json?: boolean;
}

export const rulesCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const configured = (file: string | undefined): { read: RuleFilesRead; disable: readonly string[] } => {
    const { rules } = loadConfig({ file, cwd: io.cwd, env: io.env }).config;
    return { read: readConfiguredRules(rules), disable: rules.disable };
  };
  const given = (paths: readonly string[]): { read: RuleFilesRead; disable: readonly string[] } => ({
    read: readRuleFiles(paths.map((path) => resolve(io.cwd, path))),
    disable: [],
  });
  const rules = program.command('rules').description('Work with Sigma rules.');

  rules
    .command('list')
    .description('The rules that load, and those that are refused with the reason.')
    .option('-c, --config <file>', 'configuration file')
    .option('-r, --rules <path...>', 'these files or folders instead of the configured ones')
    .option('--json', 'one rule as JSON a line')
    .action(
      context.action((options: ListOptions) => {
        const { read, disable } =
          options.rules === undefined ? configured(options.config) : given(options.rules);
        const built = buildRuleset(read.files, disable);
        const faults = [...read.faults, ...built.faults];
        if (options.json) {
          for (const { kind, id, title, level, status, tags, place, hash } of built.ruleset.rules) {
            io.out(
              `${JSON.stringify({ kind, id, title, level, status, tags, file: place.file, line: place.line, hash })}\n`,
            );
          }
        } else {
          const rows = built.ruleset.rules.map((rule) => [
            rule.level,
            rule.kind,
            rule.title,
            rule.tags.filter((tag) => /^attack\.t\d/.test(tag)).join(' '),
          ]);
          io.out(renderTable([['LEVEL', 'KIND', 'TITLE', 'ATT&CK'], ...rows], { width: io.width }));
          io.out(`\n${built.ruleset.rules.length} rules, ${faults.length} refused\n`);
        }
        for (const { place, message } of faults)
          io.err(`${visible(place.file)}:${place.line}: ${visible(message)}\n`);
        return faults.length > 0 ? EXIT.findings : EXIT.done;
      }),
    );

  rules
    .command('eval')
    .description('Run rules over events, or a file of cases, and print what matches.')
    .option('--cases <file>', 'JSON lines of {id, rule, event} or {id, rules, events: [{t, event}]}')
    .addOption(
      new Option('--policy <policy>', 'when correlations fire again')
        .choices(['each', 'reset'])
        .default('reset'),
    )
    .option('-r, --rules <path...>', 'rule files or folders')
    .option('--events <file>', 'events as JSON lines')
    .option('--json', 'matches as JSON lines')
    .action(
      context.action(async (options: EvalOptions) => {
        const write = (line: string): void => io.out(`${line}\n`);
        if (options.cases !== undefined) {
          const lines = readFileSync(resolve(io.cwd, options.cases), 'utf8')
            .split('\n')
            .filter((line) => line.trim() !== '');
          evalCases(lines, write, { policy: options.policy });
          return EXIT.done;
        }
        if (options.rules === undefined || options.events === undefined) {
          throw new CliError('rules eval needs --cases FILE, or -r PATH… and --events FILE.', EXIT.usage);
        }
        const events = createInterface({
          input: createReadStream(resolve(io.cwd, options.events)),
          crlfDelay: Number.POSITIVE_INFINITY,
        });
        const paths = options.rules.map((path) => resolve(io.cwd, path));
        return await evalEvents({ paths, events, json: options.json ?? false }, write, (message) =>
          io.err(`${visible(message)}\n`),
        );
      }),
    );
};
