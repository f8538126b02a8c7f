import { describe, expect, it } from 'vitest';
import type { Answer, Asked } from '../../../src/sources/http/dialect.js';
import { dialectOf } from '../../../src/sources/http/dialects.js';

function asked(path: string, changes: Partial<Asked> = {}): Asked {
  return { method: 'POST', path, headers: {}, ...changes };
}

/** Records of a body as text, and what is answered, as one who sends it to this path meets them. */
function sent(
  path: string,
  body: string,
  changes: Partial<Asked> = {},
): { records: string[]; answer: Answer } {
  const request = asked(path, changes);
  const delivery = dialectOf(request).open(request, Buffer.from(body));
  const records = [...delivery.records].map((record) => Buffer.from(record).toString());
  return { records, answer: delivery.answer({ records: records.length, stored: true }) };
}

const records = (path: string, body: string): string[] => sent(path, body).records;

describe('any other path', () => {
  it.each([
    ['lines, whose ends the source cuts', '<13>o\rne\r\n\n<13>two', ['<13>o\rne\r', '<13>two']],
    ['lines with brackets', '[2026-01-02] one\n[x] two\n', ['[2026-01-02] one', '[x] two']],
    ['an object', '{"a":1}', ['{"a":1}']],
    ['NDJSON', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    [
      'objects without anything between',
      '{"a":1}{"b":{"c":[]}} {"d":"}{"}',
      ['{"a":1}', '{"b":{"c":[]}}', '{"d":"}{"}'],
    ],
    ['an object of several lines', '{\n  "a": 1,\r\n  "b": [\n 2]\n}\n', ['{   "a": 1,    "b": [  2] }']],
    ['a list', '[ {"a":1},\n {"b":2} ]', ['{"a":1}', '{"b":2}']],
    ['a list in an object', '{"Records":[{"a":1},{"b":2}]}', ['{"a":1}', '{"b":2}']],
    ['an object that is cut', '{"a":"x\n{"b":2}\n{"c":', ['{"a":"x', '{"b":2}', '{"c":']],
    ['an object that is never closed', '{"a":{\n{"b":2}\nline', ['{"a":{', '{"b":2}', 'line']],
    ['an object with quotes in it', '{"a":"\\"}{"}\n{"b":1}', ['{"a":"\\"}{"}', '{"b":1}']],
    ['a line end in a string, which JSON does not have', '{"a":"x\n"}', ['{"a":"x', '"}']],
    ['the beginning of a list', '{"Records":[', ['{"Records":[']],
    ['text behind an object', '{"a":1} and more\nline', ['{"a":1} and more', 'line']],
    ['a byte order mark and blanks', ' \n\t', []],
    ['nothing', '', []],
  ])('takes %s', (_what, body, wanted) => {
    expect(records('/logs', body)).toEqual(wanted);
  });

  it('loses none of the bytes between blanks, whatever they are', () => {
    const pieces = ['{', '}', '[', ']', '"', '\\', '\n', ',', ':', ' ', 'a', '{"a":1}', '{"b":\n2}', 'é'];
    let seed = 7;
    const next = (most: number): number => {
      seed = (Math.imul(seed, 48_271) >>> 0) % 0x7fffffff;
      return seed % most;
    };
    for (let round = 0; round < 3000; round++) {
      const body = Array.from({ length: next(20) }, () => pieces[next(pieces.length)]).join('');
      // Lists are taken apart, by rules of their own.
      if (/^\s*(?:\[\s*\{|\{\s*"[Rr]ecords)/.test(body)) continue;
      expect(records('/', body).join('').replace(/\s/g, ''), JSON.stringify(body)).toBe(
        body.replace(/\s/g, ''),
      );
    }
  });

  it('looks at each byte some times at most, whatever was sent', () => {
    const started = performance.now();
    const objects = '{\n'.repeat(500_000);
    expect(records('/', objects)).toHaveLength(500_000);
    const closed = `${'{"a":\n'.repeat(200_000)}1${'}'.repeat(200_000)} x`;
    expect(records('/', closed)).toHaveLength(200_001);
    expect(records('/', '{"a":1}'.repeat(1_000_000))).toHaveLength(1_000_000);
    // Looked at for each line again, it would be hours.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('splunk-hec', () => {
  const path = '/services/collector/event';

  it('takes events as they are, with what stands around them', () => {
    const body = '{"event":"one","host":"web"}\n{"event":{"a":1},"time":1.5}{"host":"h","event":"}"}';
    const { records, answer } = sent(path, body);
    expect(records).toEqual([
      '{"event":"one","host":"web"}',
      '{"event":{"a":1},"time":1.5}',
      '{"host":"h","event":"}"}',
    ]);
    expect(answer).toEqual({ status: 200, body: { text: 'Success', code: 0 } });
    for (const other of ['/services/collector', '/services/collector/event/1.0'])
      expect(records).toEqual(sent(other, body).records);
  });

  it('says where those came in that say nothing besides', () => {
    expect(records(path, '{"event": {"a":{}} } { "event":"\\"}"}{"event":1}{"event":{},"time":1}')).toEqual([
      '{"event": {"a":{}} ,"source":"http"}',
      '{ "event":"\\"}","source":"http"}',
      '{"event":1}',
      '{"event":{},"time":1}',
    ]);
  });

  it('takes lines at /raw', () => {
    expect(records('/services/collector/raw', 'one\ntwo\n')).toEqual(['one', 'two']);
  });

  it('refuses what is not JSON behind what it has taken, and a body without anything', () => {
    const request = asked(path);
    const taken: string[] = [];
    expect(() => {
      for (const record of dialectOf(request).open(request, Buffer.from('{"event":1} nonsense')).records)
        taken.push(Buffer.from(record).toString());
    }).toThrow('event 1 is no JSON object');
    expect(taken).toEqual(['{"event":1}']);
    expect(() => sent(path, ' \n')).toThrow('No data');
  });

  it('speaks as the collector does', () => {
    const dialect = dialectOf(asked(path));
    expect(dialect.refuse({ status: 503, reason: 'full' })).toMatchObject({ status: 503, body: { code: 9 } });
    expect(dialect.refuse({ status: 401, reason: 'no' })).toMatchObject({ status: 401, body: { code: 4 } });
    const options = asked('/services/collector/event/1.0', { method: 'OPTIONS' });
    expect(dialectOf(options).answer(options)).toMatchObject({ status: 200 });
    const health = asked('/services/collector/health', { method: 'GET' });
    expect(dialectOf(health).answer(health)).toMatchObject({ status: 200, body: { code: 17 } });
  });
});

describe('elasticsearch', () => {
  it('takes the documents of _bulk, and says of each that it was created', () => {
    const body = '{"create":{"_index":"a"}}\n{"x":1}\n{"index":{}}\r\n{"x":"\\n"}\r\n';
    const { records, answer } = sent('/logs-%C3%A9/_bulk', body);
    expect(records).toEqual(['{"x":1}', '{"x":"\\n"}\r']);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'x-elastic-product': 'Elasticsearch' },
      body: {
        errors: false,
        items: [{ create: { _index: 'a', status: 201 } }, { index: { _index: 'logs-é', status: 201 } }],
      },
    });
  });

  it('takes single documents', () => {
    const { records, answer } = sent('/logs/_doc', '{\n"x": 1\n}');
    expect(records).toEqual(['{ "x": 1 }']);
    expect(answer).toMatchObject({ status: 201, body: { _index: 'logs', result: 'created' } });
  });

  it.each([
    ['{"delete":{"_id":"1"}}\n', 'expected {"create"'],
    ['{"create":{}}\n', 'action 1 has no document'],
    ['{"create":{}}\n{}\nx\n{}\n', 'line [2]'],
    ['null\n{}\n', 'line [1]'],
    ['{"__proto__":{"create":{}}}\n{}\n', 'line [1]'],
    ['\n', 'body is required'],
    ['{"index":{}}\n{}\n'.repeat(50_001), 'more than 50000 documents'],
  ])('refuses %j as a whole', (body, why) => {
    expect(() => sent('/_bulk', body)).toThrow(why);
  });

  it('answers what beats and others ask first', () => {
    const answerTo = (path: string): Answer | null => {
      const request = asked(path, { method: 'GET' });
      return dialectOf(request).answer(request);
    };
    expect(answerTo('/')).toMatchObject({ body: { version: { number: expect.stringMatching(/^8\./) } } });
    expect(answerTo('/_license')).toMatchObject({ body: { license: { status: 'active' } } });
    expect(answerTo('/_cluster/health')).toMatchObject({ body: { status: 'green' } });
    expect(answerTo('/_cluster/settings')).toMatchObject({ status: 404 });
    for (const path of [
      '/_index_template/winlogbeat',
      '/_ilm/policy/x',
      '/_ingest/pipeline/x',
      '/_data_stream/x',
    ]) {
      const request = asked(path, { method: 'PUT' });
      expect(() => dialectOf(request).open(request, Buffer.from('{}')), path).toThrow(
        'Only _bulk and documents',
      );
    }
  });

  it('asks to come again in its own way', () => {
    const dialect = dialectOf(asked('/_bulk'));
    expect(dialect.refuse({ status: 503, reason: 'full' })).toMatchObject({
      status: 429,
      body: { status: 429 },
    });
  });
});
