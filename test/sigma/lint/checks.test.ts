import { describe, expect, it } from 'vitest';
import { closedLogsource } from '../../../src/model/logsource.js';
import { lintRules } from '../../../src/sigma/lint/lint.js';
import { CHECKS } from '../../../src/sigma/lint/registry.js';
import { loadRules } from '../../../src/sigma/load.js';

/** What normalizers state, for these cases. */
const STATED = [
  closedLogsource({ product: 'windows', categories: ['process_creation'], services: ['sysmon'] }),
];

const HEAD = `title: A case
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
status: test
description: One.
level: high
`;
const WINDOWS = 'logsource: { product: windows, category: process_creation }\n';
const AWS = 'logsource: { product: aws, service: cloudtrail }\n';

/** `code:line` of each finding. */
function lint(...texts: string[]): string[] {
  const files = texts.map((text, i) => ({ path: `${i}.yml`, text }));
  const { rules, faults } = loadRules(files);
  const stated = [...STATED, closedLogsource({ product: 'aws', services: ['cloudtrail'] })];
  return lintRules({ files, rules, faults, stated }).map(({ code, place }) => `${code}:${place.line}`);
}

function detection(selections: string, logsource = WINDOWS): string {
  return `${HEAD}${logsource}detection:\n${selections}`;
}

/** The selection begins in line 8, its first item stands in line 9. */
function item(text: string, logsource = WINDOWS): string {
  return detection(`  selection:\n    ${text}\n  condition: selection\n`, logsource);
}

const META = `logsource: { product: windows, category: process_creation }
detection:
  selection: { Image|endswith: '\\a.exe' }
  condition: selection
`;

const correlation = (text: string): string => `${HEAD}name: base
${WINDOWS}detection: { selection: { Image: a }, condition: selection }
---
title: Count
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02
description: Many.
level: high
correlation: { rules: [base], timespan: 5m, ${text} }
`;

