import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import { parseQuery } from '../../src/query/parse.js';
import { compileQuery } from '../../src/query/predicate.js';

const NOW = Date.UTC(2026, 10, 20, 12);

function sshdEvent(): Event {
  const event = new Event();
  event.reset(
    '<38>Nov 20 11:30:00 web-01 sshd[999]: Failed password for root from 203.0.113.7 port 40022 ssh2',
  );
  event.seq = 12;
  event.index = 3;
  event.timestamp = NOW - 30 * 60_000;
  event.receivedAt = NOW;
  event.message = 'Failed password for root from 203.0.113.7 port 40022 ssh2';
  event['source.ip'] = '203.0.113.7';
  event['source.port'] = 40_022;
  event['user.name'] = 'root';
  event['host.name'] = 'WEB-01';
  event['process.name'] = 'sshd';
  event['event.category'] = ['authentication'];
  event['process.executable'] = 'C:\\Windows\\System32\\cmd.exe';
  event['destination.ip'] = '2001:db8::7';
  event.record.fields = {
    status: '0200',
    'a b': 'x',
    list: [{ id: 1 }, { id: '2' }],
    big: 12345678901234567890n,
  };
  return event;
}

describe('the query language', () => {
  it.each([
    '',
    '  ',
    'source.ip:203.0.113.0/24 and process.name:sshd and "Failed"',
    'source.ip:203.0.113.7',
    'source.ip: 203.0.113.7',
    'failed PASSWORD',
    '*',
    'Fail*d',
    '*ROOT*203.0.113.*ssh2',
    'password*',
    'source.port:*022',
    '"failed password"',
    'user.name:ROOT',
    'user.name:(admin or root)',
    'user.name:(admin root)',
    'user.name!=admin',
    'not user.name:admin',
    'NOT user.name:admin AND root',
    'user.target.name!=root',
    'not exists:user.target.name',
    'source.port:40000..50000',
    'source.port >= 40022 source.port<40023',
    'source.port:40022',
    'source.port:40022..40022',
    'from 2026-11-20 to 2026-11-20',
    'source.port>40021.5',
    'source.ip:203.0.113.0..203.0.113.255',
    'source.ip>=203.0.113.7 and source.ip<203.0.113.8',
    'destination.ip:2001:db8::/32',
    'destination.ip:2001:DB8:0::7',
    'user.name:r*t',
    'user.name:r??t',
    'user.name:*',
    'message:"failed password for"',
    'message:failed*ssh2',
    'event.original:"web-01 sshd"',
    'event.category:authentication',
    'process.executable:C:\\Windows\\\\*',
    'process.executable:"C:\\Windows\\System32\\cmd.exe"',
    'process.executable="c:\\windows\\system32\\cmd.exe"',
    'status>199',
    'parse.fields.status:0200',
    '"a b":x',
    'list.id:2',
    'big:12345678901234567890',
    'related.ip:203.0.113.7',
    'event.id:12-3',
    'last 6h',
    'last 31m root',
    'from 2026-11-20',
    'from 2026-11-20 to 2026-11-20',
    'from 2026-11-20T11:30 to 2026-11-20T11:30',
    'from "2026-11-20 11:30"',
    'from 20261120113000 to 20261120113000',
    'from now-1h to now',
    'from 2026-11-20T12:30:00+01:00 to 2026-11-20T11:31Z',
    '@timestamp>=2026-11-20 and @timestamp<2026-11-21',
    '@timestamp:2026-11-20',
    'to 2026-11-20',
    '(admin or root) and not (admin)',
    'admin and nothing or root',
  ])('%s holds', (text) => {
    expect(compileQuery(parseQuery(text, NOW))(sshdEvent())).toBe(true);
  });

  it.each([
    'source.ip:203.0.112.0/24',
    'not *',
    'root*password',
    'Fail*x',
    '"Fail*d"',
    'Fail?d',
    'source.ip=203.0.113.*',
    'source.ip:"203.0.113.0/24"',
    'user.name:roo',
    'user.name!=root',
    'user.target.name:root',
    'user.target.name:*',
    'source.port>40022',
    'source.port:0..40021',
    'message="Failed"',
    'user.name:"r*t"',
    'user.name:r\\*t',
    'last 29m',
    'from 2026-11-21',
    'to 2026-11-20T11:29',
    '@timestamp>2026-11-20T11:30',
    'destination.ip:0.0.0.0/0',
    'admin or nothing and root',
  ])('%s does not hold', (text) => {
    expect(compileQuery(parseQuery(text, NOW))(sshdEvent())).toBe(false);
  });

  it.each([
    ['source.ip:', 10, 'Expected a value after "source.ip:"'],
    ['source.ip: and x', 11, null],
    ['(a or b', 0, 'Expected a closing parenthesis'],
    ['a or b)', 6, 'Expected no closing parenthesis'],
    ['a and', 5, 'Expected something after "and"'],
    ['or a', 0, 'Expected something before "or"'],
    ['a && b', 2, 'Expected "and" instead of "&&"'],
    ['a || b', 2, 'Expected "or" instead of "||"'],
    ['a | b', 2, 'Expected "or" instead of "|"'],
    ['a !sshd', 2, 'Expected "not" instead of "!"'],
    ['not', 3, 'Expected a field, a word or a phrase in quotes'],
    ['user.name:"root', 10, 'Expected a closing quote'],
    ['last week', 5, 'Expected a duration after "last"'],
    ['password from 203.0.113.7', 14, 'Expected a time after "from"'],
    ['source.port:>1024', 12, 'Expected no colon before ">"'],
    ['source.ip:<=10.0.0.9', 10, 'Expected no colon before "<="'],
    ['source.port>abc', 12, 'Expected a number or an address after ">"'],
    ['source.ip=10.0.0.0/8', 10, 'Expected one address after "="'],
    ['source.ip != 10.0.0.0/8', 13, 'Expected one address after "="'],
    ['related.ip=10.0.0.1..10.0.0.9', 11, 'Expected one address after "="'],
    ['source.ip:10.0.0.0/33', 10, 'Expected a block of at most /32'],
    ['not source.ip:2001:db8::/129', 14, 'Expected a block of at most /32'],
    ['source.port:2000..1000', 12, 'Expected the lower end before ".."'],
    ['source.ip:10.0.0.9..10.0.0.1', 10, 'Expected the lower end before ".."'],
    ['@timestamp:2026-11-21..2026-11-20', 11, 'Expected the lower end before ".."'],
    ['from 2026-11-21 to 2026-11-20', 19, 'Expected a time after "to" that is not before'],
    ['from 2026-11-21T00:00 to 2026-11-20', 25, 'Expected a time after "to" that is not before'],
    ['@timestamp>yesterday', 11, 'Expected a time as value of "@timestamp"'],
    ['from 2026-02-30', 5, 'Expected a time after "from"'],
    ['user.name:()', 0, 'Expected values of "user.name"'],
    ['user.name:(a', 0, 'Expected a closing parenthesis after the values'],
    ['exists:', 7, 'Expected the name of a field'],
    ['""', 0, 'Expected some text'],
    [`${'('.repeat(60)}a`, 50, 'Expected at most 50 levels'],
    ['a '.repeat(1001), 2000, 'Expected at most 1000 terms'],
    [`user.name:${'x'.repeat(1025)}`, 10, 'Expected a value of at most 1024 characters'],
    ['x'.repeat(20_000), 16_384, 'Expected a query of at most 16384 characters'],
  ])('%s is refused at character %i', (text, position, problem) => {
    const read = (): unknown => parseQuery(text, NOW);
    // Words that join are values where a value is expected.
    if (problem === null) expect(read).not.toThrow();
    else
      expect(read).toThrow(expect.objectContaining({ position, message: expect.stringContaining(problem) }));
  });

  it.each([
    ['n>9007199254740992', true],
    ['n>9007199254740993', false],
    ['n>=9007199254740993', true],
    ['n>=9007199254740994', false],
    ['n<9007199254740994', true],
    ['n<9007199254740993', false],
    ['n<=9007199254740992', false],
    ['n<=+9007199254740993', true],
    ['n:9007199254740993..9007199254740993', true],
    ['n:9007199254740994..9007199254740995', false],
    ['n>5 and n<9999999999999999999999999999', true],
    ['below<-18446744073709551616', true],
    ['below<-18446744073709551617', false],
    ['below:-18446744073709551617..-18446744073709551617', true],
  ])('%s is compared exactly: %s', (text, holds) => {
    const event = new Event();
    event.reset('x');
    for (const [n, below] of [
      [9007199254740993n, -18446744073709551617n],
      ['9007199254740993', '-18446744073709551617'],
      ['0009007199254740993', '-18446744073709551617'],
    ] as const) {
      event.record.fields = { n, below };
      expect(compileQuery(parseQuery(text, NOW))(event), typeof n).toBe(holds);
    }
  });

  it('shows where, with what would move the cursor made visible', () => {
    expect(() => parseQuery('a\u001b[31m and b or', NOW)).toThrow(
      'Expected something after "or" (at character 16)\n  a\\x1b[31m and b or\n                    ^',
    );
  });

  it('ends a phrase at the first quote that is no escape, and at the last one when all are', () => {
    const phraseOf = (written: string): unknown => {
      try {
        return parseQuery(written, NOW);
      } catch (error) {
        return (error as Error).message;
      }
    };
    // Fast enough for texts of a few characters, and says what is meant.
    const plain = /^"(?:\\["\\]|[^"])*"/;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\\', '"'), maxLength: 10 }), (inner) => {
        const written = `"${inner}"`;
        fc.pre(inner !== '' && plain.exec(written)?.[0] === written);
        const text = inner.replace(/\\(["\\])/g, '$1');
        expect(firstText(phraseOf(written))).toBe(text);
      }),
    );
    const before = process.cpuUsage();
    expect(phraseOf(`"${'\\'.repeat(16_000)}`)).toContain('Expected a closing quote');
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });

  it.each([
    [String.raw`"C:\\Temp\\x.exe"`, String.raw`{"path":"C:\\TEMP\\x.exe"}`],
    [String.raw`c:\Temp\x.exe`, String.raw`{"path":"C:\\Temp\\x.exe"}`],
    [String.raw`C*\Temp*x.exe`, String.raw`{"path":"C:\\Temp\\x.exe"}`],
    [String.raw`"C:\\Temp"`, String.raw`created C:\Temp today`],
    [String.raw`"say \"no\""`, String.raw`{"text":"I say \"no\" to it"}`],
    ['straße', String.raw`{"user":"Stra\u00DFe"}`],
    ['😀', String.raw`{"text":"\ud83d\ude00"}`],
  ])('%s is found where JSON escapes it: %s', (asked, record) => {
    const event = new Event();
    event.reset(record);
    expect(compileQuery(parseQuery(asked, NOW))(event)).toBe(true);
    expect(compileQuery(parseQuery(`not ${asked}`, NOW))(event)).toBe(false);
  });

  it('takes a time that is linear in the text for patterns that make others backtrack', () => {
    const event = new Event();
    event['user.name'] = 'a'.repeat(64 * 1024);
    const holds = compileQuery(parseQuery(`user.name:${'*a'.repeat(300)}*b`, NOW));
    const before = process.cpuUsage();
    expect(holds(event)).toBe(false);
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });
});

/** Of a free text the form that was asked for. */
function firstText(query: unknown): string | undefined {
  const { kind, terms, text } = query as { kind: string; terms?: readonly { text: string }[]; text?: string };
  return kind === 'any' ? terms?.[0]?.text : text;
}
