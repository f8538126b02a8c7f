import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParsedRecord, type RecordFormat } from '../../src/model/record.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { PARSERS } from '../../src/parsers/registry.js';
import { parse, plainData } from './helpers.js';

const FORMATS = ['auto', ...Object.keys(PARSERS)] as (RecordFormat | 'auto')[];
const ZONES = ['UTC', 'Europe/Vienna', 'America/New_York', 'Asia/Kolkata', 'No/Such_Zone'];

/** Text that gets past the first characters of each format. */
const hostileText = fc
  .tuple(
    fc.constantFrom(
      '',
      '<13>',
      '<13>1 ',
      '<13>1 2020-01-01T00:00:00Z h a - - ',
      '<13>1 2020-01-01T00:00:00Z h a - - [x ',
      '<13>Oct 11 22:14:15 ',
      '<13>Oct 11 22:14:15 h t[1]: ',
      '<13>Oct 11 22:14:15 r Oct 11 22:14:15 ',
      '<13>Oct 11 22:14:15 r <13>',
      'Sun Oct 11 22:14:15 2026 auth.info ',
      '100 6 chain 20/Nov/2026:11:00:00 +0100 ',
      'CEF:0|',
      'CEF:0|a|b|c|d|e|5|',
      'LEEF:2.0|a|b|c|d|',
      'h\tMSWinEventLog\t1\tSecurity\t2\tThu Nov 19 09:58:51 2026\t4625\tp\tu\tN/A\tFailure Audit\tpc\t',
      '{"a":',
      '{"message":"m","timestamp":',
      '{"__REALTIME_TIMESTAMP":',
      '{"time":1795082400,"event":',
      '{"timeUnixNano":"1795082400000000000","body":',
      '{"decoder":{},"agent":{},"location":"","full_log":',
      'date=',
      'a=b c="',
      '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "',
      '2026-11-20T10:00:00',
    ),
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...'{}[]"\\:=|, \t\n<>0123456789-aZT%.'), maxLength: 300 }),
    ),
  )
  .map(([prefix, rest]) => prefix + rest);

/** Headers that are scanned in the bytes. */
const HEADERS = [
  '<13>Nov 20 15:59:14 host tag[12]: text',
  '<134>Nov  2 15:59:14 host tag: text of some length, so that it may be cut',
  'Nov 20 15:59:14 host tag[12]: text',
  '<0>2026-11-20T15:59:14Z host tag[1]: text',
  '<13>1 2026-11-20T15:59:14Z host tag 12 - - text',
  '<13>1 2026-11-20T15:59:14+01:00 h t 1 ID [a@1 b="c\\\\" d="e"][f] text',
  '<13>: Nov 20 15:59:14 EST: %SYS-5-CONFIG_I: text',
];

