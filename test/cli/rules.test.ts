import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const GOOD = `title: Shell\x20of root
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
status: test
level: high
tags: [attack.t1059.004, attack.execution]
logsource: { product: linux }
detection:
  selection: { user.name: root }
  condition: selection
`;

function rulesIn(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

describe('rules list', () => {
  it('shows level, kind, title and techniques, and how many there are', async () => {
    const { code, out } = await runCommand(['rules', 'list', '-r', 'a.yml'], {
      cwd: rulesIn({ 'a.yml': GOOD }),
    });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^LEVEL +KIND +TITLE +ATT&CK +FILE\nhigh +detection +Shell of root +attack\.t1059\.004 +a\.yml\n\n1 rule, 0 refused\n$/,
    );
  });

  it('prints a rule a line as JSON', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD });
    const { out } = await runCommand(['rules', 'list', '-r', '.', '--json'], { cwd });
    expect(jsonLines(out)).toEqual([
      {
        kind: 'detection',
        id: '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01',
        title: 'Shell of root',
        level: 'high',
        status: 'test',
        tags: ['attack.t1059.004', 'attack.execution'],
        related: [],
        file: join(cwd, 'a.yml'),
        line: 1,
        hash: expect.any(String),
      },
    ]);
  });

  it('names each rule that was refused, with file, line and reason, and exits 1', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'b.yml': 'title: [\n', 'c\x1b[2J.yml': 'title: x\n' });
    const { code, out, err } = await runCommand(['rules', 'list', '-r', '.'], { cwd });
    expect(code).toBe(1);
    expect(out).toContain('1 rule, 2 refused\n');
    expect(err).toMatch(/b\.yml:\d+: .+\n/);
    expect(err).toContain('c\\x1b[2J.yml:1: ');
  });

  it('counts rules, not what is wrong with them', async () => {
    const bad = GOOD.replace('condition:', 'condition: nope and').replace('product: linux', 'product: []');
    const cwd = rulesIn({ 'a.yml': bad, 'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n' });
    const listed = await runCommand(['rules', 'list', '-r', 'a.yml'], { cwd });
    expect(listed.err.match(/a\.yml:\d+: /g)).toHaveLength(2);
    expect(listed.out).toContain('0 rules, 1 refused\n');
    expect((await runCommand(['config', 'check'], { cwd })).out).toContain('0 rules, 1 refused.\n');
    const tested = await runCommand(['rules', 'test', 'a.yml'], { cwd });
    expect(tested.out).toMatch(
      /a\.yml: line \d+ loads\n {4}.*must be text.* Line \d+: .*"nope".*\n0 of 1 samples/,
    );
    const linted = await runCommand(['rules', 'lint', 'a.yml', '--min-severity', 'error'], { cwd });
    expect(linted.out).toMatch(/: error: .*must be text.*\n(?:.*\n)?.*: error: .*"nope"/);
  });

  it('takes the configured ones when none are named', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n' });
    expect((await runCommand(['rules', 'list'], { cwd })).out).toContain('1 rule, 0 refused\n');
  });
});

describe('rules list, filtered', () => {
  const LOW = GOOD.replace('6b01', '6b02').replace('level: high', 'level: low').replace('Shell', 'Login');
  const titlesFor = async (...options: string[]): Promise<string[]> => {
    const cwd = rulesIn({
      'a.yml': GOOD,
      'b.yml': LOW.replace('linux', 'aws, service: cloudtrail').replace('t1059.004', 't1078'),
    });
    const { out } = await runCommand(['rules', 'list', '-r', '.', '--json', ...options], { cwd });
    return jsonLines<{ title: string }>(out).map(({ title }) => title.split(' ')[0]!);
  };

  it.each([
    [['--min-level', 'high'], ['Shell']],
    [
      ['--min-level', 'low'],
      ['Shell', 'Login'],
    ],
    [['--product', 'AWS'], ['Login']],
    [['--service', 'cloudtrail'], ['Login']],
    [['--category', 'dns'], []],
    [['--tag', 'attack.T1059'], ['Shell']],
    [
      ['--status', 'test'],
      ['Shell', 'Login'],
    ],
    [['--status', 'stable'], []],
    [['--kind', 'correlation'], []],
    [['--title', 'of ROOT', '--product', 'linux'], ['Shell']],
  ])('%j: %j', async (options, titles) => {
    expect(await titlesFor(...options)).toEqual(titles);
  });

  it('takes paths, as the other commands over rules do', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'b.yml': LOW });
    expect((await runCommand(['rules', 'list', 'b.yml', '--json'], { cwd })).out).not.toContain('Shell');
    writeFileSync(join(cwd, 'events'), '{"user.name":"root"}\n');
    const { out } = await runCommand(['rules', 'eval', 'a.yml', '--events', 'events'], { cwd });
    expect(out).toContain('Shell of root');
  });

  it('says how many of how many', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'b.yml': LOW });
    const { out } = await runCommand(['rules', 'list', '-r', '.', '--min-level', 'high'], { cwd });
    expect(out).toContain('\n1 of 2 rules, 0 refused\n');
  });
});

