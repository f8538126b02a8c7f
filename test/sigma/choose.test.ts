import { describe, expect, it } from 'vitest';
import type { RuleChoice } from '../../src/model/rule-selector.js';
import { buildRuleset } from '../../src/ruleset.js';

const detection = (
  name: string,
  extra: string,
  logsource = '{ product: windows, category: process_creation }',
) =>
  `title: ${name}\nname: ${name}\n${extra}\nlogsource: ${logsource}\ndetection: { s: { f: ${name} }, condition: s }\n`;

const FILES = [
  {
    path: 'rules/sigma/windows/a.yml',
    text: detection(
      'a',
      'id: aaaaaaaa-0000-4000-8000-000000000001\nlevel: high\nstatus: test\ntags: [attack.t1059.001]',
    ),
  },
  {
    path: '/srv/hq/linux/b.yml',
    text: detection(
      'b',
      'level: low\nstatus: experimental\ntags: [attack.t1110, tlp.red]',
      '{ product: linux, service: sshd }',
    ),
  },
  {
    path: '/srv/hq/chains/c.yml',
    text: 'title: c\nname: c\nlevel: critical\ncorrelation: { type: event_count, rules: [b], timespan: 5m, condition: { gte: 3 } }\n',
  },
  {
    path: '/srv/hq/filters/f.yml',
    text: 'title: f\nname: f\nlogsource: { product: windows }\nfilter: { rules: any, s: { g: 1 }, condition: not s }\n',
  },
  {
    path: '/srv/hq/old.yml',
    text: 'title: o\nid: bbbbbbbb-0000-4000-8000-000000000001\nlevel: high\nlogsource: { product: dns }\ndetection: { s: { f: o }, timeframe: 5m, condition: s | count() > 3 }\n',
  },
];

/** Titles of what runs, those without alerts of their own in brackets; and warnings. */
function running(choice: Partial<RuleChoice>): { rules: string; warnings: readonly string[] } {
  const { ruleset, silenced, faults, warnings } = buildRuleset(FILES, choice);
  expect(faults).toEqual([]);
  const titles = ruleset.rules.map(({ title }, i) => {
    const short = title.replace(' (what is counted)', '*');
    return silenced.has(i) ? `[${short}]` : short;
  });
  return { rules: titles.join(' '), warnings };
}

describe('the choice of rules', () => {
  it.each<[string, Partial<RuleChoice>]>([
    ['a b c f [o*] o', {}],
    ['b c f [o*] o', { disable: ['a'] }],
    ['b c f [o*] o', { disable: ['AAAAAAAA-0000-4000-8000-000000000001'] }],
    ['b c f [o*] o', { disable: [{ tag: ['attack.t1059*'] }] }],
    ['b c f [o*] o', { disable: [{ level: ['high'], product: ['windows'] }] }],
    ['b c f', { disable: [{ level: ['high', 'medium'] }] }],
    ['a f [o*] o', { disable: [{ product: ['linux'] }] }],
    ['b c f [o*] o', { disable: [{ path: ['sigma/windows'] }] }],
    ['a', { disable: [{ path: ['/srv/hq/**'] }] }],
    ['a f', { disable: [{ path: ['hq/*.yml'] }], enable: [{ path: ['filters'] }] }],
    ['a b c f', { disable: [{ path: ['*/old.yml'] }] }],
    ['a b c [o*] o', { disable: ['f'] }],
    [
      'a b c f [o*] o',
      { disable: [{ level: ['high'] }], enable: [{ status: ['test'] }, { product: ['dns'] }] },
    ],
    ['a f', { only: ['a'] }],
    ['a f', { only: [{ level: ['high'] }], disable: ['bbbbbbbb-0000-4000-8000-000000000001'] }],
    ['f [o*] o', { only: [{ product: ['dns'] }] }],
    ['f', { only: [{ product: ['windows'] }], disable: [{ status: ['test'] }] }],
  ])('leaves %s running', (expected, choice) => {
    expect(running(choice).rules).toBe(expected);
  });

  it('keeps a rule counting without alerts that a correlation needs', () => {
    expect(running({ disable: ['b'] }).rules).toBe('a [b] c f [o*] o');
    expect(running({ disable: ['b', 'c'] }).rules).toBe('a f [o*] o');
    expect(running({ only: ['c'] }).rules).toBe('[b] c f');
    expect(running({ only: [{ product: ['linux'] }] }).rules).toBe('b c f');
  });

  it('warns of entries that no rule meets', () => {
    expect(running({ disable: ['a', 'old'], enable: [{ tag: ['attack.t9999'] }] }).warnings).toEqual([
      'rules.disable.1: no loaded rule has the id or name "old"; the entry has no effect.',
      'rules.enable.0: no loaded rule has all of {"tag":["attack.t9999"]}; the entry has no effect.',
    ]);
    expect(running({ disable: ['aaaaaaaa-0000-4000-8000-00000000000'] }).warnings).toEqual([
      'rules.disable.0: no loaded rule has the id or name "aaaaaaaa-0000-4000-8000-00000000000" (perhaps "aaaaaaaa-0000-4000-8000-000000000001"); the entry has no effect.',
    ]);
  });
});
