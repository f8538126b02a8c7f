import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.js';
import { parseExactJson } from '../../src/parsers/json-exact.js';
import {
  FINE,
  isTooDeep,
  LARGE_NUMBER,
  lookOver,
  MAX_DEPTH,
  TOO_DEEP,
} from '../../src/parsers/json-guards.js';
import { isoTime, parse } from './helpers.js';

describe('JSON records', () => {
  it('keep integers exactly', () => {
    const { fields } = parse(
      '{"id":9007199254740993,"small":42,"even":9007199254740992,"ts":1700000000.123456789}',
    );
    expect(fields).toEqual({
      id: 9007199254740993n,
      small: 42,
      even: 9007199254740992,
      ts: 1700000000.1234567,
    });
    // Windows' Keywords are exact in a double, which would be written -9214364837600035000.
    for (const digits of ['-9214364837600034816', '1152921504606846976', '-9223372036854775808']) {
      for (const before of ['', ' ', '[', ' [ 1, ', '[\n', '\r\n\t']) {
        const after = before.includes('[') ? ']' : '';
        const value = parse(`{"k":${before}${digits}${after}}`).fields!.k;
        expect(String(Array.isArray(value) ? value.at(-1) : value), before).toBe(digits);
      }
    }
    expect(parse(`{"id":${'9'.repeat(70)}}`).fields).toEqual({ id: '9'.repeat(70) });
  });

  it('are text when nested deeper than the limit, and are not when brackets are quoted', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(parse(nested(MAX_DEPTH)).format).toBe('json');
    const deep = parse(nested(MAX_DEPTH + 1));
    expect(deep).toMatchObject({ format: 'plain', fields: null, message: nested(MAX_DEPTH + 1) });
    expect(deep.errors).toContain('parse.json_too_deep');
    expect(parse(`{"a":"${'{['.repeat(100)}"}`).format).toBe('json');
    expect(parse(nested(30_000)).format).toBe('plain');
  });

  it('are text when they are no JSON, and say so', () => {
    const record = parse('{"a":1} trailing');
    expect(record).toMatchObject({ format: 'plain', fields: null, message: '{"a":1} trailing' });
    expect(record.errors).toContain('parse.bad_json');
    expect(parse('<13>Oct 11 22:14:15 h app: {"a":').format).toBe('rfc3164');
  });

  it('lend host, app, level and time to the record only when they are log lines', () => {
    const zeek = parse('{"ts":1547188416.1,"method":"GET","host":"example.com","service":"http"}');
    expect(zeek).toMatchObject({ host: null, app: null, timestamp: Number.NaN });
    expect(isoTime(zeek.payloadTimestamp)).toBe('2019-01-11T06:33:36.100Z');
    const line = parse(
      '{"time":"2026-11-20T10:00:00Z","host":"h","app":"a","pid":7,"level":"WARN","msg":"m"}',
    );
    expect(line).toMatchObject({ host: 'h', app: 'a', procid: '7', severity: 4, message: 'm' });
    expect(isoTime(line.timestamp)).toBe('2026-11-20T10:00:00.000Z');
  });

  it('lend `@timestamp` and `host.name` always', () => {
    const record = parse(
      '{"@timestamp":"2026-11-19T13:55:36.123Z","host":{"name":"DC1"},"event":{"code":"4624"}}',
    );
    expect(record.host).toBe('DC1');
    expect(isoTime(record.timestamp)).toBe('2026-11-19T13:55:36.123Z');
  });

  it('leave the header and the message of an envelope alone', () => {
    const record = parse(
      '<134>Oct 11 22:14:15 h app[1]: {"timestamp":"2024-05-02T16:40:55Z","host":"x","msg":"m"}',
    );
    expect(record).toMatchObject({ envelope: 'rfc3164', format: 'json', host: 'h', app: 'app', severity: 6 });
    expect(record.message.startsWith('{')).toBe(true);
    expect(isoTime(record.timestamp)).toBe('2026-10-11T22:14:15.000Z');
    expect(isoTime(record.payloadTimestamp)).toBe('2024-05-02T16:40:55.000Z');
  });

  it.each([
    ['1780000000', '2026-05-28T20:26:40.000Z'],
    ['1780000000.25', '2026-05-28T20:26:40.250Z'],
    ['1780000000123', '2026-05-28T20:26:40.123Z'],
    ['1780000000123456', '2026-05-28T20:26:40.123Z'],
    ['1780000000123456789', '2026-05-28T20:26:40.123Z'],
    ['"1780000000"', '2026-05-28T20:26:40.000Z'],
    ['"2026-05-28 20:26:40"', '2026-05-28T20:26:40.000Z'],
    ['1e20', null],
    ['-1', null],
    ['"soon"', null],
    ['null', null],
  ])('read a time of %s', (value, expected) => {
    expect(isoTime(parse(`{"ts":${value},"msg":"m"}`).timestamp)).toBe(expected);
  });
});

