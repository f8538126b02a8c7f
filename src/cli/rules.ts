import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Option } from 'commander';
import { loadConfig } from '../config/load.js';
import { isPipelinePath } from '../config/resolve-paths.js';
import { type RuleFilesRead, readConfiguredRules, readPipelineFiles } from '../config/rule-files.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { renderTable } from '../report/table.js';
import { buildRuleset, type RulesetOptions } from '../ruleset.js';
import { replacedRules } from '../sigma/references.js';
import { visible } from '../telemetry/visible.js';
import { CliError, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { evalCases, evalEvents } from './rules-eval.js';

interface ListOptions {
  readonly config?: string;
  readonly rules?: string[];
  readonly pipeline?: string[];
  readonly json?: boolean;
}

interface EvalOptions {
  readonly config?: string;
  readonly pipeline?: string[];
  readonly cases?: string;
  readonly policy: 'each' | 'reset';
  readonly rules?: string[];
  readonly events?: string;
  readonly json?: boolean;
}

export const rulesCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  /** Rules of the configuration, or those of `-r` with the pipelines and placeholders of a configuration that is named. */
  const rulesOf = (options: ListOptions): { read: RuleFilesRead; settings: RulesetOptions } => {
    const { config: file, rules: paths, pipeline = [] } = options;
    const config =
      paths === undefined || file !== undefined
        ? loadConfig({ file, cwd: io.cwd, env: io.env }).config.rules
        : null;
    const from = (path: string): string => resolve(io.cwd, path);
    const more = readPipelineFiles(
      pipeline.map((name) => (isPipelinePath(name) ? from(name) : name)),
      '--pipeline',
    );
    const own = paths === undefined ? {} : { builtin: false, paths: paths.map(from) };
    const read = readConfiguredRules({ builtin: false, paths: [], ...config, ...own });
    const settings = paths === undefined ? (config ?? {}) : { placeholders: config?.placeholders ?? {} };
    return { read: { files: [...read.files, ...more], faults: read.faults }, settings };
  };
  const rules = program.command('rules').description('Work with Sigma rules.');

  rules
    .command('list')
    .description('The rules that load, and those that are refused with the reason.')
    .option('-c, --config <file>', 'configuration file')
    .option('-r, --rules <path...>', 'these files or folders instead of the configured ones')
    .option('-p, --pipeline <name...>', 'processing pipelines, by name or path, besides the configured ones')
    .option('--json', 'one rule as JSON a line')
    .action(
      context.action((options: ListOptions) => {
        const { read, settings } = rulesOf(options);
        const built = buildRuleset(read.files, settings);
        const faults = [...read.faults, ...built.faults];
        if (options.json) {
          const replaced = replacedRules(built.ruleset.rules);
          for (const rule of built.ruleset.rules) {
            const { kind, id, title, level, status, tags, related, place, hash } = rule;
            const { file, line } = place;
            const shown = { kind, id, title, level, status, tags, related, file, line, hash };
            io.out(`${JSON.stringify({ ...shown, replaced_by: replaced.get(rule)?.id })}\n`);
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
        io.err(renderRuleFaults(faults));
        for (const warning of built.warnings) io.err(`${visible(warning)}\n`);
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
    .option('-c, --config <file>', 'configuration whose pipelines and placeholders are used')
    .option('-r, --rules <path...>', 'rule files or folders')
    .option('-p, --pipeline <name...>', 'processing pipelines, by name or path')
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
        const { read, settings } = rulesOf(options);
        return await evalEvents({ read, settings, events, json: options.json ?? false }, write, (message) =>
          io.err(message),
        );
      }),
    );
};
