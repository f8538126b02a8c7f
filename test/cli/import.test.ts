import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { magnitudeOf } from '../../src/cli/import/siemstress-rules.js';
import { parseSql, SqlError } from '../../src/cli/import/siemstress-sql.js';
import { compileExtractors } from '../../src/normalizers/field-extractors.js';
import { readRecord } from '../../src/pipeline.js';
import { buildRuleset } from '../../src/ruleset.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/** As the two versions export them. */
const RULES = {
  rules_auth: [
    {
      name: 'PAM_AuthFail_1h',
      desc: 'Continued incidents in 1 hour',
      is_enabled: '1',
      severity: '3',
      time_int: '60',
      event_limit: '2',
      out_table: 'siem_default',
      sql_query:
        "SELECT * FROM siem_default WHERE date_stamp >= date_sub(now(), interval 1 hour) AND source_rule = 'PAM_AuthFail_10m'",
    },
    {
      rule_name: 'PAM_AuthFail_10m',
      is_enabled: 1,
      severity: 5,
      time_int: 10,
      event_limit: 7,
      source_table: 'auth',
      out_table: 'siem_default',
      message: 'Over 7 pam auth failure events in 10 minutes',
      sql_query:
        'SELECT id FROM auth WHERE date_stamp >= timestamp(date_sub(now(), interval 10 minute)) AND (message LIKE "%fail%" AND message LIKE "%pam%")',
    },
  ],
  rules_night: [
    {
      name: 'off',
      is_enabled: 0,
      severity: 1,
      time_int: 1,
      event_limit: 1,
      sql_query: 'SELECT id FROM auth',
    },
    {
      name: 'own column',
      severity: 1,
      time_int: 1,
      event_limit: 1,
      sql_query: "SELECT id FROM auth WHERE extended LIKE '%x%'",
    },
    {
      name: 'orphan',
      severity: 1,
      time_int: 1,
      event_limit: 1,
      sql_query: "SELECT id FROM siem_default WHERE source_rule = 'gone'",
    },
    {
      name: 'grouped',
      severity: 1,
      time_int: 1,
      event_limit: 1,
      sql_query: "SELECT id FROM auth WHERE message = 'a' GROUP BY source_host",
    },
    { severity: 1, sql_query: '' },
    {
      ...{ name: 'circle', severity: 1, time_int: 1, event_limit: 1 },
      sql_query: "SELECT id FROM siem_default WHERE source_rule = 'circle'",
    },
    { name: 'all of it', severity: 1, time_int: 5, event_limit: 1, sql_query: 'SELECT id FROM auth' },
    {
      name: 'worse',
      severity: 9,
      time_int: 5,
      event_limit: 1,
      sql_query: "SELECT id FROM auth WHERE message = 'a'",
    },
  ],
};

function fileWith(value: unknown, name = 'export.json'): { cwd: string; file: string } {
  const cwd = temporaryFolder();
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value));
  return { cwd, file: name };
}

