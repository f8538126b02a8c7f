import { describe, expect, it } from 'vitest';
import { PARSERS } from '../../src/parsers/registry.js';
import { isoTime, parse } from './helpers.js';

describe('a source with a fixed format', () => {
  it('reads records of that format', () => {
    expect(parse('<13>Oct 11 22:14:15 h t: m', { format: 'rfc3164' })).toMatchObject({
      app: 't',
      errors: null,
    });
    expect(parse('<13>Oct 11 22:14:15 h t: m', { format: 'plain' })).toMatchObject({
      app: null,
      envelope: null,
    });
  });

  it('detects others and says so', () => {
    const record = parse('{"a":1}', { format: 'rfc5424' });
    expect(record.format).toBe('json');
    expect(record.errors).toEqual(['parse.format_mismatch']);
  });

  it('accepts the format inside a syslog envelope', () => {
    const record = parse('<13>Oct 11 22:14:15 h CEF:0|v|p|1|2|n|3|a=b', { format: 'cef' });
    expect(record).toMatchObject({ format: 'cef', envelope: 'rfc3164', errors: null });
  });
});

describe('a record', () => {
  it('loses separators at its end, a byte order mark, and blanks before a PRI', () => {
    expect(parse('\ufeff <13>Oct 11 22:14:15 h t: m \r\n\0')).toMatchObject({ app: 't', message: 'm ' });
  });

  it('of blanks is empty and says so', () => {
    expect(parse(' \t ')).toMatchObject({ format: 'plain', message: '', errors: ['parse.empty'] });
  });

  it('with a PRI that is none is kept whole and says so', () => {
    const record = parse('<192>Oct 11 22:14:15 h t: m');
    expect(record).toMatchObject({ format: 'plain', message: '<192>Oct 11 22:14:15 h t: m', severity: -1 });
    expect(record.errors).toEqual(['parse.bad_pri', 'parse.unparsed']);
  });

  it('with bytes that were no UTF-8 says so', () => {
    expect(parse('<13>Oct 11 22:14:15 h t: caf\ufffd').errors).toEqual(['parse.invalid_utf8']);
  });
});

describe('plain text', () => {
  it.each([
    ['2026-11-19T12:23:00.123456Z 42 [Note] Access denied', '2026-11-19T12:23:00.123Z'],
    ['2026-11-19 12:24:00.123 UTC [321] admin@prod FATAL:  x', '2026-11-19T12:24:00.123Z'],
    ['2026/11/19 13:55:36 [error] 1234#0: *6 x', '2026-11-19T13:55:36.000Z'],
    ['[Fri Feb 11 18:06:35.123456 2011] [error] x', '2011-02-11T18:06:35.123Z'],
    ['Thu Nov 19 12:21:00 2026 [pid 2] x', '2026-11-19T12:21:00.000Z'],
    ['19-Nov-2026 10:00:00.123 queries: info: x', '2026-11-19T10:00:00.123Z'],
    ['1702911115.123    56 192.0.2.20 TCP_MISS/200', '2023-12-18T14:51:55.123Z'],
    ['2026-11-20T10:00:00Z INFO module: text', '2026-11-20T10:00:00.000Z'],
    ['no time at all', null],
    ['2026/13/19 13:55:36 x', null],
  ])('begins with a time: %s', (text, expected) => {
    const record = parse(text);
    expect(record).toMatchObject({ format: 'plain', message: text });
    expect(isoTime(record.timestamp)).toBe(expected);
  });
});

describe('the registry', () => {
  it('holds each parser under its own format', () => {
    for (const [format, parser] of Object.entries(PARSERS)) expect(parser.format).toBe(format);
  });
});
