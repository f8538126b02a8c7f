import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const GOOD = 'title: Good\nlogsource: { category: c }\ndetection: { s: { a.b: x }, condition: s }\n';
const UNCONVERTED =
  'title: Mixed\nlogsource: { category: c }\ndetection: { k: [x], s: { f: x }, condition: k or s }\n';
const BAD = 'title: Bad\nlogsource: { category: c }\ndetection: { s: { f|nope: x }, condition: s }\n';

describe('vedette convert', () => {
  let cwd: string;
  const convert = (...argv: string[]) => runCommand(['convert', ...argv], { cwd });

  beforeEach(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'rules'));
    writeFileSync(join(cwd, 'rules', 'good.yml'), GOOD);
    writeFileSync(join(cwd, 'rules', 'more.yml'), `${UNCONVERTED}---\n${BAD}`);
    writeFileSync(join(cwd, 'bad.yml'), BAD);
    writeFileSync(join(cwd, 'own.yml'), 'transformations:\n  - { type: field_name_prefix, prefix: p_ }\n');
    writeFileSync(
      join(cwd, 'expand.yml'),
      'title: E\nlogsource: { category: c }\ndetection: { s: { u|expand: "%admins%" }, condition: s }\n',
    );
    writeFileSync(
      join(cwd, 'config.yaml'),
      'sources: [{ type: syslog-udp, listen: 127.0.0.1:0 }]\nrules: { placeholders: { admins: [root] } }\n',
    );
  });

  it('prints a query a line', async () => {
    expect(await convert('rules/good.yml')).toEqual({
      code: 0,
      out: '{job=~".+"} | logfmt | a_b=~`(?i)^x$`\n',
      err: '',
    });
  });

  it('converts the good rules beside bad ones, tells these with their places, and exits 1', async () => {
    const { code, out, err } = await convert('rules');
    expect([code, out.split('\n')]).toEqual([1, ['{job=~".+"} | logfmt | a_b=~`(?i)^x$`', '']]);
    const [refused, mixed, sum] = err.split('\n');
    expect(refused).toMatch(/rules\/more\.yml:7: There is no modifier "nope"/);
    expect(mixed).toMatch(/rules\/more\.yml:1: Keywords are joined with fields by "or"/);
    expect(sum).toBe('1 rule converted, 2 not.');
  });

  it('takes pipelines by path and name, options, placeholders of a configuration, and writes to a file', async () => {
    const argv = ['-t', 'loki', '-p', 'own.yml', '-p', 'loki_grafana_logfmt', '-O', 'case_sensitive=TRUE'];
    expect(await convert(...argv, '-o', 'out.txt', 'rules/good.yml')).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe('{job=~".+"} | logfmt | p_a_b=`x`\n');
    expect((await convert('-c', 'config.yaml', 'expand.yml')).out).toBe(
      '{job=~".+"} | logfmt | u=~`(?i)^root$`\n',
    );
    expect((await convert('-f', 'ruler', 'rules/good.yml')).out).toMatch(/^groups:\n/);
    expect((await convert('-f', 'default', 'rules/good.yml')).out).toMatch(/^\{job/);
  });

  it.each([
    [['-t', 'nope', 'rules'], 2, 'Allowed choices are loki'],
    [
      ['-f', 'nope', 'rules'],
      2,
      'There is no format "nope"; there are queries, json, ruler, grafana_alerting.',
    ],
    [
      ['-O', 'case_sensitiv=true', 'rules'],
      2,
      'There is no option "case_sensitiv" (perhaps "case_sensitive")',
    ],
    [['-O', 'case_sensitive=1', 'rules'], 2, 'The option "case_sensitive" must be true or false, not "1".'],
    [['-O', 'parser', 'rules'], 2, 'The option "parser" needs a value: -O parser=….'],
    [['-O', 'selection={a="b"} or x', 'rules'], 2, 'must be a stream selector such as {job="syslog"}'],
    [['-O', 'loki_group_by_field=By', 'rules'], 2, 'must be a field that can be a label'],
    [['-O', 'ruler_window=1M', 'rules'], 2, 'must be a number and s, m, h or d'],
    [['-O', 'grafana_org_id=0', 'rules'], 2, 'must be a whole number'],
    [[], 2, "missing required argument 'path'"],
    [['-p', 'nope', 'rules'], 78, 'there is no pipeline "nope"'],
    [['bad.yml'], 78, 'No rule could be loaded.'],
    [['nowhere'], 74, 'nowhere: There is no such file or folder.'],
    [['rules/good.yml', 'nowhere'], 74, 'nowhere: There is no such file or folder.'],
    [['-o', 'no/such/folder', 'rules/good.yml'], 74, 'ENOENT'],
  ] as const)('exits with what is wrong with %j: %i', async (argv, code, message) => {
    const run = await convert(...argv);
    expect(run.err).toContain(message);
    expect(run.code).toBe(code);
  });
});
