import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { describeShared, sharedPath } from '../helpers/shared.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const RULE = `title: Shell
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
status: test
description: A shell.
level: high
logsource: { product: linux, service: auth }
detection:
  selection: { user.name: root }
  condition: selection
`;

function rulesIn(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

type LintLine = Omit<Finding, 'place'> & { readonly file: string; readonly line: number };

it('says where, what and what to do, one finding after the other, and how many', async () => {
  const cwd = rulesIn({ 'a.yml': RULE.replace('high', 'hihg').replace('root', "'*'") });
  const { code, out } = await runCommand(['rules', 'lint', '.'], { cwd });
  expect(out).toBe(
    'a.yml:5: error: There is no level "hihg" (perhaps "high"); the rule alerts as medium. [meta.bad_level]\n' +
      '    Write one of informational, low, medium, high, critical.\n' +
      'a.yml:8: info: "*" holds of every value. [value.wildcard_only]\n' +
      '    Write "user.name|exists: true".\n' +
      '1 error, 0 warnings, 1 info in 1 rule\n',
  );
  expect(code).toBe(1);
});

it('exits by the worst finding', async () => {
  const cwd = rulesIn({ 'a.yml': RULE.replace(/id: .*\n/, '') });
  expect((await runCommand(['rules', 'lint', 'a.yml'], { cwd })).code).toBe(0);
  expect((await runCommand(['rules', 'lint', 'a.yml', '--fail-on', 'warning'], { cwd })).code).toBe(1);
  const silent = await runCommand(['rules', 'lint', 'a.yml', '--min-severity', 'error'], { cwd });
  expect(silent).toMatchObject({ code: 0, out: '0 errors, 0 warnings, 0 infos in 1 rule\n' });
});

it('shows nothing of a rule file to the terminal as it is', async () => {
  const cwd = rulesIn({ 'c\x1b[2J.yml': RULE.replace('high', "'\\x1b[2J'".replaceAll("'", '"')) });
  const { out } = await runCommand(['rules', 'lint', '.'], { cwd, colour: false });
  expect(out).toContain('c\\x1b[2J.yml:5: ');
  expect(out).not.toContain('\x1b');
});

it('takes the configured rules when none are named', async () => {
  const cwd = rulesIn({ 'a.yml': RULE, 'config.yaml': 'rules: { builtin: false, paths: [a.yml] }\n' });
  expect((await runCommand(['rules', 'lint'], { cwd })).out).toBe(
    '0 errors, 0 warnings, 0 infos in 1 rule\n',
  );
});

it('knows the logsources that the configuration states', async () => {
  const rule = RULE.replace('product: linux, service: auth', 'product: our_app');
  const config =
    'rules: { builtin: false, paths: [a.yml] }\nsources:\n  - { type: stdin, logsource: { product: our_app } }\n';
  const cwd = rulesIn({ 'a.yml': rule, 'config.yaml': config });
  expect((await runCommand(['rules', 'lint', 'a.yml'], { cwd })).out).toContain('[logsource.unknown]');
  expect((await runCommand(['rules', 'lint'], { cwd })).out).toBe(
    '0 errors, 0 warnings, 0 infos in 1 rule\n',
  );
});

it('looks at rules as they are written, and refuses what pipelines and placeholders leave', async () => {
  const cwd = rulesIn({
    'a.yml': RULE.replace('user.name: root', "user.name|expand: '%admins%'"),
    'rename.yml': 'transformations: [{ type: field_name_mapping, mapping: { user.name: Blank } }]\n',
    'refuse.yml': 'transformations: [{ type: rule_failure, message: Not here. }]\n',
    'broken.yml': 'transformations: [{ type: nonsense }]\n',
    'config.yaml': 'rules: { builtin: false, paths: [a.yml], pipelines: [./rename.yml] }\n',
    'given.yaml':
      'rules: { builtin: false, paths: [a.yml], pipelines: [./rename.yml], placeholders: { admins: [root] }, disable: [{ path: a.yml }] }\n',
  });
  const lint = async (...args: string[]) => (await runCommand(['rules', 'lint', ...args], { cwd })).out;
  const none = '0 errors, 0 warnings, 0 infos in 1 rule\n';
  expect(await lint()).toContain(
    'a.yml:1: warning: The placeholder %admins% has no values; give it some under rules.placeholders.admins',
  );
  expect(await lint('-c', 'given.yaml')).toBe(none);
  expect(await lint('a.yml', '-c', 'given.yaml')).toBe(none);
  expect(await lint('-c', 'given.yaml', '-p', './refuse.yml')).toBe(
    'a.yml:1: error: Not here. [rule.pipeline]\n1 error, 0 warnings, 0 infos in 1 rule\n',
  );
  expect(await lint('-c', 'given.yaml', '-p', './broken.yml')).toMatch(
    /^broken\.yml:1: error: .*nonsense.* \[rule\.pipeline\]\n/,
  );
});

describeShared('lint over SigmaHQ', () => {
  it('finds the known mistakes, and its SARIF is valid by the OASIS schema', {
    timeout: 300_000,
  }, async () => {
    const folder = temporaryFolder();
    execFileSync('tar', ['-xJf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const { code, out } = await runCommand(['rules', 'lint', folder, '--format', 'json'], { cwd: folder });
    const findings = jsonLines<LintLine>(out);
    expect(code).toBe(1);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, file, line }) => `${file.split('/').at(-1)}:${line} ${code}`).sort()).toEqual([
      'image_load_malware_pingback_backdoor.yml:4 meta.bad_related',
      'proc_creation_win_hktl_rubeus.yml:4 meta.bad_related',
      'proc_creation_win_powershell_msexchange_transport_agent.yml:4 meta.bad_related',
      'proc_creation_win_powershell_susp_child_processes.yml:55 value.empty_part',
      // The whole command line would have to be RunWizard, and to have a GUID in it.
      'proc_creation_win_xwizard_runwizard_com_object_exec.yml:23 selection.never_holds',
    ]);
    const slow = findings.filter(({ code }) => code === 'regex.backtracking');
    const named = slow.map(({ file }) => file.split('/').at(-1));
    // Each of these takes V8 more than half a second on 16 KB.
    expect(named).toEqual(
      expect.arrayContaining([
        'proc_creation_win_hktl_invoke_obfuscation_via_stdin.yml',
        'proc_creation_win_hktl_invoke_obfuscation_via_use_clip.yml',
        'proc_creation_win_hktl_invoke_obfuscation_stdin.yml',
        'posh_pm_invoke_obfuscation_clip.yml',
        'posh_pm_invoke_obfuscation_via_var.yml',
        'proxy_susp_ipfs_cred_harvest.yml',
      ]),
    );
    expect(slow.length).toBeLessThan(30);
    expect(findings.length).toBeLessThan(700);

    const sarif = await runCommand(['rules', 'lint', folder, '--format', 'sarif'], { cwd: folder });
    const log = JSON.parse(sarif.out) as { runs: [{ results: unknown[] }] };
    const validate = sarifSchema();
    expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(log.runs[0].results).toHaveLength(findings.length);
    expect(validate({ ...log, runs: [{}] })).toBe(false);
  });
});

/** The schema is of draft 4, of whose own words ajv knows all but the names of these two keys. */
function sarifSchema(): ReturnType<Ajv['compile']> {
  const text = readFileSync(sharedPath('schemas', 'sarif-2.1.0.json'), 'utf8');
  const { id: _id, $schema: _schema, ...schema } = JSON.parse(text) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

it('is no success where there is nothing to look at', async () => {
  expect(await runCommand(['rules', 'lint', '.'], { cwd: temporaryFolder() })).toEqual({
    code: 78,
    out: '',
    err: 'There is no rule file: *.yml and *.yaml are looked at.\n',
  });
});