/** Wrong → the finding; beside it the right way, of which nothing is said. */
const CASES: readonly (readonly [finding: string, wrong: string, right: string])[] = [
  ['meta.bad_level:5', HEAD.replace('high', 'hihg') + META, HEAD + META],
  ['meta.bad_level:5', HEAD.replace('high', 'High') + META, HEAD + META],
  ['meta.bad_status:3', HEAD.replace('test', 'testing') + META, HEAD + META],
  ['meta.bad_date:6', `${HEAD}date: 2026-02-30\n${META}`, `${HEAD}date: 2026-02-28\n${META}`],
  [
    'meta.modified_before_date:7',
    `${HEAD}date: 2026-02-02\nmodified: 2026-02-01\n${META}`,
    `${HEAD}date: 2026-02-02\nmodified: 2026-02-02\n${META}`,
  ],
  [
    'meta.bad_related:7',
    `${HEAD}related:\n  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01, type: similar }\n${META}`,
    `${HEAD}related:\n  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b09, type: similar }\n${META}`,
  ],
  [
    'meta.bad_related:7',
    `${HEAD}related:\n  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b09, type: similarly }\n${META}`,
    HEAD + META,
  ],
  ['meta.wrong_shape:6', `${HEAD}tags: attack.t1059\n${META}`, `${HEAD}tags: [attack.t1059]\n${META}`],
  [
    'meta.too_long:1',
    HEAD.replace('A case', 'x'.repeat(257)) + META,
    HEAD.replace('A case', 'x'.repeat(256)) + META,
  ],
  ['meta.bad_id:2', HEAD.replace('5d2f1c57-', '') + META, HEAD + META],
  ['meta.missing_id:1', HEAD.replace(/id: .*\n/, '') + META, HEAD + META],
  ['meta.missing_level:1', HEAD.replace(/level: .*\n/, '') + META, HEAD + META],
  ['meta.missing_description:1', HEAD.replace(/description: .*\n/, '') + META, HEAD + META],
  ['meta.misspelt_key:6', `${HEAD}refrences: [a]\n${META}`, `${HEAD}our_own_thing: 1\n${META}`],
  [
    'meta.duplicate_entry:8',
    `${HEAD}references:\n  - https://a\n  - https://a\n${META}`,
    `${HEAD}references: [https://a, https://b]\n${META}`,
  ],
  ['tag.bad_form:6', `${HEAD}tags: [Attack.T1059]\n${META}`, `${HEAD}tags: [attack.t1059]\n${META}`],
  ['tag.bad_value:6', `${HEAD}tags: [cve.44228]\n${META}`, `${HEAD}tags: [cve.2021-44228]\n${META}`],
  [
    'tag.unknown_attack:6',
    `${HEAD}tags: [attack.t9999]\n${META}`,
    `${HEAD}tags: [attack.t1059.001]\n${META}`,
  ],
  [
    'tag.unknown_attack:6',
    `${HEAD}tags: [attack.lateral-motion]\n${META}`,
    `${HEAD}tags: [attack.lateral-movement, attack.g0016, attack.s0002]\n${META}`,
  ],
  [
    'tag.retired_attack:6',
    `${HEAD}tags: [attack.defense-evasion]\n${META}`,
    `${HEAD}tags: [attack.stealth]\n${META}`,
  ],
  [
    'tag.technique_without_tactic:6',
    `${HEAD}tags: [attack.t1110, attack.impact]\n${META}`,
    `${HEAD}tags: [attack.t1110, attack.credential-access]\n${META}`,
  ],
  [
    'tag.unknown_namespace:6',
    `${HEAD}tags: [ours.x]\n${META}`,
    `${HEAD}tags: [tlp.amber, detection.dfir]\n${META}`,
  ],
  ['logsource.unknown:6', HEAD + META.replace('process_creation', 'proces_creation'), HEAD + META],
  ['logsource.not_lower_case:6', HEAD + META.replace('windows', 'Windows'), HEAD + META],
  ['logsource.misspelt_key:6', HEAD + META.replace('category', 'categorie'), HEAD + META],
  ['logsource.unheard:6', HEAD + META.replace('windows', 'macos'), HEAD + META],
  [
    'condition.constant:9',
    detection('  a: { Image: x }\n  condition: a and not a\n'),
    detection('  a: { Image: x }\n  condition: a\n'),
  ],
  [
    'condition.constant:10',
    detection('  a: { Image: x }\n  b: { Image: y }\n  condition: a and b\n'),
    detection('  a: { Image: x }\n  b: { CommandLine: y }\n  condition: a and b\n'),
  ],
  [
    'condition.constant:10',
    detection('  a: { Image: x, User: y }\n  b: { Image: [x, z] }\n  condition: a and not b\n'),
    detection('  a: { Image: [x, z], User: y }\n  b: { Image: x }\n  condition: a and not b\n'),
  ],
  [
    'condition.constant:10',
    detection('  a: { Image: x }\n  b: { Image: x }\n  condition: a or not b\n'),
    detection('  a: { Image: x }\n  b: { User: x }\n  condition: a or not b\n'),
  ],
  [
    'condition.idle_selection:9',
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: a or (a and b)\n'),
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: a or b\n'),
  ],
  [
    'condition.only_absence:9',
    detection('  a: { Image: x }\n  condition: not a\n'),
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: b and not a\n'),
  ],
  [
    'condition.legacy_timeframe:8',
    detection('  timeframe: 5m\n  a: { Image: x }\n  condition: a\n'),
    detection('  a: { Image: x }\n  condition: a\n'),
  ],
  [
    'condition.legacy_aggregation:10',
    detection('  a: { Image: x }\n  timeframe: 5m\n  condition: a | count() by User > 5\n'),
    detection('  a: { Image: x }\n  condition: a\n'),
  ],
  [
    'condition.capital_keyword:10',
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: a AND b\n'),
    detection('  a: { Image: x }\n  AND: { User: y }\n  condition: a and AND\n'),
  ],
  [
    'selection.unused:9',
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: a\n'),
    detection('  a: { Image: x }\n  b: { User: y }\n  condition: 1 of them\n'),
  ],
  [
    'selection.never_holds:10',
    item("Image: '\\a.exe'\n    Image|startswith: 'C:\\'"),
    item("Image: 'C:\\a.exe'\n    Image|startswith: 'c:\\'"),
  ],
  [
    'selection.never_holds:10',
    item('CommandLine: null\n    CommandLine|contains: x'),
    item('CommandLine|contains: y\n    CommandLine|endswith: x'),
  ],
  ['selection.never_holds:10', item('A|gt: 10\n    A|lt: 5'), item('A|gt: 5\n    A|lt: 10')],
  ['selection.never_holds:10', item('A|gte: 10\n    A|lt: 10'), item('A|gte: 10\n    A|lte: 10')],
  ['selection.never_holds:10', item('A: [5, 9]\n    A|gt: 10'), item('A: [5, 11]\n    A|gt: 10')],
  [
    'selection.never_holds:10',
    item('A: 9007199254740993\n    A|lt: 9007199254740993'),
    item('A: 3\n    A|lt: 4'),
  ],
  [
    'selection.never_holds:11',
    item('A|gte: 10\n    A|lte: 20\n    A: [5, 30]'),
    item('A|gte: 10\n    A|lte: 20\n    A: [5, 12, 30]'),
  ],
  [
    'selection.never_holds:10',
    item('Time|hour|gte: 22\n    Time|hour|lte: 5'),
    item('Time|hour|gte: 22\n    Time|minute|lte: 5'),
  ],
  ['selection.never_holds:9', item('Time|hour: 24'), item('Time|hour: [0, 23]')],
  ['selection.never_holds:9', item('Time|month: [12, 0]'), item('Time|month: [12, 1]')],
  ['selection.never_holds:9', item('Time|hour|gte: 24'), item('Time|hour|gte: 23')],
  ['selection.never_holds:9', item('Time|minute|lt: 0'), item('Time|minute|lte: 0')],
  ['selection.never_holds:10', item('A|cased: Ab\n    A: [a, b]'), item('A|cased: Ab\n    A: [AB, b]')],
  [
    'selection.never_holds:10',
    item('A|startswith|cased: Ab\n    A|cased: [ab, aB]'),
    item('A|startswith|cased: Ab\n    A|cased: [Abc, ab]'),
  ],
  [
    'selection.never_holds:10',
    item('A|startswith|cased: Ab\n    A|cased|startswith: aB'),
    item('A|startswith|cased: Ab\n    A|startswith: aB'),
  ],
  [
    'selection.never_holds:10',
    item('A|endswith|cased: EXE\n    A|endswith: com'),
    item('A|endswith|cased: EXE\n    A|endswith: exe'),
  ],
  [
    'selection.never_holds:10',
    item('A|cidr: 10.0.0.0/8\n    A|cidr|all: [192.168.0.0/16, 0.0.0.0/0]'),
    item('A|cidr: 10.0.0.0/8\n    A|cidr|all: [10.1.0.0/16, 0.0.0.0/0]'),
  ],
  [
    'selection.never_holds:9',
    item("A|cidr|all: ['10.0.0.0/8', '2001:db8::/32']"),
    item("A|cidr|all: ['10.0.0.0/8', '::ffff:0:0/96']"),
  ],
  [
    'selection.never_holds:10',
    item("A: 'C:a.exe'\n    A|re: 'b[0-9]+.dll'"),
    item("A: 'C:a.exe'\n    A|re: '[a-z].EXE'"),
  ],
  [
    'selection.never_holds:10',
    item("A|startswith: 'C:'\n    A|re: '^D:.*'"),
    item("A|startswith: 'C:'\n    A|re: '^c:.*|^D:'"),
  ],
  [
    'selection.never_holds:10',
    item("A|re: '^ab+c$'\n    A|re|i: 'd$'"),
    item("A|re: '^ab+c$'\n    A|re|i|m: 'd$'"),
  ],
  [
    'selection.never_holds:10',
    item("A|re: '^abc$'\n    A|re|i: '^[b-z]bc$'"),
    item("A|re: '^abc$'\n    A|re|i: '^[B-Z]?ABC$'"),
  ],
  ['selection.never_holds:9', item('Image|startswith|all: [a, b]'), item('Image|contains|all: [a, b]')],
  ['field.blank:9', item("'Image ': x"), item('Image: x')],
  ['field.derived:9', item('source.network: 192.0.2.0/24'), item('source.ip|cidr: 192.0.2.0/24')],
  ['field.other_case:9', item('Source.IP: 192.0.2.1'), item('source.ip: 192.0.2.1')],
  [
    'value.escaped_wildcard:9',
    item("Image|startswith: 'C:\\Users\\*\\a'"),
    item("Image|startswith: 'C:\\Users\\\\*\\a'"),
  ],
  ['value.empty_part:9', item("Image|contains: ''"), item("Image: ''")],
  [
    'value.unanchored_offset:9',
    item('CommandLine|base64offset: abcdef'),
    item('CommandLine|base64offset|contains: abcdef'),
  ],
  [
    'value.bare_wide:9',
    item('CommandLine|wide|contains: abcdef'),
    item('CommandLine|wide|base64offset|contains: abcdef'),
  ],
  [
    'value.half_unc:9',
    item("CommandLine|startswith: '\\\\host\\share'"),
    item("CommandLine|startswith: '\\\\\\\\host\\share'"),
  ],
  [
    'value.open_question_mark:9',
    item('c-uri|contains: a.php?x=', 'logsource: { category: webserver }\n'),
    item("c-uri|contains: 'a.php\\?x='", 'logsource: { category: webserver }\n'),
  ],
  ['value.open_file_name:9', item('Image|endswith: cmd.exe'), item("Image|endswith: '\\cmd.exe'")],
  ['value.doubled_wildcard:9', item("CommandLine|contains: '*x*'"), item("CommandLine|startswith: '*x'")],
  ['value.undone_edge:9', item("CommandLine|endswith: 'x*'"), item("CommandLine|endswith: 'x*y?'")],
  ['value.undone_edge:9', item("CommandLine|startswith: '*x'"), item("CommandLine|contains: '*x*'")],
  ['value.undone_edge:9', item("- '|endswith': 'x*'"), item("Image: '*x*'")],
  ['value.null_in_list:9', item('Image: [null, x]'), item('Image: null')],
  ['value.duplicate:9', item('Image|contains: [ab, AB]'), item('Image|contains: [ab, ac]')],
  ['value.short_keyword:9', item("- '@'"), item('- abc')],
  ['value.covered:9', item('Image|contains: [ab, abc]'), item('Image: [ab, abc]')],
  ['value.wildcard_only:9', item("Image: '*'"), item('Image|exists: true')],
  ['value.backtracking:9', item("CommandLine|contains: 'a*b*c'"), item("CommandLine|contains: 'a*b'")],
  ['regex.backtracking:9', item("CommandLine|re: 'x(a+)+y'"), item("CommandLine|re: 'x(ab)+y'")],
  [
    'regex.ungated:9',
    item("CommandLine|re: '[0-9]{9}'"),
    item("CommandLine|contains: '123'\n    CommandLine|re: '[0-9]{9}'"),
  ],
  ['regex.literal:9', item("CommandLine|re: 'a\\$b'"), item("CommandLine|re: 'a.b'")],
  ['regex.padded:9', item("CommandLine|re: '.*abc.d'"), item("CommandLine|re: 'abc.*d'")],
  [
    'correlation.unknown_key:14',
    correlation('type: event_count, group_by: [User], group-by: [User], condition: { gte: 10 }'),
    correlation('type: event_count, group-by: [User], condition: { gte: 10 }'),
  ],
  [
    'correlation.unknown_key:14',
    correlation('type: value_sum, group-by: [User], condition: { field: n, gte: 10, percentile: 5 }'),
    correlation('type: value_percentile, group-by: [User], condition: { field: n, gte: 10, percentile: 5 }'),
  ],
  [
    'correlation.unknown_key:14',
    correlation('type: event_count, group-by: [User], refire: each, condition: { gte: 10 }'),
    correlation('type: event_count, group-by: [User], generate: true, condition: { gte: 10 }'),
  ],
  [
    'correlation.empty_range:14',
    correlation('type: event_count, group-by: [User], condition: { eq: 0 }'),
    correlation('type: event_count, group-by: [User], condition: { eq: 3 }'),
  ],
  [
    'correlation.empty_range:14',
    correlation('type: event_count, group-by: [User], condition: { gt: 2.2, lt: 2.8 }'),
    correlation('type: value_sum, group-by: [User], condition: { field: n, gt: 2.2, lt: 2.8 }'),
  ],
  [
    'correlation.empty_range:14',
    correlation('type: value_sum, group-by: [User], condition: { field: n, eq: 2, neq: 2 }'),
    correlation('type: value_sum, group-by: [User], condition: { field: n, eq: 2, neq: 3 }'),
  ],
  [
    'correlation.empty_range:14',
    correlation('type: event_count, group-by: [User], condition: { gte: 10, lt: 5 }'),
    correlation('type: event_count, group-by: [User], condition: { gte: 5, lt: 10 }'),
  ],
  [
    'correlation.count_of_one:14',
    correlation('type: event_count, group-by: [User], condition: { gte: 1 }'),
    correlation('type: event_count, group-by: [User], condition: { gt: 1 }'),
  ],
  [
    'correlation.count_of_one:14',
    correlation('type: value_count, group-by: [User], condition: { field: Image, gte: 1 }'),
    `${correlation('type: value_count, group-by: [User], condition: { field: Image, gte: 1 }')}vedette: { refire: new }\n`,
  ],
  [
    'correlation.missing_group_by:14',
    correlation('type: event_count, condition: { gte: 5 }'),
    correlation('type: event_count, group-by: [User], condition: { gte: 5 }'),
  ],
  [
    'correlation.lone_step:14',
    correlation('type: temporal_ordered, group-by: [User]'),
    `${correlation('type: temporal_ordered, group-by: [User]')}vedette: { absent: base }\n`,
  ],
  [
    'correlation.idle_alias:14',
    correlation('type: event_count, group-by: [User], aliases: { u: { base: User } }, condition: { gte: 5 }'),
    correlation('type: event_count, group-by: [u], aliases: { u: { base: User } }, condition: { gte: 5 }'),
  ],
  [
    'vedette.unknown_option:6',
    `${HEAD}vedette: { refires: each }\n${META}`,
    `${HEAD}vedette: { refire: each }\n${META}`,
  ],
  [
    'vedette.unknown_code:6',
    `${HEAD}vedette: { lint: { ignore: [meta.bad_lvl] } }\n${META}`,
    `${HEAD}vedette: { lint: { ignore: [meta.bad_level] } }\n${META}`,
  ],
];