describe('vedette rules import', () => {
  it('makes counts of limit rules, chains of those over others, and names what it leaves', async () => {
    const { cwd, file } = fileWith(RULES);
    const { code, out, err } = await runCommand(['rules', 'import', file], { cwd });
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      'rules_night: off: not converted, since it is not enabled.',
      'rules_night: own column: not converted, since the column extended has no counterpart.',
      'rules_night: orphan: not converted, since it counts the rule gone, which is not in the file.',
      'rules_night: grouped: not converted, since the query goes on with GROUP, which has no counterpart.',
      'rules_night: row 5: not converted, since it has no name.',
      'rules_night: all of it: not converted, since it counts every event: there is nothing to look for.',
      'rules_night: worse: not converted, since its severity is not a whole number from 0 to 7.',
      'rules_night: circle: not converted, since it counts a rule that is not converted, or itself.',
      '2 rules converted, 8 not.',
      '',
    ]);
    const { ruleset, faults } = buildRuleset([{ path: 'imported.yml', text: out }]);
    expect(faults).toEqual([]);
    expect(ruleset.rules).toMatchObject([
      { kind: 'detection', name: 'pam_authfail_10m_event', level: 'informational' },
      {
        ...{ kind: 'correlation', type: 'event_count', rules: ['pam_authfail_10m_event'], level: 'low' },
        ...{ timespanMs: 600_000, condition: { bounds: [{ op: 'gt', value: 7 }] } },
        custom: { siemstress: { severity: 5, event_limit: 7, time_int: 10, magnitude: 10 } },
      },
      {
        ...{ title: 'Continued incidents in 1 hour', rules: ['pam_authfail_10m'], level: 'high' },
        ...{ timespanMs: 3_600_000, custom: { siemstress: { magnitude: 20 } } },
      },
    ]);
    // The same file gives the same ids.
    expect((await runCommand(['rules', 'import', file], { cwd })).out).toBe(out);

    const rules = join(cwd, 'imported.yml');
    writeFileSync(rules, out);
    const cases = Array.from({ length: 8 }, (_, i) => ({ t: i, event: { message: `PAM: Failure ${i}` } }));
    writeFileSync(join(cwd, 'cases.jsonl'), `${JSON.stringify({ id: 'x', rules: out, events: cases })}\n`);
    const run = await runCommand(['rules', 'eval', '--cases', 'cases.jsonl'], { cwd });
    expect(jsonLines(run.out)).toMatchObject([{ id: 'x', firings: [{ at: 7 }] }]);
  });

  it('refuses what is no export', async () => {
    for (const [value, message] of [
      ['{', /is not JSON/],
      ['[]', /is no export of siemmanage/],
      ['{"a": 1}', /is no export of siemmanage/],
      [{ t: Array(10_001).fill({}) }, /more than 10000 rows/],
    ] as const) {
      const { cwd, file } = fileWith(value);
      const run = await runCommand(['rules', 'import', file], { cwd });
      expect(run).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
    }
    expect((await runCommand(['rules', 'import', 'nowhere.json'], { cwd: temporaryFolder() })).code).toBe(74);
  });

  it.each([
    [8, 7, 5, 10],
    [32, 7, 5, 12],
    [64, 7, 5, 14],
    [320, 7, 5, 30],
    [3, 2, 3, 20],
    [12, 2, 3, 24],
    [120, 2, 3, 60],
    [2, 1, 0, 35],
    [8, 1, 0, 42],
    [100, 1, 2, 85],
    [100, 1, 7, 0],
  ])(
    'reckons the magnitude of %i over %i, severity %i, as siemstress did: %i',
    (n, limit, severity, magnitude) => {
      expect(magnitudeOf(n, limit, severity)).toBe(magnitude);
    },
  );
});

