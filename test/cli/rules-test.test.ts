import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { renderJunit } from '../../src/report/junit.js';
import { fromFlat, value, windowsEvent } from '../helpers/evtx-events.js';
import { evtxFile } from '../helpers/evtx-writer.js';
import { runCommand } from '../helpers/run-cli.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const RULES = `title: Root login
name: root_login
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
level: informational
logsource: { product: linux, service: sshd }
detection:
  selection: { event.action: ssh_login, user.name: root }
  condition: selection
---
title: Root logins
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02
level: high
correlation: { type: event_count, rules: [root_login], group-by: [source.ip], timespan: 1m, condition: { gte: 2 } }
`;
const LOGIN = 'Nov 20 10:00:00 web sshd[9]: Accepted password for root from 203.0.113.7 port 22 ssh2';
const SAMPLES = `Root login:
  match:
    - '${LOGIN}'
  no_match:
    - '${LOGIN.replace('root', 'alice')}'
Root logins:
  timelines:
    - name: two at once
      lines:
        - { at: 0, line: '{time} web sshd[9]: Accepted password for root from 203.0.113.7 port 2{n} ssh2', times: 2, every: 5 }
      alerts: [Root logins]
`;

function folderOf(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return cwd;
}

it('runs the samples beside a rule', async () => {
  const cwd = folderOf({ 'rules/a.yml': RULES, 'rules/a.samples': SAMPLES, 'rules/b.yml': 'title: x\n' });
  expect(await runCommand(['rules', 'test', 'rules/a.yml'], { cwd })).toEqual({
    code: 0,
    out: '3 of 3 samples as they should be, 0 files without samples\n',
    err: '',
  });
  const all = await runCommand(['rules', 'test', 'rules'], { cwd });
  expect(all.code).toBe(1);
  expect(all.out).toContain('rules/b.yml: line 1 loads\n');
});

it('finds samples in a folder of their own, under the path of the rule', async () => {
  const cwd = folderOf({ 'rules/x/a.yml': RULES, 'samples/x/a.yml': SAMPLES });
  const { out } = await runCommand(['rules', 'test', 'rules', '--samples', 'samples'], { cwd });
  expect(out).toBe('3 of 3 samples as they should be, 0 files without samples\n');
});

it.each([
  [
    'a match that does not',
    SAMPLES.replace('for root', 'for bob'),
    'It does not match: selection: ✗ user.name: root ← bob.',
  ],
  ['a no_match that matches', SAMPLES.replace('for alice', 'for root'), 'It matches.'],
  [
    'other alerts',
    SAMPLES.replace('alerts: [Root logins]', 'alerts: []'),
    'expected no alert, got "Root logins"',
  ],
  [
    'a title that the rules do not have',
    SAMPLES.replace('Root login:', 'Root log-in:'),
    'the rule file has not',
  ],
  ['samples that are none', 'Root login: 5\n', '"Root login" is not what samples look like'],
  ['samples under no title', 'match: {a: 1}\n', 'under the title of a rule stand "match"'],
  ['samples that are no YAML', 'Root login: [\n', 'not valid YAML'],
  [
    'a key given twice',
    'Root login:\n  match: [a]\nRoot login:\n  match: [b]\n',
    '    a.samples: This is not valid YAML (line 3, column 1): duplicated mapping key.\n',
  ],
  ['no_match without match', 'Root login:\n  no_match: [a]\n', '    a.samples: "Root login.match": '],
  ['what is no record', 'Root login:\n  match: [5]\n', '"Root login.match.0" is no record'],
  [
    'a timeline without alerts',
    'Root logins:\n  timelines: [{ name: x, lines: [{ at: 0, line: y }] }]\n',
    '"Root logins.timelines.0.alerts": ',
  ],
])('fails for %s', async (_, samples, message) => {
  const cwd = folderOf({ 'a.yml': RULES, 'a.samples': samples });
  const { code, out } = await runCommand(['rules', 'test', 'a.yml', '--junit', 'results.xml'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain(message);
  expect(readFileSync(join(cwd, 'results.xml'), 'utf8')).toMatch(/<testsuites [^>]*failures="[1-9]">/);
});

it('fails for samples whose rule was renamed or is refused, and says so', async () => {
  const cwd = folderOf({
    'rules/a.yml': RULES,
    'rules/a.samples': SAMPLES,
    'rules/old/b.yml': RULES.replaceAll('6b0', '7b0'),
  });
  writeFileSync(join(cwd, 'rules/old/c.samples'), SAMPLES);
  const { code, out } = await runCommand(['rules', 'test', 'rules'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain('rules/old/c.samples: samples\n    No rule file c.yml stands beside it; ');
  // A file that is named alone answers for itself.
  expect((await runCommand(['rules', 'test', 'rules/a.yml'], { cwd })).code).toBe(0);
  writeFileSync(join(cwd, 'rules/a.yml'), RULES.replace('condition: selection', 'condition: x'));
  const refused = await runCommand(['rules', 'test', 'rules/a.yml'], { cwd });
  expect(refused.out).toContain('No rule of this title loads from the rule file; what is refused there');
});

it('takes an event as a map', async () => {
  const rule = `title: T\nid: x\nlogsource: { product: windows }\ndetection: { s: { EventID: 4625 }, condition: s }\n`;
  const event = '{ EventID: 4625, Channel: Security, Computer: dc-1 }';
  const cwd = folderOf({
    'a.yml': rule,
    'a.samples': `T:\n  match:\n    - ${event}\n  no_match:\n    - ${event.replace('4625', '4624')}\n`,
  });
  expect(await runCommand(['rules', 'test', 'a.yml'], { cwd })).toMatchObject({ code: 0 });
});

it('runs rules as pipelines and placeholders have them, and reasons so', async () => {
  const cwd = folderOf({
    'a.yml': RULES.replace('user.name: root', "User|expand: '%admins%'"),
    'a.samples': SAMPLES,
    'own.yml': 'transformations: [{ type: field_name_mapping, mapping: { User: user.name } }]\n',
    'config.yaml': 'rules: { placeholders: { admins: [root] } }\n',
    'other.yaml': 'rules: { placeholders: { admins: [toor] } }\n',
  });
  const test = (...args: string[]) => runCommand(['rules', 'test', 'a.yml', ...args], { cwd });
  expect((await test('-p', './own.yml', '-c', 'config.yaml')).out).toBe(
    '3 of 3 samples as they should be, 0 files without samples\n',
  );
  expect((await test('-p', './own.yml', '-c', 'other.yaml')).out).toContain(
    'It does not match: selection: ✗ user.name|expand: %admins% ← root.',
  );
  expect((await test('-p', './own.yml')).out).toContain('rules.placeholders.admins');
});

it('fails for rules and pipelines that cannot be read', async () => {
  const cwd = folderOf({ 'a.yml': RULES, 'own.yml': 'transformations: [{ type: nonsense }]\n' });
  const none = await runCommand(['rules', 'test', 'none.yml'], { cwd });
  expect(none).toMatchObject({ code: 1, out: expect.stringContaining('none.yml: line 1 loads\n') });
  const broken = await runCommand(['rules', 'test', 'a.yml', '-p', './own.yml'], { cwd });
  expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('own.yml: line 1 loads\n') });
});

it('JUnit XML holds nothing that XML cannot', () => {
  const xml = renderJunit([
    {
      name: 'a&b',
      cases: [
        { name: '<\x1b"\ud800>', failure: 'x < y' },
        { name: 'fine', failure: null },
      ],
    },
  ]);
  expect(xml).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<testsuites name="vedette rules test" tests="2" failures="1">\n' +
      '  <testsuite name="a&amp;b" tests="2" failures="1">\n' +
      '    <testcase classname="a&amp;b" name="&lt;\\x1b&quot;\ufffd&gt;">\n' +
      '      <failure message="x &lt; y"/>\n' +
      '    </testcase>\n' +
      '    <testcase classname="a&amp;b" name="fine"/>\n' +
      '  </testsuite>\n' +
      '</testsuites>\n',
  );
});

const CLEARED = `title: Log cleared
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b03
logsource: { product: windows, service: security }
detection:
  selection: { EventID: 1102 }
  condition: selection