it.each(CASES)('%s', (finding, wrong, right) => {
  expect(lint(wrong)).toContain(finding);
  const code = finding.split(':')[0]!;
  expect(lint(right).filter((found) => found.startsWith(`${code}:`))).toEqual([]);
});

const OTHER = '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b07';
const GOOD = HEAD + META;

it('rule.same_meaning: the second of two rules that match the same', () => {
  const twin = GOOD.replace(/id: .*/, `id: ${OTHER}`).replace('A case', 'A case, again');
  expect(lint(GOOD, twin)).toEqual(['rule.same_meaning:1']);
  expect(lint(GOOD, twin.replace('a.exe', 'b.exe'))).toEqual([]);
});

it('rule.replaced: a rule in whose place another that loads says it stands', () => {
  const newer = (type: string): string =>
    `${GOOD.replace(/id: .*/, `id: ${OTHER}`).replace('a.exe', 'b.exe')}related: [{ id: 5D2F1C57-3a0e-4c0e-8a58-0d4b8a1f6b01, type: ${type} }]\n`;
  for (const type of ['obsolete', 'merged', 'renamed'])
    expect(lint(GOOD, newer(type))).toEqual(['rule.replaced:2']);
  for (const type of ['derived', 'similar']) expect(lint(GOOD, newer(type))).toEqual([]);
  expect(lint(newer('obsolete'))).toEqual([]);
});

