import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const RULE = `title: Root login
name: root_login
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
level: high
logsource: { product: linux, service: sshd }
detection:
  selection: { event.action: ssh_login, event.outcome: success, username: [root, toor] }
  known: { src_ip|cidr: 192.0.2.0/24 }
  condition: selection and not known
`;
const LOGIN = 'Nov 20 10:00:00 web sshd[9]: Accepted password for root from 203.0.113.7 port 22 ssh2';

let cwd = '';
beforeEach(() => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.yml'), RULE);
  writeFileSync(join(cwd, 'config.yaml'), 'rules: { builtin: false, paths: [a.yml] }\n');
});
const explain = (...args: string[]) => runCommand(['rules', 'explain', ...args], { cwd, stdin: [LOGIN] });

it('shows each part, what was seen and where it was found', async () => {
  expect(await explain('root_login', '--line', LOGIN)).toEqual({
    code: 0,
    err: '',
    out: `Root login (a.yml:1) matches
logsource: the rule runs on linux / auth / sshd / syslog
✓ all of
  ✓ selection
    ✓ event.action: ssh_login ← ssh_login
    ✓ event.outcome: success ← success
    ✓ username: root ← root (user.name)
  ✓ not
    ✗ known
      ✗ src_ip|cidr: 192.0.2.0/24 ← 203.0.113.7 (source.ip)
`,
  });
});

it('says what decided against a match', async () => {
  const known = await explain('root_login', '--line', LOGIN.replace('203.0.113', '192.0.2'));
  expect(known.code).toBe(1);
  expect(known.out).toMatch(
    /\ndecisive: known: ✓ src_ip\|cidr: 192\.0\.2\.0\/24 ← 192\.0\.2\.7 \(source\.ip\)\n$/,
  );
  const other = await explain('root_login', '--line', LOGIN.replace('root', 'alice'));
  expect(other.out).toMatch(/\ndecisive: selection: ✗ username: root \| toor ← alice \(user\.name\)\n$/);
});

it('names of values that must all be there those that are not, whatever blanks they have', async () => {
  const all = RULE.replace(
    'username: [root, toor]',
    "message|contains|all: ['for ', ' root', ' toor', '12 ']",
  );
  writeFileSync(join(cwd, 'a.yml'), all);
  const { out } = await explain('root_login', '{"message":"for root","event.action":"ssh_login"}');
  expect(out).toContain("✗ message|contains|all: ' toor' | '12 ' ← for root\n");
});

it('says why a rule that is named among others is not there', async () => {
  writeFileSync(join(cwd, 'bad.yml'), RULE.replace('not known', 'not knwon'));
  const inFile = await explain('root_login', '{}', '-r', 'bad.yml');
  expect(inFile.code).toBe(2);
  expect(inFile.err).toMatch(/among the 0 that load\.\n.*bad\.yml:9: The condition names "knwon"/);
  writeFileSync(join(cwd, 'config.yaml'), 'rules: { builtin: false, paths: [bad.yml] }\n');
  const configured = await explain('root_login', '{}', '-c', 'config.yaml');
  expect(configured.err).toMatch(/that load\.\nRefused: 1; vedette rules list says why\.\n$/);
});

it('says why a rule is not tried on an event', async () => {
  const { code, out } = await explain(
    'root_login',
    '--line',
    'Nov 20 10:00:00 web su[2005]: FAILED SU (to root) bob on pts/2',
  );
  expect(code).toBe(1);
  expect(out).toContain(
    'logsource: The rule asks for service sshd, the event has service auth, su, syslog.\n',
  );
});

it.each([
  ['5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01'],
  ['5D2F1C57-3A0E-4C0E-8A58-0D4B8A1F6B01'],
  ['Root login'],
  ['a.yml'],
])('finds the rule as %s', async (name) => {
  expect((await explain(name, '-', '--line')).code).toBe(0);
});

it('shows of an item that asks for all values those that are missing', async () => {
  writeFileSync(
    join(cwd, 'a.yml'),
    RULE.replace(/selection: .*/, 'selection: { m|contains|all: [aaa, bbb, ccc] }')
      .replace(/ {2}known: .*\n/, '')
      .replace('selection and not known', 'selection'),
  );
  expect((await explain('a.yml', '{"m":"aaa bbb"}')).out).toContain('✗ m|contains|all: ccc ← aaa bbb');
  expect((await explain('a.yml', '{"m":"aaa bbb ccc"}')).out).toContain(
    '✓ m|contains|all: aaa | bbb | ccc ←',
  );
});

it('takes an event as JSON, as it is', async () => {
  const event = { event: { action: 'ssh_login', outcome: 'success' }, username: 'root' };
  writeFileSync(join(cwd, 'event.json'), JSON.stringify(event, null, 2));
  expect(await explain('a.yml', 'event.json')).toMatchObject({ code: 0 });
  const { code, out } = await explain('a.yml', JSON.stringify({ ...event, username: 'x\x1b[2J' }), '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    match: false,
    routing: null,
    decisive: { kind: 'item', field: 'username', values: ['root', 'toor'], seen: 'x\x1b[2J', holds: false },
  });
  expect((await explain('a.yml', JSON.stringify({ username: 'x\x1b[2J' }))).out).not.toContain('\x1b');
});

