import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isWhole } from '../../../src/sigma/convert/loki/written.js';
import { HIDDEN } from '../../../src/telemetry/visible.js';
import { findsLine, logfmtLine } from '../../helpers/logql.js';
import { ruleOf, toLoki } from './helpers.js';

function queries(detection: string, how: Parameters<typeof toLoki>[1] = {}, more = ''): readonly string[] {
  const { queries: made, errors } = toLoki(ruleOf(detection, more), how);
  expect(errors).toEqual([]);
  return made;
}

/** The query without its selector and parser. */
function filterOf(detection: string, how: Parameters<typeof toLoki>[1] = {}): string {
  const [query, ...others] = queries(detection, how);
  expect(others).toEqual([]);
  return query!.replace(/^\{job=~"\.\+"\} (?:\| logfmt \| )?/, '');
}

function errorOf(detection: string, how: Parameters<typeof toLoki>[1] = {}): string {
  const { queries: made, errors } = toLoki(ruleOf(detection), how);
  expect(made).toEqual([]);
  return errors.join();
}

describe('Loki queries', () => {
  it('take escaped wildcards for characters, and what expands before cases are told apart', () => {
    expect(filterOf("{ s: { f: 'a\\*b\\?c' }, condition: s }")).toBe('f=~`(?i)^a\\*b\\?c$`');
    expect(filterOf("{ s: { f: 'a\\*b' }, condition: s }", { options: { case_sensitive: true } })).toBe(
      'f=`a*b`',
    );
    const encoded = filterOf("{ s: { 'f|base64offset|contains': foobar }, condition: s }", {
      options: { case_sensitive: true },
    });
    expect(encoded).toBe('f=~`(?i).*Zm9vYmFy.*` or f=~`(?i).*Zvb2Jhc.*` or f=~`(?i).*mb29iYX.*`');
  });

  it('write booleans, and keywords that are numbers, as texts', () => {
    expect(filterOf('{ s: { f: true }, condition: not s }')).toBe('f!~`(?i)^true$`');
    expect(filterOf('{ s: [4711, foo], condition: s }')).toBe('|~ `4711|(?i:foo)`');
    expect(filterOf('{ s: [4711, 4712], t: { f: x }, condition: s and t }')).toBe(
      '|~ `4711|4712` | logfmt | f=~`(?i)^x$`',
    );
  });

  it('ask for names as Loki makes labels of them, everywhere', () => {
    expect(filterOf("{ s: { 'a.b|cidr': 10.0.0.0/8 }, condition: s }")).toBe('a_b=ip("10.0.0.0/8")');
    expect(filterOf('{ s: { füld: x }, condition: s }')).toBe('f_ld=~`(?i)^x$`');
    expect(filterOf('{ s: { 😀: x }, condition: s }')).toBe('_=~`(?i)^x$`');
    expect(errorOf('{ s: { JSON: x }, condition: s }')).toBe(
      'The field "JSON" is a word of LogQL, which takes no such label; give it another name by a pipeline.',
    );
  });

  it.each([
    ['ab', '(?s:.*)ab(?s:.*)'],
    ['^ab', '^ab(?s:.*)'],
    ['ab$', '(?s:.*)ab$'],
    ['ab\\\\$', '(?s:.*)ab\\\\$'],
    ['ab\\$', '(?s:.*)ab\\$(?s:.*)'],
    ['.*ab.*', '.*ab.*'],
    ['.*?ab.*?', '(?s:.*).*?ab.*?(?s:.*)'],
    ['a|^b$', '(?s:.*)(?:a|^b$)(?s:.*)'],
    ['^(a|b)$', '^(a|b)$'],
    ['[|]a', '(?s:.*)[|]a(?s:.*)'],
    ['[]|]a', '(?s:.*)[]|]a(?s:.*)'],
    ['[[:alpha:]|]a', '(?s:.*)[[:alpha:]|]a(?s:.*)'],
    ['(?i)^a', '(?i)^a(?s:.*)'],
    ['(?m)^a$', '(?m)(?s:.*)^a$(?s:.*)'],
    ['\\Qa|b\\E', '(?s:.*)(?:\\Qa|b\\E)(?s:.*)'],
  ])('look for %s anywhere in a value', (source, regex) => {
    expect(filterOf(JSON.stringify({ s: { 'f|re': source }, condition: 's' }))).toBe(`f=~\`${regex}\``);
  });

  it.each([
    ['a.*', 'a'],
    ['a\\.*', 'a\\.*'],
    ['.*?a', '.*?a'],
    ['^.*a.*', '^.*a.*'],
    ['(?i).*a', '(?i)a'],
  ])('look for the keyword %s anywhere in a line', (source, regex) => {
    expect(filterOf(JSON.stringify({ s: { '|re': source }, condition: 's' }))).toBe(`|~ \`${regex}\``);
  });

  it('find keywords in JSON, which escapes some of their characters', () => {
    const text =
      'title: T\nlogsource: { product: windows }\ndetection:\n  s: [\'C:\\x "y" *\', ab]\n  condition: s\n';
    const [query] = toLoki(text).queries;
    expect(query).toContain(' |~ `(?i)C:\\\\{1,2}x\\ \\\\?"y\\\\?"\\ |ab`');
    expect(findsLine(query!, JSON.stringify({ f: 'c:\\X "y" z' }))).toBe(true);
    expect(findsLine(query!, JSON.stringify({ f: 'c:X "y" z' }))).toBe(false);
  });

  it('keep the flags of one keyword from the others', () => {
    const detection =
      "{ a: { '|re': '(?i)x|y' }, b: { '|re': Z }, c: { '|re|m': '^w' }, condition: a or b or c }";
    expect(filterOf(detection)).toBe('|~ `(?i:x|y)|Z|(?m:^w)`');
  });

  it('compute labels once each, in place of what they stand for', () => {
    expect(filterOf("{ s: { 'f|hour': [5, 6] }, t: { 'f|hour|gte': 22 }, condition: s or t }")).toBe(
      'label_format date_0=`{{ date "15" (unixToTime .f) }}` | date_0=`05` or date_0=`06` or date_0!="" and date_0>=22',
    );
    expect(filterOf("{ s: { 'f|fieldref': g }, t: { h: i }, condition: s or t }")).toBe(
      'label_format match_0=`{{ if eq .g .f }}true{{ else }}false{{ end }}` | match_0=`true` or h=~`(?i)^i$`',
    );
    expect(errorOf("{ s: { 'f|week': 5 }, condition: s }")).toBe('LogQL cannot tell the week of a time.');
  });

  it.each([
    ['not s', {}, true],
    ['s', {}, false],
    ['not s', { f: 'x' }, true],
    ['not s', { f: 1_720_652_400 }, false],
    ['s', { f: 1_720_652_400 }, true],
    ['not s', { f: 1_720_614_600 }, true],
    ['s', { f: 1_720_614_600 }, false],
  ])('know of no part of a time where there is none: %s of %o', (condition, event, isFound) => {
    const [query] = queries(`{ s: { 'f|hour|gte': 22 }, t: { g: x }, condition: ${condition} and t }`);
    expect(findsLine(query!, logfmtLine({ g: 'x', ...event }))).toBe(isFound);
  });

  it('are one for each condition, and hold its filters', () => {
    expect(queries('{ a: { f: 1 }, b: { g: 2 }, condition: [a, b] }')).toEqual([
      '{job=~".+"} | logfmt | f=1',
      '{job=~".+"} | logfmt | g=2',
    ]);
  });

  it.each([
    ['{ k: [a], s: { f: x }, condition: s or k }', 'Keywords are joined with fields'],
    ['{ k: [a], s: { f: x }, condition: k or s }', 'Keywords are joined with fields'],
    ['{ a: [a], b: [b], condition: a or not b }', 'One of several keywords is to be missing'],
    ['{ a: [a], b: [b], c: [c], condition: (a and b) or c }', 'Keywords that belong together'],
    ["{ s: { '|cidr': 10.0.0.0/8 }, condition: s }", 'An address block is asked without a field'],
    ["{ s: { 'f|expand': '%x%' }, condition: s }", 'The placeholder %x% has no values'],
  ])('are refused where LogQL cannot say it: %s', (detection, reason) => {
    expect(errorOf(detection)).toContain(reason);
  });

  it('write out "2 of", within bounds', () => {
    expect(filterOf('{ a: { f: 1 }, b: { g: 2 }, c: { h: 3 }, condition: 2 of them }')).toBe(
      'f=1 and g=2 or f=1 and h=3 or g=2 and h=3',
    );
    const many = Array.from({ length: 12 }, (_, i) => `s${i}: { f: ${i} }`).join(', ');
    expect(errorOf(`{ ${many}, condition: 6 of them }`)).toContain('in more than 200 ways');
  });

  it('bound what is written out and worked out', () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `t${i}`);
    const often = JSON.stringify({ s: { f: texts }, condition: Array(20).fill('s').join(' and ') });
    expect(errorOf(often)).toBe('It takes 60000 tests to write out; 50000 are the most.');
    const before = process.cpuUsage().user;
    const long = ['x', 'y'].map((letter) => letter.repeat(200_000) + 'ab'.repeat(1000));
    queries(JSON.stringify({ s: { f: long }, condition: 's' }), {
      options: { add_line_filters: true, case_sensitive: true },
    });
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2000);
  });

  it('show fields of any name', () => {
    expect(queries('{ s: { f: x }, condition: s }', {}, 'fields: [of, json]\n')).toEqual([
      '{job=~".+"} | logfmt | f=~`(?i)^x$` | line_format "{{.of}} {{.json}}"',
    ]);
  });

  it('take stream, parser and shown fields from the rule, a pipeline or options', () => {
    const own =
      'loki_parser: pattern `<ip> <_>`\nlogsource_loki_selection: \'{a="b"}\'\nfields: [f, a.b, 1x]\n';
    expect(queries('{ s: { f: 1 }, condition: s }', {}, own)).toEqual([
      '{a="b"} | pattern `<ip> <_>` | f=1 | line_format "{{.f}} {{.a_b}} {{._1x}}"',
    ]);
    const options = { selection: '{job="x"}', parser: 'json' };
    expect(queries('{ s: { f: 1 }, condition: s }', { options })).toEqual(['{job="x"} | json | f=1']);
    const pipeline =
      'transformations:\n  - { type: field_name_prefix, prefix: p_ }\n  - { type: add_field, field: g }\n  - { type: remove_field, field: p_f }\n';
    expect(queries('{ s: { f: 1 }, condition: s }', { pipelines: [pipeline] }, 'fields: [f, h]\n')).toEqual([
      '{job=~".+"} | logfmt | p_f=1 | line_format "{{.p_h}} {{.g}}"',
    ]);
  });

  it('take the values that a rule always asks for as labels of the stream', () => {
    const source = (selection: string, more = ''): string =>
      `transformations: [{ type: set_custom_log_source, selection: ${selection}${more} }]`;
    const streamOf = (detection: string, pipeline: string): string =>
      queries(detection, { pipelines: [pipeline] })[0]!.replace(/ \| logfmt.*$/s, '');
    const taken = source("{ job: [a, 'b*'], 'host|fieldref': h }");
    expect(streamOf('{ s: { h: [x, y.z], f: 1 }, condition: s }', taken)).toBe(
      '{job=~`a|b.*`,host=~`x|y\\.z`}',
    );
    // In one arm only, or nothing that says something: the stream stays as wide as it was.
    expect(streamOf('{ s: { h: x }, t: { f: 1 }, condition: s or t }', taken)).toBe('{job=~`a|b.*`}');
    expect(streamOf('{ s: { h: x }, t: { f: 1 }, condition: not s }', source("{ 'host|fieldref': h }"))).toBe(
      '{job=~".+"}',
    );
    expect(streamOf('{ s: { h: x }, condition: not s }', taken)).toBe('{job=~`a|b.*`,host!=`x`}');
    const template = source('{ env: $product, s: $service }', ', template: true, case_insensitive: true');
    expect(streamOf('{ s: { h: x }, condition: s }', template)).toBe('{env=~`(?i)p`}');
    for (const [selection, reason] of [
      ["{ '': a }", 'only supports labels with values'],
      ["{ 'j|all': [a, b] }", 'allows one required value'],
      ["{ 'j|cidr': 10.0.0.0/8 }", 'only supports texts, "re" and "fieldref"'],
      ["{ j: a, 'j|re': b }", 'name each of them once'],
    ])
      expect(errorOf('{ s: { h: x }, condition: s }', { pipelines: [source(selection!)] })).toContain(reason);
  });

  it.each(['{a="b"} or {c="d"}', '{a="b"', '{}', '{a="b"} # x', '{a="b\u202e"}', 'x'])(
    'refuse %j as a stream that a rule brings along',
    (selector) => {
      const more = `logsource_loki_selection: ${JSON.stringify(selector)}\n`;
      expect(toLoki(ruleOf('{ s: { f: 1 }, condition: s }', more)).errors.join()).toContain(
        'is no part of a query that stands by itself',
      );
    },
  );

  it('are whole whatever texts a rule holds', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('`', '"', '\\', '\n', '\r', '\0', '{{', '}', '#', "'", '\u202e', '\ud800'),
        fc.string(),
      ),
    });
    fc.assert(
      fc.property(text, text, fc.boolean(), fc.boolean(), (field, value, cased, lines) => {
        const detection = {
          a: { [`f${field.replaceAll('|', '')}`]: value },
          b: { 'g|contains': value },
          c: [value],
        };
        const rule = {
          title: value || 'T',
          logsource: { product: 'windows' },
          detection: { ...detection, condition: 'all of them' },
        };
        const { queries: made, render } = toLoki(JSON.stringify(rule), {
          options: { case_sensitive: cased, add_line_filters: lines },
        });
        for (const query of made) {
          expect(isWhole(query), query).toBe(true);
          expect(query.search(HIDDEN)).toBe(-1);
          findsLine(query, '{}');
        }
        expect(render('queries').split('\n')).toHaveLength(made.length + 1);
        load(render('ruler'));
        load(render('grafana_alerting'));
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

describe('added line filters', () => {
  const options = { add_line_filters: true };
  const cased = { ...options, case_sensitive: true };

  it.each([
    ['{ s: { f: value }, condition: s }', cased, '|= `f=value`'],
    ['{ s: { f: a b c }, condition: s }', cased, '|= `a b c`'],
    ['{ s: { a.b: value }, condition: s }', cased, '|= `value`'],
    ['{ s: { f: vä }, condition: s }', cased, null],
    ["{ s: { f: 'va\"lue' }, condition: s }", cased, null],
    ["{ s: { f: 'va\\lue' }, condition: s }", options, null],
    ['{ s: { f: va?ue }, condition: s }', options, '|~ `(?i)va.+ue`'],
    ['{ s: { f: xy }, condition: s }', cased, '|= `f=xy`'],
    ['{ s: { f: [fooabc, barabcd] }, condition: s }', cased, '|= `abc`'],
    ['{ s: { f: [x, y] }, condition: s }', cased, null],
    ["{ s: { 'f|re': 'a[^b]c' }, condition: s }", options, null],
    ["{ s: { 'f|re': '^abc.*d$' }, condition: s }", options, '|~ `abc.*d`'],
    ["{ s: { 'f|cidr': 'fe80::/10' }, condition: s }", options, null],
    ['{ s: { f: null }, condition: s }', options, null],
    ['{ s: { f: value }, condition: not s }', options, null],
  ])('for %s', (detection, given, filter) => {
    const [query] = queries(detection, { options: given });
    expect(query!.slice('{job=~".+"} '.length)).toMatch(filter === null ? /^\| logfmt/ : /^\|[=~]/);
    if (filter !== null) expect(query).toContain(`{job=~".+"} ${filter} | logfmt`);
  });

  it.each(['{ f: a=b=c }', '{ f|contains: a=b=c }', "{ 'f|re': 'a=b=c' }"])(
    'look for no = in JSON, which some writers escape: %s',
    (selection) => {
      for (const case_sensitive of [false, true]) {
        const json = { options: { ...options, case_sensitive, parser: 'json' } };
        const [query] = queries(`{ s: ${selection}, condition: s }`, json);
        expect(findsLine(query!, '{"f":"a\\u003db\\u003dc"}')).toBe(true);
        expect(queries(`{ s: ${selection}, condition: s }`, { options })[0]).toMatch(/\|[=~] \S*a=b=c/);
      }
    },
  );

  it('hide no value that the line writes escaped', () => {
    const windows =
      'title: T\nlogsource: { product: windows }\ndetection:\n  s: { f: va?ue }\n  condition: s\n';
    const [json] = toLoki(windows, { options }).queries;
    expect(findsLine(json!, JSON.stringify({ f: 'va"ue' }))).toBe(true);
    const [logfmt] = queries('{ s: { f: va?ue }, condition: s }', { options });
    expect(findsLine(logfmt!, logfmtLine({ f: 'va"ue' }))).toBe(true);
  });

  it('are not made of labels that a parser makes up', () => {
    const own = 'loki_parser: json | line_format `{{.x}}` | logfmt\n';
    expect(queries('{ s: { f: value }, condition: s }', { options }, own)).toEqual([
      '{job=~".+"} | json | line_format `{{.x}}` | logfmt | f=~`(?i)^value$`',
    ]);
  });
});

describe('long Loki queries', () => {
  const values = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${i}${'v'.repeat(60)}`);

  it.each([160, 161, 1000])('are split without losing one of %d values', (count) => {
    const detection = JSON.stringify({ s: { f: values(count), g: 'x' }, condition: 's' });
    const made = queries(detection);
    for (const query of made) expect(query.length).toBeLessThanOrEqual(4096);
    expect(made.join().match(/v+\$/g)).toHaveLength(count);
  });

  it('are split in keywords as well', () => {
    const made = queries(JSON.stringify({ s: values(160), condition: 's' }));
    expect(made.length).toBeGreaterThan(1);
    for (const query of made) expect(query).toMatch(/^\{job=~"\.\+"\} \|~ `\(\?i\)\d/);
  });

  it('stay one where nothing makes them short, with a warning', () => {
    const fields = Object.fromEntries(values(100).map((value, i) => [`f${i}`, value]));
    const several = { ...fields, g: ['a', 'b'], h: ['c', 'd'] };
    const { queries: made, warnings } = toLoki(ruleOf(JSON.stringify({ s: several, condition: 's' })));
    expect(made).toHaveLength(1);
    expect(warnings).toEqual(['A query is longer than 4,096 bytes and cannot be split; Loki may refuse it.']);
  });
});