describe('a rule of Sigma 1 that counts', () => {
  const counting = detection(`  s: { Image: x }\n  timeframe: 5m\n  condition: s | count() by User > 5\n`);
  const plain = detection('  s: { Image: x }\n  condition: s\n').replace(/id: .*/, `id: ${OTHER}`);

  it('is looked at as it is written: its timeframe has a meaning', () => {
    expect(lint(counting)).toEqual(['condition.legacy_aggregation:10']);
    expect(lint(counting.replace('{ Image: x }', '{ Image: x, "image ": y }'))).toContain('field.blank:8');
  });

  it('matches not the same as the rule that it counts', () => {
    expect(lint(counting, plain)).toEqual(['condition.legacy_aggregation:10']);
    expect(lint(plain, counting)).toEqual(['condition.legacy_aggregation:10']);
  });

  it('is filtered and replaced by its own id', () => {
    const filter = FILTER.replace(OTHER, OTHER.replace('6b07', '6b08'));
    expect(lint(counting, filter)).toEqual(['condition.legacy_aggregation:10']);
    const newer = `${plain.replace('Image: x', 'Image: z')}related: [{ id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01, type: merged }]\n`;
    expect(lint(counting, newer)).toEqual(['rule.replaced:2', 'condition.legacy_aggregation:10']);
  });
});

