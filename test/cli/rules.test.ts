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
      /^LEVEL +KIND +TITLE +ATT&CK\nhigh +detection +Shell of root +attack\.t1059\.004\n\n1 rules, 0 refused\n$/,
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
    expect(out).toContain('1 rules, 2 refused\n');
    expect(err).toMatch(/b\.yml:\d+: .+\n/);
    expect(err).toContain('c\\x1b[2J.yml:1: ');
  });

  it('takes the configured ones when none are named', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n' });
    expect((await runCommand(['rules', 'list'], { cwd })).out).toContain('1 rules, 0 refused\n');
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
    });
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