/** What MySQL's LIKE says, case aside. */
function isLike(text: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/\\[%_]|[\s\S]/g, (piece) =>
    piece === '%'
      ? '[\\s\\S]*'
      : piece === '_'
        ? '[\\s\\S]'
        : piece.slice(-1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${expression}$`, 'i').test(text);
}

describe('queries of limit rules', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\\', '%', '_', 'X'), maxLength: 6 });
  const patterns = fc
    .array(fc.constantFrom('a', 'b', '%', '_', '\\%', '\\_', '*', '?', 'x'), { minLength: 1, maxLength: 6 })
    .map((pieces) => pieces.join(''))
    .filter((pattern) => !/^%*$/.test(pattern));

  it('find what LIKE found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 8 }), patterns, async (values, pattern) => {
        const sql_query = `SELECT id FROM t WHERE source_process LIKE '${pattern}' AND NOT source_host LIKE '${pattern}'`;
        const { cwd, file } = fileWith({
          t: [{ name: 'r', severity: 4, time_int: 1, event_limit: 0, sql_query }],
        });
        const { out, err } = await runCommand(['rules', 'import', file], { cwd });
        expect(err).toBe('1 rule converted, 0 not.\n');
        const detection = out.split('---\n')[0]!;
        writeFileSync(join(cwd, 'rule.yml'), detection);
        const events = values.map((process) => ({ process: { name: process }, host: { name: 'zzz' } }));
        writeFileSync(
          join(cwd, 'events.ndjson'),
          events.map((event) => `${JSON.stringify(event)}\n`).join(''),
        );
        const run = await runCommand(
          ['rules', 'eval', '-r', join(cwd, 'rule.yml'), '--events', join(cwd, 'events.ndjson'), '--json'],
          { cwd },
        );
        const found = jsonLines<{ event: number }>(run.out).map(({ event }) => event);
        const wanted = values.flatMap((value, i) =>
          isLike(value, pattern) && !isLike('zzz', pattern) ? [i + 1] : [],
        );
        expect(found, `${pattern} ${detection}`).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it('are read with their window wherever it stands, and refused where it cannot be kept', () => {
    expect(
      parseSql(
        "SELECT id FROM a, b WHERE x <> 'it''s' AND date_stamp >= timestamp(date_sub(now(), interval 2 hours));",
      ),
    ).toEqual({
      tables: ['a', 'b'],
      windowMs: 7_200_000,
      where: { kind: 'not', of: { kind: 'compare', column: 'x', operator: '=', value: "it's" } },
    });
    const window = 'date_stamp >= date_sub(now(), interval 1 day)';
    for (const where of [
      `${window} OR x = 1`,
      `(${window} AND y = 2) OR x = 1`,
      `NOT (${window} AND y = 2)`,
      `${window} AND ${window}`,
      'date_stamp BETWEEN 1 AND 2',
      'x = (SELECT 1)',
      'x = y',
      'x = 1 ORDER BY x',
      `${'('.repeat(100)}x = 1${')'.repeat(100)}`,
      `x = '${'a'.repeat(5000)}'`,
      'x SOUNDS LIKE 1',
      "x = 'open",
    ])
      expect(() => parseSql(`SELECT id FROM t WHERE ${where}`), where).toThrow(SqlError);
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          parseSql(`SELECT ${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(SqlError);
        }
      }),
    );
  });
});

describe('vedette config import', () => {
  it('makes extractors of helpers that find the same', async () => {
    const helper = (name: string, var_name: string, reg_exp: string) => ({
      name,
      desc: '',
      var_name,
      reg_exp,
    });
    const { cwd, file } = fileWith({
      helpers_auth: [
        helper('users', 'users', 'user[=\\s]([A-Za-z0-9-_]*\\.?[A-Za-z0-9-_]+)'),
        helper('users', 'users', 'Accepted publickey for (\\S+) from '),
        helper('ip 4s', 'ip4s', '[0-9]{1,3}[.][0-9]+'),
        helper('pair', 'a-b', 'from (\\S+) port (?:no )?([)(\\d]+)'),
        { var_name: 'later', reg_exp: 'x(?=y)' },
        { var_name: 'none' },
      ],
    });
    const { code, out, err } = await runCommand(['config', 'import', file], { cwd });
    expect(code).toBe(1);
    expect(err).toMatch(/^helpers_auth: later: not converted, since pattern is not RE2 syntax/);
    expect(err).toContain(
      'helpers_auth: none: not converted, since it has no reg_exp.\n4 helpers converted, 2 not.\n',
    );
    const { extractors } = load(out) as {
      extractors: { name: string; pattern: string; fields?: Record<string, string> }[];
    };
    expect(extractors.map(({ name }) => name)).toEqual(['users', 'users-helpers_auth-2', 'ip-4s', 'pair']);
    writeFileSync(join(cwd, 'config.yaml'), `sources: [{ type: stdin }]\n${out}`);
    expect((await runCommand(['config', 'check', '-c', join(cwd, 'config.yaml')], { cwd })).code).toBe(0);
    const { event } = readRecord('user=root.x from 10.20 port (7) x', Date.UTC(2026, 1, 1));
    compileExtractors(
      extractors.map((one) => ({ fields: {}, ...one })),
      null,
    )(event);
    expect(event.record.fields).toMatchObject({
      users: 'root.x',
      ip4s: '10.20',
      'a-b': '10.20',
      a_b_2: '(7)',
    });
  });
});
