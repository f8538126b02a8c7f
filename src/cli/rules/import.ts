import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readTables } from '../import/siemstress-file.js';
import { importRules } from '../import/siemstress-rules.js';
import { tellImported } from '../import/tell.js';
import type { CliContext } from '../program.js';

const EXAMPLES = `
Examples:
  vedette rules import limit-rules.json > rules/own/imported.yml
`;

export function importCommand(rules: Command, { io, action }: CliContext): void {
  rules
    .command('import')
    .description(
      'Limit rules of siemstress (siemmanage --exportrules) as Sigma rules; exit 1 when some have no counterpart.',
    )
    .argument('<file>', 'the exported JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      action((file: string) => tellImported(importRules(readTables(resolve(io.cwd, file))), 'rule', io)),
    );
}