regression_tests_path: regression_data/rules/cleared/info.yml
`;

function regression(paths: readonly string[]): string {
  return `regression_tests_info:\n${paths.map((path, i) => `  - { name: test ${i}, type: evtx, path: ${path} }\n`).join('')}`;
}

function eventLog(...ids: readonly number[]): Buffer {
  return evtxFile(
    ids.map((eventId) =>
      windowsEvent({
        provider: 'Microsoft-Windows-Eventlog',
        channel: 'Security',
        eventId,
        data: { SubjectUserName: value.text('bob') },
      }),
    ),
  );
}

it('runs the regression tests that a rule names, event logs of Windows among them', async () => {
  const data = 'regression_data/rules/cleared';
  const cwd = folderOf({
    'sigma/rules/windows/cleared.yml': CLEARED,
    [`sigma/${data}/info.yml`]: regression(
      ['a.evtx', 'b.evtx', 'gone.evtx', 'c.json'].map((name) => `${data}/${name}`),
    ),
    [`sigma/${data}/c.json`]: JSON.stringify({ EventID: 1102, Channel: 'Security', Provider_Name: 'x' }),
  });
  writeFileSync(join(cwd, 'sigma', data, 'a.evtx'), eventLog(4624, 1102));
  writeFileSync(join(cwd, 'sigma', data, 'b.evtx'), eventLog(4624));
  const { code, out } = await runCommand(['rules', 'test', 'sigma/rules'], { cwd });
  expect(code).toBe(1);
  expect(out).toBe(
    [
      'sigma/rules/windows/cleared.yml: Log cleared: test 1',
      `    ${data}/b.evtx: It does not match: selection: ✗ EventID: 1102 ← 4624 (of the record).`,
      'sigma/rules/windows/cleared.yml: Log cleared: test 2',
      `    ${data}/gone.evtx is not there.`,
      '2 of 4 samples as they should be, 0 files without samples\n',
    ].join('\n'),
  );
});

it.each([
  ['/etc/passwd', 'is no path below'],
  ['../outside.yml', 'is no path below'],
  ['regression_data/link.yml', 'is no file below'],
  ['regression_data', 'is no file below'],
  ['regression_data/none.yml', 'is not what such a file looks like'],
])('reads nothing for a rule whose tests are %s', async (path, failure) => {
  const cwd = folderOf({
    'outside.yml': regression(['a.evtx']),
    'sigma/rules/cleared.yml': CLEARED.replace('regression_data/rules/cleared/info.yml', path),
    'sigma/regression_data/none.yml': 'tests: []\n',
  });
  symlinkSync('../../outside.yml', join(cwd, 'sigma/regression_data/link.yml'));
  const { code, out } = await runCommand(['rules', 'test', 'sigma/rules'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain(failure);
  expect(out).toContain('0 of 1 samples');
});

it('has no samples where the tests of a rule were not copied with it', async () => {
  const cwd = folderOf({ 'rules/cleared.yml': CLEARED });
  expect(await runCommand(['rules', 'test', 'rules'], { cwd })).toMatchObject({
    code: 1,
    out: '0 of 0 samples as they should be, 1 file without samples\n',
    err: 'Nothing was tested: no rule has samples, or --samples leads elsewhere.\n',
  });
});

it('finds the samples of a rule, or of a part of the tree, under as much of the path as is there', async () => {
  const samples = 'Cleared:\n  match:\n    - { Channel: System, EventID: 1 }\n';
  const rule = 'title: Cleared\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n';
  const cwd = folderOf({
    'rules/win/deep/c.yml': rule,
    'tests/win/deep/c.yml': samples,
    'tests/d.yml': samples,
  });
  for (const path of ['rules', 'rules/win', 'rules/win/deep', 'rules/win/deep/c.yml'])
    expect((await runCommand(['rules', 'test', path, '--samples', 'tests'], { cwd })).out, path).toContain(
      '1 of 1',
    );
});

it('leaves samples to the rule whose path they are under', async () => {
  const other = 'title: Other\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n';
  const cwd = folderOf({ 'rules/a.yml': RULES, 'rules/b/a.yml': other, 'tests/a.yml': SAMPLES });
  const { out } = await runCommand(['rules', 'test', 'rules', '--samples', 'tests'], { cwd });
  expect(out).toContain('3 of 3 samples as they should be, 1 file without samples');
});

describeShared('the regression tests of SigmaHQ', () => {
  it('all find what their rules are for', { timeout: 300_000 }, async () => {
    const rows = readJsonLines<RegressionRow>(sharedPath('corpus', 'sigma-regression.jsonl')).filter(
      ({ event }) => event.Channel !== undefined,
    );
    const cwd = temporaryFolder();
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', cwd]);
    for (const { event, more_events = [], info_path, evtx_path } of rows) {
      mkdirSync(join(cwd, info_path, '..'), { recursive: true });
      writeFileSync(join(cwd, info_path), regression([evtx_path]));
      writeFileSync(join(cwd, evtx_path), evtxFile([event, ...more_events].map(fromFlat)));
    }
    const { out } = await runCommand(['rules', 'test', ...rulesOf(cwd)], { cwd });
    const failed = out.split('\n').filter((line) => /^rules\S+: /.test(line) && !line.endsWith(' loads'));
    expect(failed).toEqual([]);
    // The others have placeholders, and no values are given.
    expect(out).toContain(`\n${rows.length} of ${rows.length + 25} samples as they should be`);
    expect(rows).toHaveLength(202);
  });

  function rulesOf(folder: string): string[] {
    return readdirSync(folder).filter((name) => name.startsWith('rules'));
  }
});

interface RegressionRow {
  readonly event: JsonObject;
  readonly more_events?: readonly JsonObject[];
  readonly info_path: string;
  readonly evtx_path: string;
}
