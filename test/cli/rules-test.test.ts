import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderJunit } from '../../src/report/junit.js';
import { runCommand } from '../helpers/run-cli.js';
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
])('fails for %s', async (_, samples, message) => {
  const cwd = folderOf({ 'a.yml': RULES, 'a.samples': samples });
  const { code, out } = await runCommand(['rules', 'test', 'a.yml', '--junit', 'results.xml'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain(message);
  expect(readFileSync(join(cwd, 'results.xml'), 'utf8')).toMatch(/<testsuites [^>]*failures="[1-9]">/);
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