describe('rules coverage', () => {
  const cwd = () =>
    rulesIn({ 'a.yml': GOOD, 'b.yml': GOOD.replace('6b01', '6b02').replace('t1059.004', 't9999') });

  it('counts rules by technique and names ids that ATT&CK does not have', async () => {
    const { code, out, err } = await runCommand(['rules', 'coverage', '.'], { cwd: cwd() });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ID +RULES +TECHNIQUE +TACTICS\nT1059\.004 +1 +Unix Shell +execution\n\n1 of \d+ techniques of ATT&CK [\d.]+, 2 rules\n$/,
    );
    expect(err).toMatch(/T9999/);
  });

  it('makes a layer for the Navigator', async () => {
    const { out } = await runCommand(['rules', 'coverage', '.', '--format', 'navigator'], { cwd: cwd() });
    expect(JSON.parse(out)).toMatchObject({
      domain: 'enterprise-attack',
      versions: { attack: expect.stringMatching(/^\d+$/), layer: '4.5' },
      techniques: [{ techniqueID: 'T1059.004', score: 1, comment: 'Shell of root' }],
      gradient: { minValue: 0, maxValue: 1 },
      layout: { expandedSubtechniques: 'annotated' },
    });
  });

  it('counts a rule once for a technique that it names by its old and its new id, or in capitals', async () => {
    const tags = 'attack.t1086, attack.t1059.001, attack.T1059.001';
    const cwd = rulesIn({ 'a.yml': GOOD.replace('attack.t1059.004', tags) });
    const { out } = await runCommand(['rules', 'coverage', '.', '--format', 'json'], { cwd });
    expect(jsonLines(out)).toMatchObject([{ id: 'T1059.001', rules: ['Shell of root'] }]);
  });

  it('names what no rule sees', async () => {
    const { out } = await runCommand(['rules', 'coverage', '.', '--missing', '--format', 'json'], {
      cwd: cwd(),
    });
    const ids = jsonLines<{ id: string }>(out).map(({ id }) => id);
    expect(ids).toContain('T1110');
    expect(ids).not.toContain('T1059.004');
  });
});

describe('rules fields', () => {
  const BASE = GOOD.replace('{ user.name: root }', '{ user.name: root, c-uri: a, ours: b }').replace(
    'linux',
    'nginx, category: webserver',
  );
  const COUNT = `title: Many\nname: many\nlevel: low\ncorrelation: { type: value_count, rules: [5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01], group-by: [user.name, entity], timespan: 1m, condition: { field: url.path, gte: 3 } }\n`;

  it('says how many rules name a field and where it is found', async () => {
    const cwd = rulesIn({ 'a.yml': BASE, 'b.yml': COUNT });
    const { code, out } = await runCommand(['rules', 'fields', '.', '--json'], { cwd });
    expect(code).toBe(0);
    expect(jsonLines(out)).toEqual([
      { field: 'user.name', rules: 2, found: 'user.name' },
      { field: 'c-uri', rules: 1, found: 'url.original' },
      { field: 'ours', rules: 1, found: null },
      { field: 'url.path', rules: 1, found: 'url.path' },
    ]);
    expect((await runCommand(['rules', 'fields', '.', '--unknown'], { cwd })).out).toMatch(
      /^FIELD +RULES +ALSO FOUND AS\nours +1\n$/,
    );
  });
});