describe('parseExactJson', () => {
  it('agrees with JSON.parse on everything but the digits that a double drops', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(asDoubles(parseExactJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const characters = fc.constantFrom(...'{}[]",:0123456789-+.eE\\ntrufalse \t\u0001');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        expect(isRefused(() => parseExactJson(text))).toBe(isRefused(() => JSON.parse(text)));
      }),
      { numRuns: 5000 },
    );
  });
});

function asDoubles(value: Json): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asDoubles(member)]));
}

function isRefused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

describe('the guards', () => {
  it('find every integer whose digits a double does not give back, wherever it stands', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 24 });
    const integer = fc
      .tuple(fc.constantFrom('', '-'), digits)
      .map(([sign, text]) => sign + text.replace(/^0+(?=.)/, ''));
    const places = fc.constantFrom('{"a":#}', '{"a":"7","b":{"c":[1,#]}}', '[[#]]');
    fc.assert(
      fc.property(integer, places, (literal, place) => {
        const value = JSON.parse(place.replace('#', literal)) as Json;
        if (String(Number(literal)) !== literal && literal !== '-0')
          expect(lookOver(value)).toBe(LARGE_NUMBER);
        expect(lookOver(JSON.parse(place.replace('#', `"${literal}"`)) as Json)).toBe(FINE);
        if (literal.length < 15) expect(lookOver(value)).toBe(FINE);
      }),
      { numRuns: 2000 },
    );
  });

  it('count depth, not brackets', () => {
    expect(isTooDeep('[]'.repeat(1000), 0)).toBe(false);
    expect(isTooDeep('['.repeat(MAX_DEPTH), 0)).toBe(false);
    expect(isTooDeep('['.repeat(MAX_DEPTH + 1), 0)).toBe(true);
    expect(isTooDeep(`"\\"${'['.repeat(100)}"`, 0)).toBe(false);
  });

  it('find what nests too deep, wherever it stands', () => {
    const nested = (depth: number, open: string, core: string, close: string): Json =>
      JSON.parse(`${open.repeat(depth)}${core}${close.repeat(depth)}`) as Json;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['{"b":1e300,"a":', '}'],
      ['[1,', ',2]'],
    ] as const) {
      expect(lookOver(nested(MAX_DEPTH, open, '1', close))).not.toBe(TOO_DEEP);
      expect(lookOver(nested(MAX_DEPTH + 1, open, '1', close))).toBe(TOO_DEEP);
      expect(lookOver(nested(100_000, open, '1', close))).toBe(TOO_DEEP);
    }
    expect(lookOver(nested(MAX_DEPTH - 1, '{"a":', '9007199254740993', '}'))).toBe(LARGE_NUMBER);
  });
});

