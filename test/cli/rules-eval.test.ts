import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { evalCases, evalEvents } from '../../src/cli/rules-eval.js';
import { readRuleFiles } from '../../src/config/rule-files.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

interface Answer {
  readonly id: string;
  readonly match?: boolean;
  readonly firings?: readonly unknown[];
  readonly error?: string;
}

interface Row {
  readonly id: string;
  readonly match?: boolean;
  readonly expect_error?: boolean;
  readonly expected: readonly unknown[];
  readonly expected_reset?: readonly unknown[];
}

function answers(text: string, policy: 'each' | 'reset'): Answer[] {
  const lines: string[] = [];
  evalCases(text.split('\n'), (line) => lines.push(line), { policy });
  return lines.map((line) => JSON.parse(line) as Answer);
}

describe('rules eval --cases on chains', () => {
  const base = (name: string): string =>
    `title: ${name}\nname: ${name}\nlogsource: { category: t }\ndetection: { s: { m: ${name} }, condition: s }\n`;
  const over = (name: string, correlation: string): string =>
    `title: ${name}\nname: ${name}\ncorrelation: { ${correlation} }\n`;
  const fired = (documents: readonly string[], events: readonly (readonly [t: number, ...m: string[]])[]) => {
    const row = {
      id: 'x',
      rules: documents.join('---\n'),
      events: events.map(([t, ...m]) => ({ t, event: { m, u: '1' } })),
    };
    const [answer] = answers(JSON.stringify(row), 'each');
    expect(answer!.error).toBeUndefined();
    return (answer!.firings as { rule: string; at: number | null }[]).map(({ rule, at }) => `${rule} ${at}`);
  };

  it('judges silence before what comes after it', () => {
    const rules = [
      ...['a', 'b', 'c'].map(base),
      over('x', 'type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s').concat(
        'vedette: { absent: b }\n',
      ),
      over('y', 'type: temporal, rules: [x, c], group-by: [u], timespan: 5s'),
    ];
    expect(
      fired(rules, [
        [0, 'a'],
        [9, 'c'],
        [100, 'a'],
        [109, 'c'],
      ]),
    ).toEqual(['x null', 'y null', 'x null', 'y null']);
  });

  it.each([
    ['a b', ['a', 'b']],
    ['b a', ['b', 'a']],
  ])('judges what another must not see before it, in whatever order the rules stand: %s', (_, order) => {
    const rules = [
      ...order.map(base),
      base('c'),
      over('k2', 'type: temporal, rules: [b, k0], group-by: [u], timespan: 10s, condition: b and not k0'),
      over('k0', 'type: temporal, rules: [a, c], group-by: [u], timespan: 10s, condition: a and not c'),
    ];
    expect(fired(rules, [[0, 'a', 'b']])).toEqual(['k0 0']);
    expect(fired(rules, [[0, 'b']])).toEqual(['k2 0']);
    const deeper = [
      ...rules,
      over('k3', 'type: temporal, rules: [c, k2], group-by: [u], timespan: 10s, condition: c and not k2'),
    ];
    expect(fired(deeper, [[0, 'b', 'c']])).toEqual(['k2 0']);
    expect(fired(deeper, [[0, 'a', 'b', 'c']])).toEqual(['k2 0']);
  });

  it('counts a correlation that fires on the event itself', () => {
    const rules = [
      base('a'),
      over('k2', 'type: temporal, rules: [k0, a], group-by: [u], timespan: 10s, condition: { eq: 1 }'),
      over('k0', 'type: temporal, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 1, lt: 2 }'),
    ];
    expect(fired(rules, [[0, 'a']])).toEqual(['k0 0']);
  });

  it('keeps nothing of a value that has left the window', () => {
    const rules = [
      base('a'),
      over('k', 'type: value_sum, rules: [a], timespan: 10s, condition: { field: v, gte: 2.1, lt: 2.3 }'),
    ];
    const events = [
      [0, -9007199254740991],
      [9, 0.7],
      [18, 1.5],
    ].map(([t, v]) => ({ t, event: { m: 'a', v } }));
    const [answer] = answers(JSON.stringify({ id: 'x', rules: rules.join('---\n'), events }), 'each');
    expect(answer!.firings).toEqual([{ rule: 'k', at: 2, group: {} }]);
  });
});