describe('correlations for Loki', () => {
  const base = (name: string, field = 'f'): string =>
    `title: ${name}\nname: ${name}\nlogsource: { category: c }\ndetection: { s: { ${field}: a }, condition: s }\n---\n`;
  const metric = (correlation: string, bases = base('b')): string => {
    const { queries: made, errors } = toLoki(`${bases}title: C\ncorrelation: ${correlation}\n`);
    return made.concat(errors).join('\n').replaceAll('{job=~".+"} | logfmt | f=~`(?i)^a$`', 'Q');
  };
  const counted = (type: string, condition: string, more = ''): string =>
    `{ type: ${type}, rules: [b], group-by: [src.ip], timespan: 5m, condition: ${condition} ${more} }`;

  it.each([
    ['event_count', '{ gte: 10, lt: 20 }', 'sum by (src_ip) (count_over_time(Q [5m])) >= 10 < 20'],
    ['event_count', '{ neq: 10 }', 'sum by (src_ip) (count_over_time(Q [5m])) != 10'],
    [
      'value_count',
      '{ field: [u, h.n], gte: 3 }',
      'count without (u, h_n) (sum by (src_ip, u, h_n) (count_over_time(Q [5m]))) >= 3',
    ],
    [
      'value_sum',
      '{ field: bytes, gt: 9 }',
      'sum by (src_ip) (sum_over_time(Q | unwrap bytes | __error__="" [5m])) > 9',
    ],
    [
      'value_sum',
      '{ field: n, eq: 0 }',
      'sum by (src_ip) (sum_over_time(Q | unwrap n | __error__="" [5m])) == 0',
    ],
    ['value_avg', '{ field: n, gt: 9 }', 'avg_over_time(Q | unwrap n | __error__="" [5m]) by (src_ip) > 9'],
    [
      'value_percentile',
      '{ field: n, gt: 9, percentile: 95 }',
      'quantile_over_time(0.95, Q | unwrap n | __error__="" [5m]) by (src_ip) > 9',
    ],
    [
      'value_median',
      '{ field: n, gt: 9 }',
      'quantile_over_time(0.5, Q | unwrap n | __error__="" [5m]) by (src_ip) > 9',
    ],
    [
      'event_count',
      '{ eq: 0 }',
      'It waits for nothing to happen in a group, but Loki knows no groups that have no lines; leave out "group-by".',
    ],
  ])('of %s with %s', (type, condition, query) => {
    expect(metric(counted(type, condition))).toBe(query);
  });

  it('count several rules, each hit for itself, under the names that each has', () => {
    expect(
      metric(
        '{ type: event_count, rules: [a, b], group-by: [ip], aliases: { ip: { a: src, b: dst } }, timespan: 1M, condition: { gte: 2 } }',
        base('a') + base('b'),
      ),
    ).toBe(
      'sum by (ip) (count_over_time(Q | label_format ip=src,sigma_rule=`1` [30d]) or count_over_time(Q | label_format ip=dst,sigma_rule=`2` [30d])) >= 2',
    );
  });

  it('sum a field under the name that its alias has given it by then', () => {
    expect(
      metric(
        '{ type: value_sum, rules: [b], group-by: [ip], aliases: { size: { b: bytes } }, timespan: 5m, condition: { field: size, gte: 2 } }',
      ),
    ).toBe('sum by (ip) (sum_over_time(Q | label_format size=bytes | unwrap size | __error__="" [5m])) >= 2');
  });

  it('say what the query does not', () => {
    const warningsOf = (more: string, correlation: string): readonly string[] =>
      toLoki(`${base('a')}${base('b')}title: C\ncorrelation: ${correlation}\n${more}`).warnings;
    const both = '{ type: event_count, rules: [a, b], group-by: [ip], timespan: 5m, condition: { gte: 2 } }';
    expect(warningsOf('', both)).toEqual([
      'A line that several of its rules find counts once for each of them.',
    ]);
    expect(warningsOf('vedette: { refire: each }\n', both.replace('[a, b]', '[a]'))).toEqual([
      '"refire: each" says nothing to Loki, which tells while the condition holds.',
    ]);
    expect(warningsOf('', both.replace('[a, b]', '[a]'))).toEqual([]);
  });

  it('join what must all have happened', () => {
    const temporal = '{ type: temporal, rules: [a, b], group-by: [ip], timespan: 1h }';
    expect(metric(temporal, base('a') + base('b'))).toBe(
      'sum by (ip) (count_over_time(Q [1h])) > 0 and sum by (ip) (count_over_time(Q [1h])) > 0',
    );
    expect(metric(temporal.replace('temporal', 'temporal_ordered'), base('a') + base('b'))).toContain(
      'LogQL cannot tell which of several events came first',
    );
  });

  it.each([
    [
      '{ type: event_count, rules: [b], group-by: [entity], timespan: 5m, condition: { gte: 2 } }',
      'Only Vedette knows',
    ],
    ['{ type: temporal, rules: [b], timespan: 5m, condition: b and not b }', 'Of temporal correlations only'],
    [
      '{ type: event_count, rules: [b], group-by: [src, dst], aliases: { src: { b: dst }, dst: { b: src } }, timespan: 5m, condition: { gte: 2 } }',
      'is also the name of a field that another alias renames',
    ],
  ])('are refused where Loki cannot count: %s', (correlation, reason) => {
    expect(metric(correlation)).toContain(reason);
  });

  it('take what they count with them when a pipeline refuses them', () => {
    const several = 'transformations: [{ type: field_name_mapping, mapping: { User: [a, b] } }]';
    const counting = (more: string): string =>
      `${base('b')}title: C\ncorrelation: { type: event_count, rules: [b], group-by: [User], timespan: 5m, condition: { gte: 2 }${more} }\n`;
    const { queries: made, errors } = toLoki(counting(''), { pipelines: [several] });
    expect(errors.join()).toContain('several names (a, b)');
    expect(made).toEqual([]);
    expect(toLoki(counting(', generate: true'), { pipelines: [several] }).queries).toHaveLength(1);
  });

  it('parse lines for their groups, and leave out what has an error on it', () => {
    const keyword =
      'title: B\nname: b\nlogsource: { product: windows }\ndetection: { s: [foo], condition: s }\n---\n';
    expect(metric(counted('event_count', '{ gte: 2 }'), keyword)).toBe(
      'sum by (src_ip) (count_over_time({job=~"eventlog|winlog|windows|fluentbit.*"} |~ `(?i)foo` | json | __error__="" [5m])) >= 2',
    );
    const number =
      'title: B\nname: b\nlogsource: { category: c }\ndetection: { s: { f: 5 }, condition: s }\n---\n';
    expect(metric(counted('event_count', '{ gte: 2 }'), number)).toBe(
      'sum by (src_ip) (count_over_time({job=~".+"} | logfmt | f=5 | __error__="" [5m])) >= 2',
    );
  });
});

