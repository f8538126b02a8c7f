import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRuleFiles } from '../../../src/config/rule-files.js';
import type { JsonObject } from '../../../src/model/json.js';
import { chooseRuleset } from '../../../src/ruleset.js';
import { type ConvertedRules, convertRules } from '../../../src/sigma/convert/convert.js';
import { readOptions } from '../../../src/sigma/convert/options.js';
import { BACKENDS } from '../../../src/sigma/convert/registry.js';
import { findsLine } from '../../helpers/logql.js';
import { describeShared, readJsonLines, sharedPath } from '../../helpers/shared.js';

interface RegressionCase {
  readonly rule_id: string;
  readonly event: JsonObject;
  readonly more_events?: readonly JsonObject[];
}

describeShared('the SigmaHQ rules as queries for Loki', () => {
  let folder: string;
  const results: ConvertedRules[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigmahq-'));
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const { rules } = chooseRuleset(readRuleFiles([folder]).files, { elsewhere: true });
    const { options, open } = BACKENDS.loki!;
    for (const given of [[], ['add_line_filters=true'], ['add_line_filters=true', 'case_sensitive=true']]) {
      const converter = open(readOptions(options, given));
      results.push(convertRules(rules, converter, { placeholders: {}, silenced: new Set() }));
    }
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are converted but for what LogQL cannot say', () => {
    for (const { converted, faults } of results) {
      const queries = converted.reduce((sum, one) => sum + one.queries.length, 0);
      console.info(
        `SigmaHQ for Loki: ${converted.length} rules, ${queries} queries, ${faults.length} refused`,
      );
      expect(converted).toHaveLength(3743);
      const reasons = faults.map(({ message }) => message.split(/ %| are joined| that belong/)[0]);
      expect(reasons.filter((reason) => reason === 'The placeholder')).toHaveLength(25);
      expect(reasons.filter((reason) => reason === 'Keywords')).toHaveLength(12);
      expect(faults).toHaveLength(37);
    }
  });

  it('are queries that can be read', () => {
    for (const { converted } of results)
      for (const { queries, metrics } of converted)
        for (const query of new Set([...queries, ...metrics]))
          findsLine(query.replace(/ \| line_format .*$/, ''), '{}');
  }, 300_000);

  it('find the lines of the events that they were written for, also by a line filter', () => {
    const rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl'));
    for (const { converted } of results.slice(0, 2)) {
      const byId = new Map(converted.map((one) => [one.rule.id, one.queries]));
      const silent = rows.filter(({ rule_id, event, more_events = [] }) => {
        const lines = [event, ...more_events].map((one) => JSON.stringify(one));
        const queries = byId.get(rule_id) ?? [];
        return !queries.some((query) =>
          lines.some((line) => findsLine(query.replace(/ \| line_format .*$/, ''), line)),
        );
      });
      console.info(`sigma-regression.jsonl for Loki: ${rows.length - silent.length}/${rows.length}`);
      expect(silent.map(({ rule_id }) => rule_id)).toEqual([]);
    }
  }, 300_000);
});
