import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS, FILE_CHECKS, REFUSALS } from '../../../src/sigma/lint/registry.js';
import { RULE_ERROR_CODES } from '../../../src/sigma/rule-error.js';

const page = readFileSync(new URL('../../../docs/reference/lint.md', import.meta.url), 'utf8');

it.each([
  ['## Checks', { ...FILE_CHECKS, ...CHECKS }],
  ['## Refusals', REFUSALS],
])('docs/reference/lint.md has each code under %s with severity and summary', (heading, table) => {
  const section = page.slice(page.indexOf(`\n${heading}\n`) + 1).split(/\n(?=## )/)[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    Object.entries(table).map(
      ([code, { severity, summary }]) => `| \`${code}\` | ${severity} | ${summary.replaceAll('|', '\\|')} |`,
    ),
  );
});

it('every reason to refuse a rule is among the refusals', () => {
  expect(Object.keys(REFUSALS)).toEqual(expect.arrayContaining([...RULE_ERROR_CODES]));
});