describe('parseRecord', () => {
  it('never throws, keeps the text, and leaves no state behind', () => {
    const reused = new ParsedRecord();
    fc.assert(
      fc.property(
        hostileText,
        fc.constantFrom(...FORMATS),
        fc.constantFrom(...ZONES),
        (text, format, timezone) => {
          const clock = Date.parse('2026-11-20T16:00:00Z');
          parseRecord(text, reused, { format, timezone }, clock);
          expect(reused.original).toBe(text.replace(/[\n\r\0]+$/, ''));
          expect(reused).toEqual(parse(text, { format, timezone }));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('reads the same from the bytes of a chunk, whatever stands around the record', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HEADERS),
        fc.nat({ max: 75 }),
        fc.constantFrom('', 'é', 'Mär ', ' ', '\ufeff'),
        fc.nat({ max: 75 }),
        fc.constantFrom('', '<13>', '> h t: ', '1 ', '[1]: ', ': ', ' '),
        (header, at, inserted, end, after) => {
          const text = (header.slice(0, at) + inserted + header.slice(at)).slice(0, end);
          const clock = Date.parse('2026-11-20T16:00:00Z');
          const hints = { format: 'auto', timezone: 'UTC' } as const;
          const record = new ParsedRecord();
          parseRecord(text, record, hints, clock, Buffer.from(`é ${text}${after}${header.slice(end)}`), 3);
          expect(record).toEqual(parse(text, hints));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('reads RFC 5424 around characters beyond ASCII as around others', () => {
    const mark = fc.constantFrom('~', '~', '~', '"', ']', '[', '=', ' ', '\\', 'a', '9', '-', ':');
    const headers = fc.constantFrom(
      '<13>1 2026-11-20T15:59:14.003Z host app 12 ID [a@1 b="c" d="e"][f g="h"] text',
      '<13>1 2026-11-20T15:59:14+0100 h a 1 - [a b="\\"c\\]" b="d"]text',
      '<13>1 - - - - - [a b="c"] text',
    );
    const places = fc.array(fc.tuple(fc.integer({ min: 6, max: 90 }), mark), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(headers, places, fc.constantFrom('é', '\u007f', '€', '\ufffc'), (header, list, beyond) => {
        let text = header;
        for (const [at, piece] of list) text = text.slice(0, at) + piece + text.slice(at);
        const record = parse(text.replaceAll('~', beyond));
        expect(JSON.parse(JSON.stringify(record).replaceAll(beyond, '~'))).toEqual(plainData(parse(text)));
      }),
      { numRuns: 5000 },
    );
  });

  it('never changes Object.prototype nor hands out what it holds', () => {
    for (const text of [
      '<13>1 - h a - - [__proto__ polluted="1"][constructor toString="2"] m',
      'CEF:0|v|p|1|2|n|3|__proto__=1 constructor=2 toString=3',
      'LEEF:1.0|v|p|1|2|__proto__=1\tconstructor=2',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"message":"m"}',
      '{"id":9007199254740993,"__proto__":{"polluted":1}}',
      '{"time":1795082400,"event":{"__proto__":{"polluted":1}},"fields":{"__proto__":{"polluted":1}}}',
      '{"timeUnixNano":"1","body":{"__proto__":{"polluted":1}},"attributes":{"__proto__":{"polluted":1}}}',
      '<13>__proto__=1 constructor=2 hasOwnProperty=3',
    ]) {
      const record = parse(text);
      const found =
        record.fields ?? record.cef?.extensions ?? record.leef?.attributes ?? record.structuredData;
      expect(Object.hasOwn(found!, '__proto__'), text).toBe(true);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }
    expect(parse('CEF:0|v|p|1|2|n|3|a=b').cef!.extensions.toString).toBeUndefined();
    expect(parse('<13>a=b c=d').fields!.constructor).toBeUndefined();
  });

  it('sets of an RFC 5424 message what was written', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ09@._-'), minLength: 1, maxLength: 32 });
    const part = fc.string({ unit: fc.constantFrom(...'abcXYZ09./:_'), minLength: 1, maxLength: 40 });
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...'"\\\\][= é'), maxLength: 6 }),
    );
    const elements = fc.dictionary(name, fc.dictionary(name, value, { maxKeys: 4 }), {
      minKeys: 1,
      maxKeys: 3,
    });
    const message = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .filter((text) => !/[\n\r\0]$/.test(text) && !/^(\ufeff|[{@]|CEF:|LEEF:)/.test(text));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 191 }),
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.tuple(part, part, part, part),
        elements,
        message,
        (pri, time, [host, app, procid, msgid], data, text) => {
          const escapeParam = (plain: string) => plain.replace(/["\\\]]/g, '\\$&');
          const sd = Object.entries(data)
            .map(([id, params]) => {
              const pairs = Object.entries(params).map(([key, plain]) => ` ${key}="${escapeParam(plain)}"`);
              return `[${id}${pairs.join('')}]`;
            })
            .join('');
          const record = parse(
            `<${pri}>1 ${time.toISOString()} ${host} ${app} ${procid} ${msgid} ${sd} ${text}`,
          );
          expect(record.envelope).toBe('rfc5424');
          expect(record.facility * 8 + record.severity).toBe(pri);
          expect(record.timestamp).toBe(time.getTime());
          const header = [record.host, record.app, record.procid, record.msgid];
          expect(header).toEqual([host, app, procid, msgid]);
          expect(record.structuredData).toEqual(data);
          expect(record.message).toBe(text);
        },
      ),
    );
  });

  it('sets of a CEF event what was written', () => {
    const headerPart = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const key = fc.string({ unit: fc.constantFrom(...'abcXYZ09_.'), minLength: 1, maxLength: 12 });
    const value = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(
        fc.array(headerPart, { minLength: 6, maxLength: 6 }),
        fc.dictionary(
          key.filter((name) => !name.endsWith('Label')),
          value,
          { minKeys: 1, maxKeys: 6 },
        ),
        (parts, extensions) => {
          const escapeHeader = (plain: string) => plain.replace(/[\\|]/g, '\\$&');
          const escapeValue = (plain: string) =>
            plain.replace(/[\\=]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
          const pairs = Object.entries(extensions).map(([name, plain]) => `${name}=${escapeValue(plain)}`);
          const { cef } = parse(`CEF:0|${parts.map(escapeHeader).join('|')}|${pairs.join(' ')}`);
          const header = [cef!.device_vendor, cef!.device_product, cef!.device_version, cef!.signature_id];
          expect([...header, cef!.name, cef!.severity]).toEqual(parts);
          expect(cef!.extensions).toEqual(extensions);
        },
      ),
    );
  });
});