it('what can be written otherwise is told with the refusal', () => {
  const files = [{ path: '0.yml', text: detection('  s: { Image: x }\n  condition: s | count() > 5\n') }];
  const { rules, faults } = loadRules(files);
  const [finding] = lintRules({ files, rules, faults, stated: [] });
  expect(finding).toMatchObject({
    code: 'rule.condition',
    fix: expect.stringMatching(/^Write it as:\ntitle: /),
  });
});

it('field.other_case: a spelling that ten times as many rules have otherwise', () => {
  const rule = (field: string, n: number): string =>
    detection(`  selection: { ${field}: x${n} }\n  condition: selection\n`).replace('6b01', `6c${10 + n}`);
  const usual = Array.from({ length: 10 }, (_, n) => rule('OriginalFileName', n));
  expect(lint(...usual, rule('OriginalFilename', 20))).toEqual(['field.other_case:8']);
  expect(lint(...usual.slice(1), rule('OriginalFilename', 20))).toEqual([]);
});

const FILTER = `title: Not there
id: ${OTHER}
description: One.
logsource: { product: windows }
filter:
  rules: [5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01]
  selection: { User: x }
  condition: not selection
`;

it('filter.idle: a filter whose rule is not there, or has another logsource', () => {
  expect(lint(GOOD, FILTER)).toEqual([]);
  expect(lint(GOOD, FILTER.replace('6b01', '6b02'))).toEqual(['filter.idle:6']);
  expect(lint(GOOD, FILTER.replace('windows', 'windows, service: security'))).toContain('filter.idle:6');
  expect(lint(GOOD, FILTER.replace(/rules: .*/, 'rules: any'))).toEqual([]);
  expect(lint(GOOD, FILTER.replace(/rules: .*/, 'rules: any').replace('windows', 'linux'))).toContain(
    'filter.idle:6',
  );
});