describe('a Windows event as JSON text in the message of JSON', () => {
  const event = {
    EventTime: '2026-11-19 09:58:51',
    Hostname: 'pc1',
    EventID: 4625,
    Channel: 'Security',
    TargetUserName: 'bob',
  };
  const shell = { '@timestamp': '2026-11-20T12:00:00.000Z', host: { name: 'collector' }, tags: ['a'] };

  it.each([
    ['NXLog’s', event],
    ['without a channel', { EventID: '4625', SourceName: 'Microsoft-Windows-Security-Auditing' }],
    ['winlogbeat’s', { winlog: { event_id: 4625, channel: 'Security' } }],
    ['an export’s', { Event: { System: { EventID: 4625, Channel: 'Security' } } }],
    ['an export’s, bare', { System: { EventID: { '#text': 4625 }, Channel: 'Security' } }],
  ])('is read as the record, %s', (_, inner) => {
    const message = ` ${JSON.stringify(inner)}\n`;
    for (const text of [
      JSON.stringify({ ...shell, message }),
      `<13>Nov 20 12:00:00 relay filebeat: ${JSON.stringify({ ...shell, message })}`,
    ]) {
      const record = parse(text);
      expect(record).toMatchObject({ format: 'json', errors: null });
      expect(record.fields).toMatchObject({ ...inner, tags: ['a'] });
      expect(record.fields).not.toHaveProperty('message');
      expect(record.fields).not.toHaveProperty('host');
    }
  });

  it('states the time, and its shell where it does not', () => {
    const timezone = 'Europe/Berlin';
    const inside = parse(JSON.stringify({ ...shell, message: JSON.stringify(event) }), { timezone });
    expect(isoTime(inside.payloadTimestamp)).toBe('2026-11-19T08:58:51.000Z');
    const outside = parse(
      JSON.stringify({ ...shell, message: JSON.stringify({ ...event, EventTime: undefined }) }),
    );
    expect(isoTime(outside.payloadTimestamp)).toBe('2026-11-20T12:00:00.000Z');
  });

  it('has its numbers exactly, and its own members before those of its shell', () => {
    const message =
      '{"EventID":1,"Channel":"c","Keywords":-9214364837600034816,"tags":"own","__proto__":{"x":1}}';
    const { fields } = parse(JSON.stringify({ ...shell, message }));
    expect(fields).toMatchObject({ Keywords: -9214364837600034816n, tags: 'own' });
    expect((fields as { x?: unknown }).x).toBeUndefined();
    const shellOfProto = parse(
      `{"__proto__":{"x":1},"message":${JSON.stringify('{"EventID":1,"Channel":"c"}')}}`,
    );
    expect((shellOfProto.fields as { x?: unknown }).x).toBeUndefined();
  });

  it.each([
    ['an object of another kind', '{"EventID":"login","user":"bob"}'],
    ['an id without an origin', '{"EventID":4625,"user":"bob"}'],
    ['an id inside a text', '{"text":"\\"EventID\\": 4625, \\"Channel\\": 1"}'],
    ['no JSON', '{"EventID":4625,"Channel":"Security"'],
    ['too deep', `{"EventID":4625,"Channel":"Security","a":${'['.repeat(70)}${']'.repeat(70)}}`],
    ['a list', '[{"EventID":4625,"Channel":"Security"}]'],
  ])('is not seen in %s', (_, message) => {
    const record = parse(JSON.stringify({ ...shell, message }));
    expect(record).toMatchObject({ format: 'json', errors: null, message, host: 'collector' });
    expect(record.fields).toEqual({ ...shell, message });
  });
});

describe('GELF', () => {
  const gelf = { version: '1.1', host: 'web', short_message: 'm', level: 6, timestamp: 1795082400.5 };

  it('has its additional fields under their names, too', () => {
    const record = parse(
      JSON.stringify({ ...gelf, _EventID: 4625, _Channel: 'Security', _host: 'other', _: 1 }),
    );
    expect(record).toMatchObject({ message: 'm', host: 'web', severity: 6 });
    expect(record.fields).toMatchObject({ EventID: 4625, Channel: 'Security', _EventID: 4625, host: 'web' });
  });

  it('has nothing put in the place of its text or of what all objects have', () => {
    const text = JSON.stringify({ ...gelf, _message: 'x', _log: 'y' }).replace('{', '{"___proto__":{"z":1},');
    const { message, fields } = parse(text);
    expect(message).toBe('m');
    expect(fields).not.toHaveProperty('message');
    expect((fields as { z?: unknown }).z).toBeUndefined();
  });

  it('is not what has no text of its', () => {
    expect(parse('{"_id":1,"message":"m"}').fields).toEqual({ _id: 1, message: 'm' });
  });
});
