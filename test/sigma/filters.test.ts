import { describe, expect, it } from 'vitest';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';

const RULE = `title: R
name: r
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image: a}
  condition: 1 of selection*
`;

const filter = (rules: string, condition: string, logsource = '{product: windows}'): string =>
  `title: F ${rules} ${condition}\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n  selection_user: {User: bob}\n  selection_host: {Host: h}\n  condition: ${condition}\n`;

function matches(documents: readonly string[], event: Record<string, string>): boolean {
  const { rules, faults } = loadRules([{ path: 'r.yml', text: documents.join('---\n') }]);
  expect(faults).toEqual([]);
  const hits: number[] = [];
  compileRules(rules).match(new JsonFieldView({ Image: 'a', ...event }), null, hits);
  return hits.length > 0;
}

describe('filters', () => {
  it('add their condition to the rules they name, and only to these', () => {
    const exclude = 'not selection_user';
    expect(matches([RULE, filter('[r]', exclude)], { User: 'bob' })).toBe(false);
    expect(matches([RULE, filter('[r]', exclude)], { User: 'eve' })).toBe(true);
    expect(matches([RULE, filter('any', exclude)], { User: 'bob' })).toBe(false);
    expect(matches([RULE, filter('[other]', exclude)], { User: 'bob' })).toBe(true);
  });

  it('may stand before the rule, and several add up', () => {
    const filters = [filter('any', 'not selection_user'), RULE, filter('any', 'not selection_host')];
    expect(matches(filters, { User: 'bob' })).toBe(false);
    expect(matches(filters, { Host: 'h' })).toBe(false);
    expect(matches(filters, { User: 'eve' })).toBe(true);
  });

  it('apply where their logsource covers that of the rule', () => {
    const covering = (logsource: string): boolean =>
      !matches([RULE, filter('any', 'not selection_user', logsource)], { User: 'bob' });
    expect(covering('{product: windows, category: process_creation}')).toBe(true);
    expect(covering('{category: process_creation}')).toBe(true);
    expect(covering('{product: linux}')).toBe(false);
    expect(covering('{product: windows, service: sysmon}')).toBe(false);
  });

  it('have selections of their own, for patterns too', () => {
    const both = filter('any', 'not all of selection_*');
    expect(matches([RULE, both], { User: 'bob', Host: 'h' })).toBe(false);
    expect(matches([RULE, both], { User: 'bob' })).toBe(true);
    expect(
      matches([RULE.replace('Image: a', 'Image: z'), filter('any', 'selection_user')], { User: 'bob' }),
    ).toBe(false);
  });
});
