import type { Command } from 'commander';
import { renderTable } from '../../report/table.js';
import { buildRuleset } from '../../ruleset.js';
import { visible } from '../../telemetry/visible.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleChoice, withRuleChoice } from './chosen-rules.js';

interface ListOptions extends RuleChoice {
  readonly json?: boolean;
}

export function listCommand(rules: Command, { io, action }: CliContext): void {
  withRuleChoice(rules.command('list'))
    .description('The rules that load, and those that are refused with the reason.')
    .option('--json', 'one rule as JSON a line')
    .action(
      action((options: ListOptions) => {
        const { read, disable } = chosenRules(options, io);
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
}
