import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LEVELS, type Rule } from '../../src/model/rule.js';
import { shippedSamples } from './samples.js';
import { ruleFiles, shippedRules } from './shipped-line.js';

const REFERENCE = join(import.meta.dirname, '../../docs/reference/rules.md');

/** `npx vitest run test/rules/reference.test.ts -u` writes the page anew. */
it('docs/reference/rules.md lists every shipped rule as it is', async () => {
  await expect(page()).toMatchFileSnapshot(REFERENCE);
});

it('every rule file has its samples', () => {
  expect(ruleFiles.filter((file) => shippedSamples(file) === null)).toEqual([]);
});

function page(): string {
  const detections = shippedRules.filter(
    (rule) => rule.kind === 'detection' && rule.level !== 'informational',
  );
  const bases = shippedRules.filter((rule) => rule.level === 'informational');
  const correlations = shippedRules.filter((rule) => rule.kind === 'correlation');
  return `${[
    '# Shipped rules',
    '',
    `${shippedRules.length} rules in ${ruleFiles.length} files; generated from \`rules/\` and checked by a test. What a rule matches and what it`,
    'must not match stands in `test/fixtures/rules/`, under the path of the rule.',
    '',
    'Levels: *informational* is counted by other rules and shown to nobody; *low* is worth a look when there is time;',
    '*medium* this week; *high* today; *critical* now.',
    '',
    '## Counts and chains',
    '',
    ...table(correlations),
    '',
    '## Single events',
    '',
    ...table(detections),
    '',
    '## Bases of counts and chains',
    '',
    ...table(bases),
  ].join('\n')}\n`;
}

function table(rules: readonly Rule[]): string[] {
  const byLevel = [...rules].sort(
    (a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.title < b.title ? -1 : 1),
  );
  return [
    '| Title | Level | ATT&CK | Logsource | File |',
    '|---|---|---|---|---|',
    ...byLevel.map(
      (rule) => `| ${rule.title} | ${rule.level} | ${attack(rule)} | ${logsource(rule)} | ${link(rule)} |`,
    ),
  ];
}

function attack(rule: Rule): string {
  const ids = rule.tags.flatMap((tag) => /^attack\.(t\d[\d.]*)$/.exec(tag)?.[1]?.toUpperCase() ?? []);
  return ids.length > 0 ? ids.join(' ') : 'by the event';
}

function logsource(rule: Rule): string {
  if (rule.kind === 'correlation') return rule.rules.map((name) => `\`${name}\``).join(', ');
  const { product, category, service } = rule.logsource;
  return [product, category, service].filter((part) => part !== null).join(' / ');
}

function link(rule: Rule): string {
  const { file } = rule.place;
  return `[${file.slice('rules/'.length)}](../../${file})`;
}