describe('rules eval', () => {
  it('takes the configured rules when none are named, and needs events', async () => {
    const cwd = rulesIn({
      'a.yml': GOOD,
      'events.jsonl': '{"user.name":"root"}\n{"user.name":"bob"}\n',
      'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n',
      'off.yaml': 'rules: { builtin: false, paths: [a.yml], only: [{ level: low }] }\n',
    });
    const run = (...args: string[]) => runCommand(['rules', 'eval', ...args], { cwd });
    const match = '1\thigh\tShell of root\t5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01\n';
    expect(await run('--events', 'events.jsonl')).toEqual({ code: 0, out: match, err: '' });
    expect(await run('--events', 'events.jsonl', '-c', 'off.yaml')).toEqual({
      code: 78,
      out: '',
      err: 'rules.only.0: no loaded rule has all of {"level":["low"]}; the entry has no effect.\nThere is no rule to run.\n',
    });
    expect(await run('--events', 'events.jsonl', '-c', 'off.yaml', '-r', 'a.yml')).toMatchObject({
      out: match,
    });
    expect(await run()).toMatchObject({ code: 2, err: 'rules eval needs --events FILE or --cases FILE.\n' });
  });
});

describe('rules coverage and fields, of rules as the configuration has them', () => {
  const COUNTING = GOOD.replace(
    'condition: selection',
    'condition: selection | count() by user.name > 5',
  ).replace('detection:', 'detection:\n  timeframe: 5m');

  it('one that counts as in Sigma 1 is one rule', async () => {
    const cwd = rulesIn({ 'a.yml': COUNTING });
    expect((await runCommand(['rules', 'coverage', 'a.yml'], { cwd })).out).toMatch(
      /T1059\.004 +1 +Unix Shell.*, 1 rule\n$/s,
    );
    const { out } = await runCommand(['rules', 'fields', 'a.yml', '--json'], { cwd });
    expect(jsonLines(out)).toEqual([{ field: 'user.name', rules: 1, found: 'user.name' }]);
  });

  it('fields are those that pipelines leave', async () => {
    const cwd = rulesIn({
      'a.yml': GOOD,
      'own.yml': 'transformations: [{ type: field_name_mapping, mapping: { user.name: [A, B] } }]\n',
    });
    const { out } = await runCommand(['rules', 'fields', 'a.yml', '-p', './own.yml', '--json'], { cwd });
    expect(jsonLines(out)).toMatchObject([{ field: 'A' }, { field: 'B' }]);
  });

  it.each(['coverage', 'fields'])('%s says what is refused', async (name) => {
    const cwd = rulesIn({ 'a.yml': GOOD.replace('condition: selection', 'condition: nothing') });
    const { code, err } = await runCommand(['rules', name, 'a.yml'], { cwd });
    expect(code).toBe(1);
    expect(err).toMatch(/a\.yml:\d+: .*nothing/);
  });
});