describe('alert rules for Loki', () => {
  const rules = [
    "title: 'A b: {{ x }}'\nid: 5b7f1c1e-0000-4000-8000-000000000001\nlevel: critical\nauthor: me\nlogsource: { category: c }\ndetection: { a: { f: 1 }, b: [k], condition: [a, b] }\n",
    'title: ~~\nname: n\ndescription: d\nlogsource: { category: c }\ndetection: { a: { f: x }, condition: a }\n',
    'title: C\nlevel: low\ncorrelation: { type: event_count, rules: [n], group-by: [g], timespan: 5m, condition: { gte: 3 } }\n',
  ].join('---\n');

  it('of the ruler have names of their own, and templates of a rule are only text', () => {
    const { groups } = load(toLoki(rules).render('ruler')) as { groups: { name: string; rules: object[] }[] };
    expect(groups).toHaveLength(1);
    expect(groups[0]!.rules).toEqual([
      {
        alert: 'A_b:_x',
        annotations: { author: 'me', description: null, summary: 'A b: {{ "{{" }} x }}' },
        expr: 'sum(count_over_time({job=~".+"} | logfmt | f=1 | __error__="" [1m])) or vector(0) > 0',
        labels: { severity: 'critical' },
      },
      {
        alert: 'A_b:_x_2',
        annotations: { author: 'me', description: null, summary: 'A b: {{ "{{" }} x }}' },
        expr: 'sum(count_over_time({job=~".+"} |~ `(?i)k` [1m])) or vector(0) > 0',
        labels: { severity: 'critical' },
      },
      {
        alert: 'C',
        annotations: { description: null, summary: 'C' },
        expr: 'sum by (g) (count_over_time({job=~".+"} | logfmt | f=~`(?i)^x$` [5m])) >= 3',
        labels: { severity: 'low' },
      },
    ]);
  });

  it('of Grafana have uids that it takes, each once', () => {
    const options = { grafana_org_id: '3', grafana_interval: '5m', loki_group_by_field: 'host.name' };
    const { groups } = load(toLoki(rules, { options }).render('grafana_alerting')) as {
      groups: { rules: Record<string, unknown>[]; orgId: number; name: string }[];
    };
    const [group] = groups;
    expect([group!.orgId, group!.name]).toEqual([3, '5m']);
    expect(group!.rules.map(({ uid, title, labels }) => [uid, title, labels])).toEqual([
      [
        '5b7f1c1e-0000-4000-8000-000000000001',
        'A_b:_x',
        { severity: 'critical', sigma_id: '5b7f1c1e-0000-4000-8000-000000000001' },
      ],
      [
        '5b7f1c1e-0000-4000-8000-000000000001-2',
        'A_b:_x_2',
        { severity: 'critical', sigma_id: '5b7f1c1e-0000-4000-8000-000000000001' },
      ],
      // The first 14 digits of the MD5 of its title.
      ['0d61f8370cad1d', 'C', { severity: 'info' }],
    ]);
    expect(JSON.stringify(group!.rules[1])).toContain(
      '"expr":"sum by (host_name)(count_over_time({job=~\\".+\\"} |~ `(?i)k` | logfmt[5m])) > 0"',
    );
  });

  it('are told as JSON with their rule', () => {
    const [first] = toLoki(rules).render('json').split('\n');
    expect(JSON.parse(first!)).toEqual({
      query: '{job=~".+"} | logfmt | f=1',
      rule: { id: '5b7f1c1e-0000-4000-8000-000000000001', title: 'A b: {{ x }}', file: 'rules.yml', line: 1 },
    });
  });
});
