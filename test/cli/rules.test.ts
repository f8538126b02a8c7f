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
    expect(out).toContain('1 rules, 2 refused\n');
    expect(err).toMatch(/b\.yml:\d+: .+\n/);
    expect(err).toContain('c\\x1b[2J.yml:1: ');
  });

  it('takes the configured ones when none are named', async () => {
    const cwd = rulesIn({ 'a.yml': GOOD, 'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n' });
    expect((await runCommand(['rules', 'list'], { cwd })).out).toContain('1 rules, 0 refused\n');
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
        'rules: { builtin: false, paths: [a.yml], disable: [gone, { path: a.yml }], enable: [{ level: high }] }\n',
    });
    const { code, out, err } = await runCommand(['rules', 'list'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('1 rules, 0 refused\n');
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