describe('rules list, of rules as others wrote them', () => {
  it('shows below a refused one how it can be written, ready to paste', async () => {
    const old = GOOD.replace('condition: selection', 'condition: selection | count() by host > 5');
    const { code, err } = await runCommand(['rules', 'list', '-r', 'a.yml'], {
      cwd: rulesIn({ 'a.yml': old }),
    });
    expect(code).toBe(1);
    const [first, ...rest] = err.split('\n');
    expect(first).toMatch(/a\.yml:9: The rule counts, but has no "timeframe"/);
    const pasted = rest.map((line) => line.replace(/^ {4}/, '')).join('\n');
    expect(pasted).toContain('\n---\n');
    const again = await runCommand(['rules', 'list', '-r', 'b.yml'], { cwd: rulesIn({ 'b.yml': pasted }) });
    expect(again.err).toBe('');
    expect(again.out).toContain('2 rules, 0 refused\n');
  });

  it('says what is related, and what stands in the place of what', async () => {
    const newer = GOOD.replace('6b01', '6b02').replace(
      'status:',
      'related: [{ id: 5D2F1C57-3a0e-4c0e-8a58-0d4b8a1f6b01, type: obsolete }, { id: x, type: cousin }]\nstatus:',
    );
    const { code, out } = await runCommand(['rules', 'list', '-r', '.', '--json'], {
      cwd: rulesIn({ 'a.yml': GOOD, 'b.yml': newer }),
    });
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([
      { related: [], replaced_by: '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02' },
      { related: [{ id: '5D2F1C57-3a0e-4c0e-8a58-0d4b8a1f6b01', type: 'obsolete' }] },
    ]);
  });

  it('takes pipelines by name and path, and says what is wrong with them', async () => {
    const cwd = rulesIn({
      'a.yml': GOOD,
      'own.yml': 'transformations: [{ type: rule_failure, message: Not here. }]\n',
    });
    const list = (...names: string[]) =>
      runCommand(['rules', 'list', '-r', 'a.yml', '-p', ...names], { cwd });
    expect(await list('ecs', 'linux-auditd')).toMatchObject({ code: 0, err: '' });
    expect(await list('./own.yml')).toMatchObject({ code: 1, err: `${join(cwd, 'a.yml')}:1: Not here.\n` });
    const unknown = await list('esc', './none.yml');
    expect(unknown.code).toBe(78);
    expect(unknown.err).toContain(
      '--pipeline: there is no pipeline "esc" (did you mean "ecs"?); known are ecs, linux-auditd,',
    );
    expect(unknown.err).toContain('none.yml: There is no such file or folder.');
  });

  it('warns of settings that no rule meets', async () => {
    const cwd = rulesIn({
      'a.yml': GOOD,
      'config.yaml':
        'sources: [{ type: stdin }]\nrules: { builtin: false, paths: [a.yml], disable: [gone, { path: a.yml }], enable: [{ level: high }] }\n',
    });
    const { code, out, err } = await runCommand(['rules', 'list'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('1 rule, 0 refused\n');
    expect(err).toBe('rules.disable.0: no loaded rule has the id or name "gone"; the entry has no effect.\n');
    expect((await runCommand(['config', 'check'], { cwd })).err).toBe(err);
  });
});

describe('rules eval', () => {
  it('looks under the names that a pipeline gives, with placeholders of a configuration', async () => {
    const expand = GOOD.replace('user.name: root', "user.name|expand: '%admins%'");
    const cwd = rulesIn({
      'a.yml': expand,
      'own.yml': 'transformations: [{ type: field_name_mapping, mapping: { user.name: who } }]\n',
      'c.yaml': 'rules: { placeholders: { admins: [root, 0] }, pipelines: [own.yml] }\n',
      'e.ndjson': '{"user.name":"root"}\n{"who":"0"}\n',
    });
    const run = (...more: string[]) =>
      runCommand(['rules', 'eval', '-r', 'a.yml', '--events', 'e.ndjson', '--json', ...more], { cwd });
    expect(jsonLines((await run('-c', 'c.yaml')).out)).toMatchObject([{ event: 2 }]);
    expect((await run()).err).toContain('give it some under rules.placeholders.admins of the configuration');
  });

  it('prints a line per match', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'e.ndjson': '{"user.name":"bob"}\n{"user":{"name":"root"}}\n' });
    const args = ['rules', 'eval', '-r', 'a.yml', '--events', 'e.ndjson'];
    const { code, out } = await runCommand([...args, '--json'], { cwd });
    expect(code).toBe(0);
    expect(jsonLines(out)).toEqual([
      { event: 2, rule_id: '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01', title: 'Shell of root', level: 'high' },
    ]);
    expect((await runCommand(args, { cwd })).out).toMatch(/^2\thigh\tShell of root\t/);
  });

  it('exits 2 when it is not told what to evaluate', async () => {
    expect(await runCommand(['rules', 'eval', '-r', 'a.yml'])).toMatchObject({ code: 2, out: '' });
  });
});
