import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
import type { Placeholders } from '../../src/sigma/modifiers/expand.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface SemanticsCase {
  readonly id: string;
  readonly rule: string;
  readonly event: JsonObject;
  readonly match: boolean;
  readonly expect_error?: boolean;
  readonly placeholders?: Placeholders;
  readonly perf?: boolean;
  readonly why: string;
}

/** `true`, `false`, or the faults when the rule is refused. */
function answer(row: SemanticsCase): boolean | string {
  const { rules, faults } = loadRules([{ path: 'case.yml', text: row.rule }]);
  const ruleset = compileRules(rules, { placeholders: row.placeholders ?? {} });
  const refused = [...faults, ...ruleset.faults];
  if (refused.length > 0) return refused.map(({ message }) => message).join(' ');
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(row.event), null, hits);
  return hits.length > 0;
}

describeShared('the Sigma semantics corpus', () => {
  const rows = readJsonLines<SemanticsCase>(sharedPath('corpus', 'semantics.jsonl'));

  it('is answered as every row says', () => {
    const wrong = rows.filter((row) => {
      const got = answer(row);
      return row.expect_error === true ? typeof got === 'boolean' : got !== row.match;
    });
    console.info(`semantics.jsonl: ${rows.length - wrong.length}/${rows.length}`);
    expect(wrong.map((row) => `${row.id}: got ${answer(row)}, ${row.why}`)).toEqual([]);
  });

  it('gives each refused rule a message that ends a sentence', () => {
    for (const row of rows.filter(({ expect_error }) => expect_error === true)) {
      expect(answer(row), row.id).toMatch(/[.]$/);
    }
  });

  for (const row of rows.filter(({ perf }) => perf === true)) {
    it(`answers ${row.id} within 50 ms`, () => {
      const { rules } = loadRules([{ path: 'case.yml', text: row.rule }]);
      const ruleset = compileRules(rules);
      const view = new JsonFieldView(row.event);
      const start = performance.now();
      ruleset.match(view, null, []);
      expect(performance.now() - start).toBeLessThan(50);
    });
  }
});
