import { describe, expect, it } from 'vitest';
import { type Samples, timedLines } from '../../src/cli/rules/samples.js';
import type { Rule, Selection } from '../../src/model/rule.js';
import { normalizedView } from './normalized-view.js';
import { shippedSamples } from './samples.js';
import { openedAlerts, ruleFiles, shippedRules, titlesOf } from './shipped-line.js';

describe.each(ruleFiles)('%s', (file) => {
  const rules = shippedRules.filter((rule) => rule.place.file === file);
  const samples = shippedSamples(file);

  it('has samples for each of its rules and no others', () => {
    expect([...(samples?.keys() ?? [])].sort()).toEqual(rules.map(({ title }) => title).sort());
  });

  for (const rule of rules) {
    const own = samples?.get(rule.title);
    if (own === undefined) continue;
    if ('match' in own) testLines(rule.title, own);
    else testTimelines(rule, own);
    if (rule.kind !== 'detection' || !('match' in own)) continue;

    it(`${rule.title}: every field it asks for has a value in some sample`, () => {
      const views = [...own.match, ...own.no_match].map(normalizedView);
      const fields = [...rule.selections.values()].flatMap(fieldsOf);
      const never = fields.filter((field) => !views.some(({ get }) => (get(field) ?? null) !== null));
      expect(never).toEqual([]);
    });
  }
});

function testLines(title: string, { match, no_match }: Extract<Samples, { match: unknown }>): void {
  it(`${title} has two lines or more that match and three or more that do not`, () => {
    expect(match.length).toBeGreaterThanOrEqual(2);
    expect(no_match.length).toBeGreaterThanOrEqual(3);
  });
  it.each(match)(`${title} matches %s`, (line) => {
    expect(titlesOf(line)).toContain(title);
  });
  it.each(no_match)(`${title} does not match %s`, (line) => {
    expect(titlesOf(line)).not.toContain(title);
  });
}

function testTimelines(
  { title, level }: Pick<Rule, 'title' | 'level'>,
  { timelines }: Extract<Samples, { timelines: unknown }>,
): void {
  const alerting = timelines.filter(({ alerts }) => alerts.includes(title)).length;
  if (level === 'informational') {
    it(`${title} is a step of other chains: seen or not, nobody is told`, () => {
      expect(alerting).toBe(0);
      expect(timelines.length).toBeGreaterThanOrEqual(5);
    });
  } else {
    it(`${title} alerts in two timelines or more and is silent in three or more`, () => {
      expect(alerting).toBeGreaterThanOrEqual(2);
      expect(timelines.length - alerting).toBeGreaterThanOrEqual(3);
    });
  }
  it.each(timelines)(`${title}: $name`, (timeline) => {
    expect(openedAlerts(timedLines(timeline))).toEqual(timeline.alerts);
  });
}

function fieldsOf(selection: Selection): string[] {
  if (selection.kind !== 'all') return selection.of.flatMap(fieldsOf);
  return selection.items.map((item) => item.field).filter((field) => field !== null);
}