describe('as the configuration has the rules', () => {
  const FILTER = `---
title: No test hosts
logsource: { product: linux }
filter: { rules: [root_login], selection: { host.name: web }, condition: not selection }
`;
  const PIPELINE =
    'transformations: [{ type: field_name_mapping, mapping: { username: [user.name, user.target.name] } }]\n';

  it('with its placeholders, pipelines and filters', async () => {
    writeFileSync(
      join(cwd, 'a.yml'),
      RULE.replace('username: [root, toor]', "username|expand: '%admins%'") + FILTER,
    );
    writeFileSync(join(cwd, 'own.yml'), PIPELINE);
    writeFileSync(
      join(cwd, 'config.yaml'),
      'rules: { builtin: false, paths: [a.yml], placeholders: { admins: [root] } }\n',
    );
    const filtered = await explain('root_login', '--line', LOGIN);
    expect(filtered.code).toBe(1);
    expect(filtered.out).toContain('    ✓ username|expand: %admins% ← root (user.name)\n');
    expect(filtered.out).toMatch(
      /\n {2}✗ all of the filter "No test hosts"\n {4}✗ not\n {6}✓ selection\n {8}✓ host\.name: web ← web\n/,
    );
    const piped = await explain('root_login', '--line', LOGIN.replace('web', 'db'), '-p', './own.yml');
    expect(piped.code).toBe(0);
    expect(piped.out).toMatch(
      /✓ any of\n *✓ user\.name\|expand: %admins% ← root\n *✗ user\.target\.name\|expand: %admins% ← absent\n/,
    );
    const unknown = await explain('a.yml', '{}');
    expect(unknown).toMatchObject({ code: 78, err: expect.stringContaining('rules.placeholders.admins') });
  });

  it('of one that counts as in Sigma 1: what it counts', async () => {
    const counting = RULE.replace('not known', 'not known | count() by user.name > 3').replace(
      'detection:',
      'detection:\n  timeframe: 1m',
    );
    writeFileSync(join(cwd, 'a.yml'), counting);
    const { code, out } = await explain('root_login', '--line', LOGIN);
    expect(code).toBe(0);
    expect(out).toMatch(/^Root login \(what is counted\) \(a\.yml:1\) matches\n/);
  });

  it('also of one that it leaves out', async () => {
    writeFileSync(
      join(cwd, 'config.yaml'),
      'rules: { builtin: false, paths: [a.yml], disable: [root_login] }\n',
    );
    expect((await explain('root_login', '--line', LOGIN)).code).toBe(0);
  });

  it('says what is wrong with a pipeline that loads no rule', async () => {
    writeFileSync(join(cwd, 'own.yml'), 'transformations: [{ type: nonsense }]\n');
    const { code, err } = await explain('root_login', '{}', '-p', './own.yml');
    expect(code).toBe(2);
    expect(err).toMatch(/among the 0 that load\.\n.*own\.yml:1: .*nonsense/);
  });
});

it.each([
  [['nothing', '{}'], 'There is no detection rule "nothing" among the 1 that load.'],
  [['a.yml', '{'], 'The event is not one JSON object; a log record needs --line.'],
  [['a.yml', 'no-such.json'], 'no such file'],
])('%j: %s', async (args, message) => {
  const { code, err } = await explain(...args);
  expect(code).toBeGreaterThan(1);
  expect(err).toContain(message);
});

it('reads an event that Vedette wrote as it reads the record, and rules eval finds the same', async () => {
  const written = (await runCommand(['parse-line', '--json', LOGIN])).out;
  const rule = `${RULE}---\n${RULE.replace('Root login', 'Other')
    .replaceAll(/^(?:name|id): .*\n/gm, '')
    .replace('sshd', 'cron')}`;
  writeFileSync(join(cwd, 'a.yml'), rule);
  writeFileSync(join(cwd, 'event.json'), written);
  expect((await explain('root_login', 'event.json')).out).toBe(
    (await explain('root_login', '--line', LOGIN)).out,
  );
  expect((await explain('Other', 'event.json')).out).toContain('does not match');
  const { out } = await runCommand(['rules', 'eval', '--events', 'event.json'], { cwd });
  expect(out).toBe('1\thigh\tRoot login\t5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01\n');
});

it('reads such an event by the settings of the source that it came by', async () => {
  writeFileSync(
    join(cwd, 'config.yaml'),
    'rules: { builtin: false, paths: [a.yml] }\nsources: [{ type: stdin, name: shop, logsource: { product: shop } }]\n',
  );
  writeFileSync(
    join(cwd, 'a.yml'),
    RULE.replace('product: linux, service: sshd', 'product: shop')
      .replace(/selection: .*\n {2}known: .*\n/, 'selection: [paid]\n')
      .replace('selection and not known', 'selection'),
  );
  const event = (source: string) =>
    JSON.stringify({
      event: { original: 'order 7 paid', created: '2026-11-20T10:00:00.000Z' },
      vedette: { source },
      parse: { format: 'plain' },
    });
  expect((await explain('root_login', event('shop'))).code).toBe(0);
  expect((await explain('root_login', event('elsewhere'))).out).toMatch(/^logsource: No normalizer/m);
});

it('says what became of arguments that stand behind -r', async () => {
  const { code, err } = await explain('-r', 'a.yml', 'root_login', '{"f":1}');
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/missing required argument 'rule'\n.*put it behind the other arguments\.\n$/),
  ]);
  expect((await explain('root_login', '')).err).toContain('The event "" is no JSON object');
});
