import { appendFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { FollowerOptions } from '../../src/sources/tail/follower.js';
import { LineCutter, type Lines } from '../../src/sources/tail/line-cutter.js';
import { Harness } from './tail-harness.js';

const MAX = 4096;

function linesOf(lines: Lines | null): string[] {
  if (lines === null) return [];
  const found = Buffer.from(lines.bytes)
    .toString()
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
  expect(found).toHaveLength(lines.records);
  return found;
}

/** All records of a text, cut into blocks of these sizes and read on from its cursor now and then. */
function read(text: string, size: () => number, resume: () => boolean = () => false, max = MAX): string[] {
  const bytes = Buffer.from(text);
  const records: string[] = [];
  let cutter = new LineCutter(max);
  let resumed = 0;
  while (cutter.position < bytes.length) {
    const at = cutter.position;
    records.push(...linesOf(cutter.feed(Buffer.from(bytes.subarray(at, at + size())))));
    const { offset } = cutter;
    if (offset === resumed || !resume()) continue;
    resumed = offset;
    cutter = new LineCutter(max, offset, bytes.subarray(0, offset), bytes.subarray(0, offset));
  }
  return [...records, ...linesOf(cutter.flush())];
}

const whole = () => 1e9;

/** Objects that are full of what JSON is made of. */
const member = fc.dictionary(
  fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', ']', 'é'), maxLength: 4 }),
  fc.oneof(
    fc.string({ unit: fc.constantFrom('x', '"', '\\', '{', '}', '[', ']', ',', '\n', '😀'), maxLength: 8 }),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  { minKeys: 1, maxKeys: 3 },
);

/** What stands around such a list. */
const SHELLS: readonly ((members: object[]) => object)[] = [
  (Records) => ({ Records }),
  (members) => (members.length > 0 ? members : { records: members }),
  (value) => ({ '@odata.context': '{"[', value, '@odata.nextLink': 'x' }),
  (items) => ({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: { a: [[]] }, items }),
  (logEvents) => ({ messageType: 'DATA_MESSAGE', subscriptionFilters: ['é"'], logEvents }),
];

describe('a file that is one list of records', () => {
  it.each([
    [
      'as CloudTrail writes it',
      '{"Records":[{"a":1},{"b":[{"c":"}]"}]}]}',
      ['{"a":1}', '{"b":[{"c":"}]"}]}'],
    ],
    ['with the small letter of Azure', '{"records":[{"a":1}]}', ['{"a":1}']],
    [
      'spread over lines',
      '{\n  "Records" : [\n {\r\n "a":\n 1}\n,\n{"b":2}\n]\n}\n',
      ['{   "a":  1}', '{"b":2}'],
    ],
    ['with more beside it', '{"Records":[{"a":1}],"next":{"x":["]}"]}}', ['{"a":1}']],
    ['whose members are no objects', '{"Records":[1,{"a":1}]}\n', ['{"Records":[1,{"a":1}]}']],
    ['of which one is no object', '{"Records":[{"a":1}, 2,{"b":1}]}\nx', ['{"a":1}', '2,{"b":1}]}', 'x']],
    ['bare', '[{"a":1},{"b":[{"c":"}]"}]}]', ['{"a":1}', '{"b":[{"c":"}]"}]}']],
    ['bare, spread over lines', '[\n  {\n "a": 1\n  },\n  {"b":2}\n]\n', ['{  "a": 1   }', '{"b":2}']],
    [
      'bare, and others behind it',
      '[{"a":1}]\n[{"b":2}] [{"c":3}]\nplain\n[x] y\n[]\n{"Records":[{"d":4}]}\n[{"e":5}]\n',
      ['{"a":1}', '{"b":2}', '{"c":3}', 'plain', '[x] y', '[]', '{"d":4}', '{"e":5}'],
    ],
    ['bare, of which one is no object', '[{"a":1}, 2,{"b":1}]\nx', ['{"a":1}', '2,{"b":1}]', 'x']],
    ['bare, that ends early', '[{"a":1},{"b":', ['{"a":1}', '{"b":']],
    ['without any', '{"Records":[]}', []],
    [
      'of Microsoft Graph',
      '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns","value":[{"a":1},{"b":"]"}]}',
      ['{"a":1}', '{"b":"]"}'],
    ],
    [
      'of Kubernetes, and another',
      '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{"x":[{}]},"items":[{"a":1}]}\n{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"b":2}]}',
      ['{"a":1}', '{"b":2}'],
    ],
    [
      'of Google',
      '{"kind":"admin#reports#activities","etag":"\\"x\\"","items":[{"a":1}],"nextPageToken":"y"}',
      ['{"a":1}'],
    ],
    [
      'of CloudWatch, and another right behind it',
      '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"{[","subscriptionFilters":["f"],"logEvents":[{"a":1}]}'.repeat(
        2,
      ),
      ['{"a":1}', '{"a":1}'],
    ],
    ...['Events', 'events', 'value', 'items', 'logEvents'].map((name): [string, string, string[]] => [
      `spread over lines under ${name}`,
      JSON.stringify({ [name]: [{ a: 1 }, { b: [] }], NextToken: 'x' }, null, 4),
      ['{             "a": 1         }', '{             "b": []         }'],
    ]),
    ['and another', '{"Records":[{"a":1}]}\n{"Records":[{"b":2}]}{"Records":[]}', ['{"a":1}', '{"b":2}']],
    [
      'and a line',
      '{"Records":[{"a":1}]}\n{"Rec":2}\nplain\n{"re',
      ['{"a":1}', '{"Rec":2}', 'plain', '{"re'],
    ],
    ['that ends early', '{"Records":[{"a":1},{"b":', ['{"a":1}', '{"b":']],
  ])('gives them, %s', (_, text, records) => {
    expect(read(text, whole)).toEqual(records);
    for (const size of [1, 2, 3, 5]) {
      expect(read(text, () => size)).toEqual(records);
      expect(
        read(
          text,
          () => size,
          () => true,
        ),
      ).toEqual(records);
    }
  });

  it.each([
    ['another name', '{"Recorded":[{"a":1}]}\n{"Records":[{"b":2}]}\n'],
    ['a name further on', '{"a":1,"Records":[{"b":2}]}\n'],
    ['no list', '{"Records":{"b":2}}\n'],
    ['one that an event may have', '{"events":[{"b":2}]}\n{"events":[{"b":3}]}\n'],
    [
      'one that an event may have further on',
      '{"id":1,"items":[{"b":2}],"sum":7}\n{"id":2,"items":[{"b":3}]}\n',
    ],
    ['one of a kind that is not known', '{"kind":"ShoppingList","items":[{"b":2}]}\n'],
    ['other messages than data', '{"messageType":"CONTROL_MESSAGE","logEvents":[{"b":2}]}\n'],
    [
      'its name as a value',
      '{"@odata.context":"value","x":[{"b":2}]}\n{"@odata.context":"value":[{"b":2}]}\n',
    ],
    ['its name inside', '{"@odata.context":"x","y":{"value":[{"b":2}]}}\n{"z":[{"value":[{"b":2}]}]}\n'],
    [
      'more before it, over lines',
      '{\n  "user": "bob",\n  "events": [\n    {\n      "b": 2\n    }\n  ]\n}\n',
    ],
    ['a text over lines', '{"a\n":1,"Records":[{"b":2}]}\n'],
    ['a list of texts', '["b"]\n[{"b":2}]\n'],
    ['a list of nothing', '[]\n'],
    ['text in brackets', '[Fri Nov 20] x\n[{"b":2}]\n'],
    ['a line of a brace', '{\n  "Recorded": 1\n}\n'],
    ['text before it', 'x {"Records":[{"b":2}]}\n'],
  ])('is none with %s', (_, text) => {
    const lines = text.split('\n').filter((line) => line !== '');
    for (const size of [1, 7, 1000]) {
      expect(read(text, () => size)).toEqual(lines);
      expect(
        read(
          text,
          () => size,
          () => true,
        ),
      ).toEqual(lines);
    }
  });

  it('gives what a JSON parser finds in it, however it is cut into blocks and whenever it is read on', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.array(member, { maxLength: 5 }), fc.constantFrom(0, 2), fc.constantFrom(...SHELLS)),
          { minLength: 1, maxLength: 3 },
        ),
        fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
        fc.infiniteStream(fc.boolean()),
        (lists, sizes, resumes) => {
          const text = lists
            .map(([members, indent, shell]) => JSON.stringify(shell(members), null, indent))
            .join('\n');
          const records = read(
            text,
            () => sizes.next().value,
            () => resumes.next().value,
          );
          expect(records.map((record) => JSON.parse(record))).toEqual(
            lists.flatMap(([members]) => JSON.parse(JSON.stringify(members)) as unknown[]),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives the same of what is no JSON, however it is cut into blocks', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ',', '\\', 'a', ' ', '\n'),
          maxLength: 30,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        fc.constantFrom(
          '{"Records":[',
          '[{',
          '{\n"events":[',
          '{"@odata.context":"x","a":[],"value":[',
          '{"@odata.context":',
        ),
        (junk, sizes, opening) => {
          const text = `${opening}${junk}`;
          expect(read(text, () => sizes.next().value)).toEqual(read(text, whole));
        },
      ),
      { numRuns: 4000 },
    );
  });

  it.each(['{', '{"', '{"a', '{"a":', '{"a":"b', '{"a":[', '{"a":{"b":1},', '{"@odata.context":"x",', '{ '])(
    'hides no line behind one that only begins as what stands before it: %s',
    (begun) => {
      for (const next of ['Nov 20 10:00:00 h sshd[1]: Accepted', '{"user":"root"}', '[x] y', '  at x']) {
        const lines = [...(begun === '{ ' ? ['{'] : [begun]), next, next, '"z"', next];
        const text = `${lines.join('\n')}\n`;
        for (const before of ['', '{"Records":[{"a":1}]}\n', '[{"a":1}]\n']) {
          const records = before === '' ? lines : ['{"a":1}', ...lines];
          const trimmed = records.map((line) => line.trimStart());
          for (const size of [1, 4, 1e9])
            expect(read(before + text, () => size).map((line) => line.trimStart())).toEqual(trimmed);
        }
      }
    },
  );

  it.each(['', '{', '{"', '{"a":"b', '{"a":{', '{"a":1}', '{"a":1}]', '{"a":1}],"b":['])(
    'hides no line behind one that only begins so: {"Records":[%s',
    (begun) => {
      for (const next of ['Nov 20 10:00:00 h sshd[1]: Accepted', '{"user":"root"}', '[x] y', '"z"']) {
        const text = `{"Records":[${begun}\n${next}\n${next}\n`;
        const bare = read(text.slice('{"Records":'.length), whole);
        expect(bare.slice(-2)).toEqual([next, next]);
        for (const size of [1, 4, 1e9]) {
          const records = read(text, () => size);
          expect(records.slice(-2)).toEqual([next, next]);
          expect(
            read(
              text,
              () => size,
              () => true,
            ),
          ).toEqual(records);
        }
      }
    },
  );

  it('keeps no more of an opening than one has', () => {
    const line = `{${' '.repeat(300)}"Records":[{"a":1}]}`;
    const text = `{"Records":[{"b":2}]}\n${line}\n{"Records":[${' '.repeat(300)}{"c":3}]}\n`;
    for (const size of [1, 50, 1e9]) expect(read(text, () => size)).toEqual(['{"b":2}', line, '{"c":3}']);
  });

  it('is known again by what is kept of a beginning, however long its opening is', () => {
    for (const length of [900, 990, 1000, 1010, 1020, 1024, 1030, 1100]) {
      const context = 'x'.repeat(length - '{"@odata.context":"","value":['.length);
      const list = `{"@odata.context":"${context}","value":[{"a":1},{"a":2},{"a":3}]}\n{"b":1}\n`;
      for (const text of [list, `\ufeff${list}`]) {
        const records = read(text, whole);
        expect(records.length).toBe(Buffer.byteLength(text) - list.length + length <= 1024 ? 4 : 2);
        for (const size of [1, 64, 1023]) {
          expect(read(text, () => size)).toEqual(records);
          expect(
            read(
              text,
              () => size,
              () => true,
            ),
          ).toEqual(records);
        }
      }
    }
  });

  it('cuts a long member and goes on behind it', () => {
    const text = `{"Records":[{"a":"${'x'.repeat(200)}"},{"b":1}]}`;
    for (const size of [7, 1e9]) {
      const records = read(
        text,
        () => size,
        () => false,
        50,
      );
      expect(records).toEqual([`{"a":"${'x'.repeat(44)}`, '{"b":1}']);
    }
    const cutter = new LineCutter(50);
    expect([...cutter.feed(Buffer.from(text))!.truncated!]).toEqual([50]);
  });

  it('may begin with a BOM', () => {
    expect(read('\ufeff{"Records":[{"a":1}]}', whole)).toEqual(['{"a":1}']);
    expect(read('\ufeff{"Records":[{"a":1}]}', () => 5)).toEqual(['{"a":1}']);
  });

  it('has nothing left to read at its end', () => {
    const text = '{"Records":[{"a":1}]}\n';
    const cutter = new LineCutter(MAX);
    cutter.feed(Buffer.from(text));
    expect(cutter.offset).toBe(text.length);
  });
});

describe('following a file that is one list of records', () => {
  let harness: Harness;

  function follow(options: Partial<FollowerOptions> = {}): Harness {
    harness = new Harness(options);
    return harness;
  }

  afterEach(() => harness.end());

  it('gives each of them once, whatever was committed', async () => {
    follow({ paths: ['*.json', '*.gz'], backfillGz: true, once: true });
    writeFileSync(harness.path('a.json'), '{"Records":[{"a":1},{"a":2},');
    writeFileSync(harness.path('b.json.gz'), gzipSync('{"Records":[{"b":1},{"b":2}]}'));
    await harness.pollLater();
    appendFileSync(harness.path('a.json'), '{"a":3}]}');
    await harness.pollLater();
    const all = ['{"a":1}', '{"a":2}', '{"a":3}', '{"b":1}', '{"b":2}'];
    expect(harness.lines().sort()).toEqual(all);
    for (let keep = harness.batches.length - 1; keep >= 0; keep--) {
      harness.restart(keep);
      await harness.pollLater();
      expect(harness.lines().sort()).toEqual(all);
    }
  });
});