it('filter.metadata: a level or status of a filter', () => {
  expect(lint(GOOD, `${FILTER}level: high\n`)).toEqual(['filter.metadata:9']);
});

it('there is a case of each check', () => {
  const elsewhere = ['rule.same_meaning', 'rule.replaced', 'filter.idle', 'filter.metadata'];
  const tested = new Set([...CASES.map(([finding]) => finding.split(':')[0]), ...elsewhere]);
  expect(Object.keys(CHECKS).filter((code) => !tested.has(code))).toEqual([]);
});

it('a rule silences a code for itself', () => {
  const bad = item("CommandLine|re: '[0-9]{9}'");
  expect(lint(bad)).toEqual(['regex.ungated:9']);
  expect(lint(`${bad}vedette: { lint: { ignore: [regex.ungated] } }\n`)).toEqual([]);
});

it('what loading refuses is an error in its place, and the rest of the document is looked at', () => {
  expect(lint(GOOD.replace('endswith', 'endwith').replace('high', 'hihg'))).toEqual([
    'meta.bad_level:5',
    'rule.modifier:8',
  ]);
  expect(lint('a: [\n', GOOD)).toEqual(['rule.yaml:1']);
  expect(lint(GOOD, GOOD)).toEqual(['rule.duplicate:2']);
});

it('of a list of maps it says that one of them never holds, not the selection', () => {
  const text = detection(
    '  selection:\n    - { A: x }\n    - A: x\n      A|contains: y\n  condition: selection\n',
  );
  const files = [{ path: '0.yml', text }];
  const { rules, faults } = loadRules(files);
  const [found] = lintRules({ files, rules, faults, stated: STATED });
  expect(found).toMatchObject({ code: 'selection.never_holds', place: { line: 11 } });
  expect(found!.message).toMatch(/^A map in the list "selection" can never hold: /);
});

it('values of cloud fields may be lists: nothing is said to exclude another', () => {
  expect(
    lint(detection('  a: { eventName: x }\n  b: { eventName: y }\n  condition: a and b\n', AWS)),
  ).toEqual([]);
});

it('placeholders may stand for anything', () => {
  expect(lint(item("User|expand: '%admins%'\n    User|endswith: '$'"))).toEqual([]);
});

it('names files that hold no rule, but not those whose text is no rule', () => {
  const rule = detection("  selection: { Image|endswith: '\\\\a.exe' }\n  condition: selection\n");
  expect(lint('', '# title: later\n', '---\n', rule)).toEqual([
    'file.without_rule:1',
    'file.without_rule:1',
    'file.without_rule:1',
  ]);
  expect(lint('words')).toEqual(['rule.structure:1']);
});