describeShared('rules eval --cases', () => {
  it('answers the semantics corpus', () => {
    const path = sharedPath('corpus', 'semantics.jsonl');
    const rows = readJsonLines<Row>(path);
    const got = answers(readFileSync(path, 'utf8'), 'reset');
    const wrong = rows.filter((row, i) => {
      const { id, match, error } = got[i]!;
      return id !== row.id || (row.expect_error === true ? error === undefined : match !== row.match);
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  for (const policy of ['each', 'reset'] as const) {
    it(`answers the correlation corpus under ${policy}`, () => {
      const path = sharedPath('corpus', 'correlation.jsonl');
      const rows = readJsonLines<Row>(path);
      const got = answers(readFileSync(path, 'utf8'), policy);
      for (const [i, row] of rows.entries()) {
        if (row.expect_error === true) expect(got[i]?.error, row.id).toMatch(/[.]$/);
        else
          expect(got[i], row.id).toEqual({
            id: row.id,
            firings: policy === 'each' ? row.expected : row.expected_reset,
          });
      }
      console.info(`correlation.jsonl, ${policy}: ${rows.length}/${rows.length}`);
    });
  }
});

describe('rules eval --cases', () => {
  const SILENT = `title: start
name: start
logsource: {category: t}
detection: {s: {e: start}, condition: s}
---
title: end
name: end
logsource: {category: t}
detection: {s: {e: end}, condition: s}
---
title: missing
name: missing
correlation: {type: temporal_ordered, rules: [start, end], group-by: [host], timespan: 1m}
vedette: {absent: end}
---
title: twice
name: twice
correlation: {type: event_count, rules: [missing], group-by: [host], timespan: 1h, condition: {gte: 2}}
---
title: few
name: few
correlation: {type: event_count, rules: [end], group-by: [host], timespan: 1m, condition: {lt: 2}}
`;

  it('tells what silence fires at the end of the events, completed by none of them', () => {
    const events = [
      ...[0, 100, 200].map((t) => ({ t, event: { e: 'start', host: 'h' } })),
      { t: 210, event: { e: 'end', host: 'h' } },
    ];
    const [answer] = answers(JSON.stringify({ id: 1, rules: SILENT, events }), 'reset');
    const firing = (rule: string) => ({ rule, at: null, group: { host: 'h' } });
    expect(answer?.firings).toEqual(['missing', 'missing', 'twice', 'few'].map(firing));
  });

  it('takes times with fractions of a second by the millisecond', () => {
    const rules = `title: hit
name: hit
logsource: {category: t}
detection: {s: {e: hit}, condition: s}
---
title: twice
name: twice
correlation: {type: event_count, rules: [hit], timespan: 10s, condition: {gte: 2}}
`;
    const answered = (...times: readonly number[]) => {
      const events = times.map((t) => ({ t, event: { e: 'hit' } }));
      return answers(JSON.stringify({ id: 1, rules, events }), 'reset')[0]?.firings;
    };
    // In binary 1.001 * 1000 is less than 1001.
    expect(answered(1.001, 11.001)).toEqual([{ rule: 'twice', at: 1, group: {} }]);
    expect(answered(1.001, 11.002)).toEqual([]);
  });

  it('refuses times that no date can hold', () => {
    const events = [{ t: 1e300, event: { e: 'start', host: 'h' } }];
    expect(answers(JSON.stringify({ id: 1, rules: SILENT, events }), 'reset')[0]?.error).toMatch(/events/);
  });

  it('answers a line that is no JSON object with an error and goes on', () => {
    const rule = 'title: t\nlogsource: {product: x}\ndetection: {s: {f: 1}, condition: s}\n';
    expect(answers(`nonsense\n${JSON.stringify({ id: 'a', rule, event: { f: 1 } })}`, 'reset')).toEqual([
      { id: null, error: 'The line is not a JSON object.' },
      { id: 'a', match: true },
    ]);
  });

  it('keeps integers beyond 2^53 apart', () => {
    const rule =
      'title: t\\nlogsource: {product: x}\\ndetection: {s: {f: 9007199254740993}, condition: s}\\n';
    const line = (value: string) => `{"id": "x", "rule": "${rule}", "event": {"f": ${value}}}`;
    expect(answers(line('9007199254740993'), 'reset')).toEqual([{ id: 'x', match: true }]);
    expect(answers(line('9007199254740992'), 'reset')).toEqual([{ id: 'x', match: false }]);
  });
});

describe('rules eval --events', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-eval-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('prints a line per match, and tells what it could not read', async () => {
    writeFileSync(
      join(folder, 'good.yml'),
      'title: Cat\nid: 7cb8c4c0-6b5a-4b8e-9a55-000000000001\nlevel: high\nlogsource: {product: x}\ndetection: {s: {f: cat}, condition: s}\n',
    );
    writeFileSync(join(folder, 'bad.yml'), 'title: Bad\nlogsource: {product: x}\ndetection: {s: {f: cat}}\n');
    const out: string[] = [];
    const warnings: string[] = [];
    const code = await evalEvents(
      {
        read: readRuleFiles([folder]),
        events: ['{"f":"dog"}', '{"f":"Cat"}', 'no', '{"f":["x","cat"]}'],
        config: null,
        json: true,
      },
      (line) => out.push(line),
      (message) => warnings.push(message),
    );
    const match = { rule_id: '7cb8c4c0-6b5a-4b8e-9a55-000000000001', title: 'Cat', level: 'high' };
    expect(out.map((line) => JSON.parse(line))).toEqual([
      { event: 2, ...match },
      { event: 4, ...match },
    ]);
    expect(warnings).toEqual([
      `${join(folder, 'bad.yml')}:3: "detection" has no "condition"; add one.\n`,
      'Line 3 of the events is not a JSON object; it was passed over.\n',
    ]);
    expect(code).toBe(1);
  });

  it('prints no hits of what a correlation counts, unless it says generate: true', async () => {
    const base = (title: string) =>
      `title: ${title}\nname: ${title}\nlogsource: {product: x}\ndetection: {s: {f: cat}, condition: s}\n`;
    const counting = (title: string, more = '') =>
      `${base(title)}---\ntitle: Many ${title}\ncorrelation: {type: event_count, rules: [${title}], group-by: [g], timespan: 5m, condition: {gte: 9}${more}}\n`;
    const files = {
      'old.yml': base('old').replace('condition: s', "condition: 's | count() by g > 5', timeframe: 5m"),
      'same.yml': counting('same'),
      'told.yml': counting('told', ', generate: true'),
      'single.yml': base('single'),
    };
    const rules = join(temporaryFolder(), 'rules');
    mkdirSync(rules);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(rules, name), text);
    const out: string[] = [];
    const warnings: string[] = [];
    const code = await evalEvents(
      {
        read: readRuleFiles([rules]),
        events: ['{"f":"cat"}', '{"f":"cat"}', '{"f":"dog"}'],
        config: null,
        json: true,
      },
      (line) => out.push(line),
      (message) => warnings.push(message),
    );
    const printed = out.map((line) => JSON.parse(line) as { event: number; title: string });
    expect(printed.map(({ event, title }) => `${event} ${title}`).sort()).toEqual([
      '1 single',
      '1 told',
      '2 single',
      '2 told',
    ]);
    expect(warnings).toEqual([
      'Not printed, since only correlations count them: 4 hits of 2 rules. vedette replay runs these over logs.\n',
    ]);
    expect(code).toBe(0);
  });
});
