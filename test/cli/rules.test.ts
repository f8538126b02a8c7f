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
