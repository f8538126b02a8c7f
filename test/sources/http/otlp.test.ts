import { describe, expect, it } from 'vitest';
import { Malformed } from '../../../src/sources/http/dialect.js';
import { otlp } from '../../../src/sources/http/otlp.js';

/** A message of protobuf from fields: text, bytes and messages have a length, bigints are varints, `{fixed}` is 64 bits. */
type Value = string | Buffer | bigint | { readonly fixed: bigint };

function message(...fields: readonly (readonly [number, Value])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'bigint') return [varint(BigInt(number << 3)), varint(BigInt.asUintN(64, value))];
      if (typeof value === 'object' && 'fixed' in value) {
        const bits = Buffer.alloc(8);
        bits.writeBigUInt64LE(value.fixed);
        return [varint(BigInt((number << 3) | 1)), bits];
      }
      const bytes = Buffer.from(value as Buffer);
      return [varint(BigInt((number << 3) | 2)), varint(BigInt(bytes.length)), bytes];
    }),
  );
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const attribute = (key: string, value: Buffer): Buffer => message([1, key], [2, value]);

function recordsOf(body: Buffer, type: string): unknown[] {
  const request = {
    method: 'POST',
    path: '/v1/logs',
    headers: { 'content-type': type },
  };
  return [...otlp.open(request, body).records].map(
    (record) => JSON.parse(Buffer.from(record).toString()) as unknown,
  );
}

const inProtobuf = (body: Buffer): unknown[] => recordsOf(body, 'application/x-protobuf');
const inJson = (body: unknown): unknown[] =>
  recordsOf(
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    'application/json; charset=utf-8',
  );

const PROTOBUF = message([
  1,
  message(
    [1, message([1, attribute('host.name', message([1, 'web-01']))], [2, 0n])],
    [
      2,
      message(
        [1, message([1, 'app'], [2, '1.0'])],
        [
          2,
          message(
            [1, { fixed: 1_700_000_000_123_456_789n }],
            [2, 9n],
            [3, 'INFO'],
            [5, message([1, 'Failed password for root'])],
            [6, attribute('log.file.name', message([1, 'auth.log']))],
            [6, attribute('__proto__', message([3, -7n]))],
            [9, Buffer.from('5b8efff798038103d269b633813fc60c', 'hex')],
            [11, { fixed: 1_700_000_001_000_000_000n }],
            [99, 'what a later version adds'],
          ),
        ],
        [
          2,
          message([
            5,
            message([
              6,
              message(
                [
                  1,
                  attribute(
                    'list',
                    message([5, message([1, message([2, 1n])], [1, message([3, 1n << 60n])])]),
                  ),
                ],
                [1, attribute('half', message([4, { fixed: 0x3fe0000000000000n }]))],
                [1, attribute('bytes', message([7, Buffer.from([0, 255])]))],
              ),
            ]),
          ]),
        ],
      ),
    ],
  ),
]);

const JSON_REQUEST = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'host.name', value: { stringValue: 'web-01' } }] },
      scopeLogs: [
        {
          scope: { name: 'app', version: '1.0' },
          logRecords: [
            {
              timeUnixNano: '1700000000123456789',
              observedTimeUnixNano: '1700000001000000000',
              severityNumber: 9,
              severityText: 'INFO',
              body: { stringValue: 'Failed password for root' },
              attributes: [
                { key: 'log.file.name', value: { stringValue: 'auth.log' } },
                { key: '__proto__', value: { intValue: '-7' } },
              ],
              traceId: '5b8efff798038103d269b633813fc60c',
            },
            {
              body: {
                kvlistValue: {
                  values: [
                    {
                      key: 'list',
                      value: { arrayValue: { values: [{ boolValue: true }, { intValue: `${1n << 60n}` }] } },
                    },
                    { key: 'half', value: { doubleValue: 0.5 } },
                    { key: 'bytes', value: { bytesValue: 'AP8=' } },
                  ],
                },
              },
            },
          ],
        },
      ],
    },
  ],
};

const RECORDS = [
  {
    timeUnixNano: '1700000000123456789',
    observedTimeUnixNano: '1700000001000000000',
    severityNumber: 9,
    severityText: 'INFO',
    traceId: '5b8efff798038103d269b633813fc60c',
    body: 'Failed password for root',
    attributes: JSON.parse('{"log.file.name":"auth.log","__proto__":-7}') as unknown,
    resource: { 'host.name': 'web-01' },
    scope: { name: 'app', version: '1.0' },
  },
  {
    timeUnixNano: '0',
    body: { list: [true, '1152921504606846976'], half: 0.5, bytes: 'AP8=' },
    resource: { 'host.name': 'web-01' },
    scope: { name: 'app', version: '1.0' },
  },
];

describe('otlp', () => {
  it('reads the same from JSON and from protobuf', () => {
    expect(inJson(JSON_REQUEST)).toEqual(RECORDS);
    expect(inProtobuf(PROTOBUF)).toEqual(RECORDS);
  });

  it('refuses what is cut off anywhere, or is no request, and never fails otherwise', () => {
    for (let length = 1; length < PROTOBUF.length; length++)
      expect(() => inProtobuf(PROTOBUF.subarray(0, length)), `${length}`).toThrow(Malformed);
    for (const text of ['[]', 'null', '"x"', '{', '{"resourceLogs":{}}'])
      expect(() => inJson(text)).toThrow(Malformed);
    for (const text of ['{}', '{"resourceLogs":[null,{"scopeLogs":[[],{"logRecords":7}]}]}'])
      expect(inJson(text)).toEqual([]);
    let seed = 1;
    for (let round = 0; round < 5000; round++) {
      const noise = Buffer.from(PROTOBUF);
      for (let i = 0; i < 3; i++) {
        seed = Math.imul(seed, 48_271) >>> 0;
        noise[seed % noise.length] = (seed >>> 16) & 0xff;
      }
      try {
        inProtobuf(noise);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
      }
    }
  });

  it('goes no deeper than it may', () => {
    let value = message([1, 'deep']);
    for (let i = 0; i < 1000; i++) value = message([5, message([1, value])]);
    const request = message([1, message([2, message([2, message([5, value])])])]);
    expect(JSON.stringify(inProtobuf(request))).toMatch(/^\[\{"timeUnixNano":"0","body":\[+null\]+\}\]$/);
    const text = `${'{"arrayValue":{"values":['.repeat(10_000)}{"stringValue":"x"}${']}}'.repeat(10_000)}`;
    expect(
      JSON.stringify(inJson(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${text}}]}]}]}`)),
    ).toMatch(/^\[\{"timeUnixNano":"0","body":\[+null\]+\}\]$/);
  });

  it('does not write a large resource out for any number of records', () => {
    const resource = { attributes: [{ key: 'x', value: { stringValue: 'x'.repeat(100_000) } }] };
    const logRecords = Array.from({ length: 10_000 }, () => ({}));
    expect(() => inJson({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })).toThrow('too large');
  });

  it('tells a type that it does not know', () => {
    expect(() => recordsOf(PROTOBUF, 'text/plain')).toThrow(
      'expected application/json or application/x-protobuf',
    );
  });
});
