import { describe, expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

function fieldsOf(text: string): unknown {
  return plainData(parse(text).fields);
}

describe('key=value records', () => {
  it.each([
    ['logfmt', 'level=info msg="a \\"b\\" c:\\\\d" n=1', { level: 'info', msg: 'a "b" c:\\d', n: '1' }],
    ['empty values', 'a= b="" c=d', { a: '', b: '', c: 'd' }],
    ['words between pairs', 'a=b word c=d', { a: 'b', c: 'd' }],
    ['commas and semicolons', 'a=b, c=d; e=f,', { a: 'b', c: 'd', e: 'f,' }],
    ['apostrophes', "a='b c' d='e", { a: 'b c', d: "'e" }],
    ['a quote that nothing closes', 'a=b c="d e', { a: 'b', c: '"d' }],
    ['equals in a value', 'url=/?a=1&b=2 x=y', { url: '/?a=1&b=2', x: 'y' }],
    ['equal keys', 'a=1 a=1 b=2', { a: '1', b: '2' }],
    ['equal keys: the last', 'a=1 a=2 b=2', { a: '2', b: '2' }],
  ])('are read with %s', (_, text, expected) => {
    expect(parse(text).format).toBe('keyvalue');
    expect(fieldsOf(text)).toEqual(expected);
  });

  it('are text with a single pair, or when text begins them', () => {
    expect(parse('a=b and nothing more').format).toBe('plain');
    expect(parse('text first a=b c=d').format).toBe('plain');
  });

  it('keep auditd’s id and time beside the inner message', () => {
    const record = parse(`type=USER_LOGIN msg=audit(1364481363.243:24287): pid=1 msg='op=login acct="root"'`);
    expect(plainData(record.fields)).toEqual({
      type: 'USER_LOGIN',
      audit_id: '1364481363.243:24287',
      pid: '1',
      msg: 'op=login acct="root"',
    });
    expect(isoTime(record.timestamp)).toBe('2013-03-28T14:36:03.243Z');
  });
});

describe('key=value bodies of syslog records', () => {
  it('fill the fields and keep the format and time of the envelope', () => {
    const record = parse('<189>date=2024-04-23 time=01:16:08 devname="fw1" tz="-0700" srcip=192.0.2.1');
    expect(record).toMatchObject({ format: 'rfc3164', app: null, timestamp: Number.NaN });
    expect(record.fields).toMatchObject({ devname: 'fw1', srcip: '192.0.2.1' });
    expect(isoTime(record.payloadTimestamp)).toBe('2024-04-23T08:16:08.000Z');
  });

  it('state times with zone names', () => {
    const record = parse('<134>id=firewall sn=0017 time="2024-01-04 14:02:41 UTC" pri=6', {
      timezone: 'Asia/Tokyo',
    });
    expect(isoTime(record.payloadTimestamp)).toBe('2024-01-04T14:02:41.000Z');
  });

  it.each([
    ['seconds', 'eventtime=1795168800', '2026-11-20T10:00:00.000Z'],
    ['nanoseconds', 'eventtime=1795168800123456789', '2026-11-20T10:00:00.123Z'],
    ['a stated zone wins', 'eventtime=1795168800 tz="+0200"', '2026-11-20T09:00:00.000Z'],
    ['of another day', 'eventtime=1795068800', '2026-11-20T02:00:00.000Z'],
    ['none', 'x=1', '2026-11-20T02:00:00.000Z'],
  ])('state the instant that date and time without a zone do not: %s', (_, stated, expected) => {
    const record = parse(`<189>date=2026-11-20 time=11:00:00 devname="fw1" ${stated}`, {
      timezone: 'Asia/Tokyo',
    });
    expect(isoTime(record.payloadTimestamp)).toBe(expected);
  });

  it('are not looked for behind a tag', () => {
    expect(parse('<13>Oct 11 22:14:15 h app: a=b c=d').fields).toBeNull();
  });
});