describe('time', () => {
  const UNITS = [
    ['a CEF word run', 'CEF:0|V|P|1|i|n|5|', 'a'],
    ['CEF words', 'CEF:0|V|P|1|i|n|5|a=', 'a '],
    ['CEF equals', 'CEF:0|V|P|1|i|n|5|a=', '='],
    ['CEF escapes', 'CEF:0|V|P|1|i|n|5|a=', '\\='],
    ['CEF backslashes', 'CEF:0|V|P|1|i|n|5|a=', '\\'],
    ['CEF keys', 'CEF:0|V|P|1|i|n|5|', 'k= '],
    ['CEF labels', 'CEF:0|V|P|1|i|n|5|', 'cs1=a cs1Label=b '],
    ['CEF header escapes', 'CEF:0|', '\\|'],
    ['LEEF pairs', 'LEEF:1.0|a|b|c|d|', 'a=b\t'],
    ['LEEF pipes', 'LEEF:1.0|a|b|c|d|', 'a|'],
    ['LEEF equals', 'LEEF:2.0|a|b|c|d|^|', 'a'],
    ['SD brackets', '<13>1 - h a - - ', '['],
    ['SD elements', '<13>1 - h a - - ', '[a b="c"]'],
    ['SD parameters', '<13>1 - h a - - [a', ' b="c"'],
    ['SD backslashes', '<13>1 - h a - - [a b="', '\\'],
    ['JSON arrays', '', '['],
    ['JSON objects', '', '{"a":'],
    ['JSON in JSON', '{"a":"', '{'],
    ['JSON digits', '{"a":', '9'],
    ['JSON long numbers', '{"a":[', '12345678901234567,'],
    ['JSON quotes', '{"a":12345678901234567,"b":"', '\\"'],
    ['colons', '<13>Oct 11 22:14:15 ', 'a:'],
    ['headers', '<13>', 'Oct 11 22:14:15 r '],
    ['PRIs', '', '<13>'],
    ['priorities', '<13>Oct 11 22:14:15 h ', 'auth.info '],
    ['MACs', '<13>Oct 11 22:14:15 h ', 'aabbccddeeff,'],
    ['parts of addresses', '<13>Oct 11 22:14:15 h t: ', '1.'],
    ['sequence numbers', '<13>', '1: '],
    ['Cisco hosts', '<13>', 'a: '],
    ['brackets', '<13>Oct 11 22:14:15 h a', '[1]'],
    ['open brackets', '<13>Oct 11 22:14:15 h ', 'a['],
    ['blanks', '<13>Oct 11 22:14:15 h', ' '],
    ['mnemonics', '<13>', '%A-'],
    ['parentheses in a tag', '<13>Oct 11 22:14:15 h ', 'a('],
    ['levels after a pid', '<13>Oct 11 22:14:15 h ', 'a[1](b'],
    ['digits', '<13>', '9'],
    ['fraction', '<13>Oct 11 22:14:15.', '1'],
    ['pairs', '', 'a=b '],
    ['open quotes', 'a=b ', 'c="d '],
    ['apostrophes', 'a=b ', "c='d"],
    ['access log brackets', '1 - - ', '[ "'],
    ['access log quotes', '1 - - [10/Oct/2000:13:55:36 -0700] "', '\\"'],
    ['line feeds', 'a', '\n'],
  ] as const;

  it.each(UNITS)('is linear in %s', (_, prefix, unit) => {
    const quarter = prefix + unit.repeat(16_384 / unit.length);
    const whole = prefix + unit.repeat(65_536 / unit.length);
    // The fastest of many rounds: other work on the machine only ever adds time.
    let short = Number.POSITIVE_INFINITY;
    let long = Number.POSITIVE_INFINITY;
    let platform = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 30 && !(round > 3 && isLinear(short, long, platform)); round++) {
      short = Math.min(
        short,
        elapsed(() => parse(quarter)),
      );
      long = Math.min(
        long,
        elapsed(() => parse(whole)),
      );
      platform = Math.min(
        platform,
        elapsed(() => tryJson(whole)),
      );
    }
    expect(long).toBeLessThan(50);
    const told = `${short} ms, four times as long: ${long} ms, JSON.parse alone: ${platform} ms`;
    expect(isLinear(short, long, platform), told).toBe(true);
  });
});

/**
 * Four times the length takes four times as long, sixteen times when it is quadratic. Below 0.3 ms is noise. JSON.parse is linear, but takes
 * ten times as long where the memory that it needs for deep text comes from the system and goes back each time: that is not ours.
 */
function isLinear(short: number, long: number, platform: number): boolean {
  return long < 0.3 || long < 9 * short || long < 3 * platform;
}

function tryJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // Most of these texts are none.
  }
}

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
