import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { value, windowsEvent } from '../helpers/evtx-events.js';
import { linesOfEvtx, readEvtx } from '../helpers/evtx-lines.js';
import { CHUNK_BYTES, evtxFile, type Value, type XmlElement } from '../helpers/evtx-writer.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { findTool, toolEnvironment } from '../helpers/test-tools.js';

const HEADER_BYTES = 4096;
const SYSMON = { provider: 'Microsoft-Windows-Sysmon', channel: 'Microsoft-Windows-Sysmon/Operational' };

/** A value of each type, and how it is told. */
const VALUES: Readonly<Record<string, readonly [Value, unknown]>> = {
  text: [value.text('C:\\Windows\\a <b> & "c" é'), 'C:\\Windows\\a <b> & "c" é'],
  astral: [value.text('😀'), '😀'],
  counted: [value.text('with its end\0'), 'with its end'],
  empty: [value.text(''), ''],
  none: [value.none(), null],
  ansi: [value.bytes(0x02, '616263e9'), 'abcé'],
  int8: [value.number(0x03, -1), -1],
  uint8: [value.number(0x04, 200), 200],
  int16: [value.number(0x05, -300), -300],
  uint16: [value.number(0x06, 60_000), 60_000],
  int32: [value.number(0x07, -70_000), -70_000],
  uint32: [value.number(0x08, 4_294_967_295), 4_294_967_295],
  int64: [value.number(0x09, -5n), -5],
  uint64: [value.number(0x0a, 42n), 42],
  float: [value.bytes(0x0b, 'cdcccc3d'), 0.1],
  double: [value.bytes(0x0c, '0000000000000440'), 2.5],
  infinity: [value.bytes(0x0b, '0000807f'), '1.#INF'],
  bool: [value.bool(true), true],
  binary: [value.bytes(0x0e, 'deadbeef'), 'DEADBEEF'],
  guid: [value.guid('{A23EAE89-BD28-5903-0000-00102F345D00}'), '{A23EAE89-BD28-5903-0000-00102F345D00}'],
  size: [value.bytes(0x10, 'efbeadde'), '0xdeadbeef'],
  filetime: [value.fileTime(133_000_000_000_000_001n), '2022-06-18T04:26:40.0000001Z'],
  never: [value.number(0x11, 2n ** 63n - 1n), '30828-09-14T02:48:05.4775807Z'],
  systemtime: [value.bytes(0x12, 'ea070b00050014000a0000001e007b00'), '2026-11-20T10:00:30.123Z'],
  sid: [value.sid('S-1-5-21-1-2-3-500'), 'S-1-5-21-1-2-3-500'],
  hex32: [value.number(0x14, 0xc000006d), '0xc000006d'],
  hex64: [value.number(0x15, 0x3e7), '0x3e7'],
  unwritten: [value.bytes(0x13, ''), null],
  unknown: [value.bytes(0x22, 'ff00'), 'FF00'],
  texts: [value.texts('a', '', 'b'), ['a', '', 'b']],
  nothing: [value.texts(), null],
  numbers: [value.bytes(0x88, '0100000002000000'), [1, 2]],
  sids: [value.bytes(0x93, '010100000000000512000000010100000000000513000000'), ['S-1-5-18', 'S-1-5-19']],
};

const inputs = Object.fromEntries(Object.entries(VALUES).map(([name, [given]]) => [name, given]));

async function eventsOf(file: Buffer, blockBytes?: number): Promise<JsonObject[]> {
  return (await linesOfEvtx(file, blockBytes)).map((line) => JSON.parse(line).Event as JsonObject);
}

const imageOf = ({ EventData }: JsonObject): unknown => (EventData as JsonObject).Image;

const numbered = (count: number): XmlElement[] =>
  Array.from({ length: count }, (_, i) =>
    windowsEvent({ ...SYSMON, eventId: 1, recordId: i + 1, data: { Image: value.text(`C:\\${i}.exe`) } }),
  );

describe('a Windows event log', () => {
  it('is told as evtx_dump tells it: header, names of the data, a value of each type', async () => {
    const [event] = await eventsOf(evtxFile([windowsEvent({ ...SYSMON, eventId: 3, data: inputs })]));
    const told = Object.fromEntries(Object.entries(VALUES).map(([name, [, shown]]) => [name, shown]));
    expect(event).toEqual({
      System: {
        Provider: {
          '#attributes': { Name: SYSMON.provider, Guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}' },
        },
        ...{ EventID: 3, Version: 2, Level: 4, Task: 1, Opcode: 0, Keywords: '0x8020000000000000' },
        TimeCreated: { '#attributes': { SystemTime: '2026-11-20T10:00:00.0000000Z' } },
        ...{ EventRecordID: 1, Correlation: null },
        Execution: { '#attributes': { ProcessID: 700, ThreadID: 3164 } },
        ...{ Channel: SYSMON.channel, Computer: 'WS-01.corp.example' },
        Security: { '#attributes': { UserID: 'S-1-5-18' } },
      },
      EventData: told,
    });
  });

  it('tells integers that a double cannot hold exactly, and leaves out what is optional and absent', async () => {
    const data = { big: value.number(0x0a, 2n ** 64n - 1n), gone: value.absent(), left: value.text('x') };
    const [line] = await linesOfEvtx(evtxFile([windowsEvent({ ...SYSMON, eventId: 1, data })]));
    expect(line).toContain('"EventData":{"big":18446744073709551615,"left":"x"}');
  });

  it('tells data without names as a list, beside what has one', async () => {
    const data: XmlElement = {
      name: 'EventData',
      content: [
        { name: 'Data', content: [value.texts('one', 'two')] },
        { name: 'Data', content: ['three ', '& four'] },
        { name: 'Data', attributes: { Name: '__proto__' }, content: [value.text('five')] },
        { name: 'Binary', content: [value.bytes(0x0e, '00ff')] },
      ],
    };
    const [line] = await linesOfEvtx(
      evtxFile([windowsEvent({ provider: 'MsiInstaller', channel: 'Application', eventId: 1033, data })]),
    );
    expect(line).toContain(
      '"EventData":{"Data":["one","two","three & four"],"__proto__":"five","Binary":"00FF"}',
    );
  });

  it('tells UserData, and elements that stand in a value without a template', async () => {
    const cleared: XmlElement = {
      name: 'LogFileCleared',
      attributes: { xmlns: 'http://manifests.example', kind: 'whole' },
      content: [{ name: 'SubjectUserName', content: ['bob'] }],
    };
    const data = { name: 'UserData', content: [cleared] };
    for (const as of ['template', 'element'] as const) {
      const [event] = await eventsOf(
        evtxFile([windowsEvent({ provider: 'E', channel: 'Security', eventId: 1102, data, as })]),
      );
      expect(event?.UserData).toEqual({
        LogFileCleared: { '#attributes': { kind: 'whole' }, SubjectUserName: 'bob' },
      });
    }
  });

  it('is read over many chunks, however its bytes come', async () => {
    const file = evtxFile(numbered(95), 40);
    const whole = await eventsOf(file);
    expect(whole.map(imageOf)).toEqual(Array.from({ length: 95 }, (_, i) => `C:\\${i}.exe`));
    for (const size of [1, 4095, CHUNK_BYTES + 1]) expect(await eventsOf(file, size)).toEqual(whole);
  });

  it('may have room that was never used, and be empty', async () => {
    const file = evtxFile(numbered(3));
    expect(await eventsOf(Buffer.concat([file, Buffer.alloc(2 * CHUNK_BYTES)]))).toHaveLength(3);
    expect(await eventsOf(file.subarray(0, HEADER_BYTES))).toEqual([]);
  });

  it('that was archived says that all of a chunk is used, and the rest of it is empty', async () => {
    const file = evtxFile(numbered(3));
    file.writeUInt32LE(CHUNK_BYTES, HEADER_BYTES + 48);
    expect(await eventsOf(file)).toHaveLength(3);
  });

  it('of a running machine is read behind what its header knows, but not what was there before', async () => {
    const file = evtxFile(numbered(12));
    const freeOfSix = evtxFile(numbered(6)).readUInt32LE(HEADER_BYTES + 48);
    file.writeUInt32LE(freeOfSix, HEADER_BYTES + 48);
    expect(await eventsOf(file)).toHaveLength(12);
    file.writeBigUInt64LE(2n, HEADER_BYTES + freeOfSix + 8);
    expect(await eventsOf(file)).toHaveLength(6);
  });
});

describe('a damaged event log', () => {
  it('tells all records but the damaged ones, and how many those are', async () => {
    const file = evtxFile(numbered(10), 5);
    const second = file.indexOf('**\0\0', HEADER_BYTES + 513, 'latin1');
    file[second + 24 + 4] = 0x7f;
    const third = file.indexOf('**\0\0', second + 1, 'latin1');
    file.writeUInt32LE(3, third + 4);
    const { lines, error } = await readEvtx(file);
    expect(lines.map((line) => imageOf(JSON.parse(line).Event))).toEqual(
      [0, 3, 4, 5, 6, 7, 8, 9].map((i) => `C:\\${i}.exe`),
    );
    expect(error?.message).toBe(
      '2 records or chunks are damaged and left out: it has a token 127 that there is not (1), it does not begin or end as records do (1)',
    );
  });

  it.each([
    ['cut in a record', (file: Buffer) => file.subarray(0, file.readUInt32LE(HEADER_BYTES + 44) + 4100)],
    [
      'with a chunk of something else',
      (file: Buffer) => Buffer.concat([file, Buffer.alloc(CHUNK_BYTES, 'x')]),
    ],
  ])('is told as damaged: %s', async (_, hurt) => {
    await expect(linesOfEvtx(hurt(evtxFile(numbered(3))))).rejects.toThrow(/^1 record or chunk is damaged/);
  });

  it('tells the records of a chunk whose header is damaged', async () => {
    const file = evtxFile(numbered(4));
    file.fill(0xff, HEADER_BYTES, HEADER_BYTES + 512);
    const { lines, error } = await readEvtx(file);
    expect(lines).toHaveLength(4);
    expect(error?.message).toContain('it does not begin as chunks do (1)');
  });

  it('tells the records of a torn chunk that are whole', async () => {
    const file = evtxFile(numbered(10), 5);
    const sixth = HEADER_BYTES + CHUNK_BYTES + 512;
    const seventh = sixth + file.readUInt32LE(sixth + 4);
    const { lines, error } = await readEvtx(file.subarray(0, seventh + 30));
    expect(lines.map((line) => imageOf(JSON.parse(line).Event))).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => `C:\\${i}.exe`),
    );
    expect(error?.message).toContain('it does not begin or end as records do');
    const between = await readEvtx(file.subarray(0, seventh));
    expect(between.lines).toEqual(lines);
    expect(between.error?.message).toContain('it lacks its last records');
  });

  it.each([
    ['a number', value.bytes(0x08, '0100')],
    ['a SID', value.bytes(0x13, '010500000000000515000000')],
    ['a list of SIDs', value.bytes(0x93, '0101000000000005120000000101')],
  ])('does not tell %s that is none', async (_, given) => {
    const event = windowsEvent({ ...SYSMON, eventId: 1, data: { given } });
    const { lines, error } = await readEvtx(evtxFile([event, ...numbered(1)]));
    expect(lines).toHaveLength(1);
    expect(error?.message).toMatch(/^1 record or chunk is damaged/);
  });

  test('whatever bytes of it are others, it ends, with lines of JSON or saying that it is damaged', async () => {
    const whole = evtxFile([...numbered(5), windowsEvent({ ...SYSMON, eventId: 3, data: inputs })]);
    const used = HEADER_BYTES + whole.readUInt32LE(HEADER_BYTES + 48);
    const change = fc.record({ at: fc.integer({ min: HEADER_BYTES, max: used - 1 }), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const file = Buffer.from(whole);
        for (const { at, byte } of changes) file[at] = byte;
        const { lines, error } = await readEvtx(file);
        for (const line of lines) expect(typeof JSON.parse(line)).toBe('object');
        expect(error?.message ?? 'damaged').toContain('damaged');
      }),
      { numRuns: 400 },
    );
  });

  describe('that is made to harm', () => {
    /** A log in whose template stand these bytes instead of a text. */
    function withBytes(bytes: readonly number[], given: Value, events = 1): Buffer {
      // A text is four bytes and two for each character.
      const text = 'x'.repeat(bytes.length / 2 - 2);
      const data = { name: 'EventData', content: [{ name: 'A', content: [given] }, text] };
      const event = windowsEvent({ ...SYSMON, eventId: 1, data });
      const file = evtxFile(Array(events).fill(event), events);
      Buffer.from(bytes).copy(file, file.indexOf(Buffer.from(text, 'utf16le'), HEADER_BYTES) - 4);
      return file;
    }

    it('a template that holds itself', async () => {
      const instance = [0x0c, 1, 0, 0, 0, 0];
      const noValues = [0, 0, 0, 0];
      const file = withBytes([...instance, 0, 0, 0, 0, ...noValues], value.text('a'));
      const own = file.indexOf(Buffer.from([0x0f, 1, 1, 0, 0x0c, 1]), HEADER_BYTES + 600);
      const at = file.indexOf(Buffer.from([...instance, 0, 0, 0, 0, ...noValues]), own);
      file.copy(file, at + 6, own + 10, own + 14);
      await expect(linesOfEvtx(file)).rejects.toThrow('its template is damaged');
    });

    /** So many places for the first value. */
    const again = (times: number): number[] => Array.from({ length: times }, () => [0x0d, 0, 0, 1]).flat();

    it('a value that is asked for again and again', async () => {
      const long = value.text('y'.repeat(10_000));
      expect(await linesOfEvtx(withBytes(again(20), long))).toHaveLength(1);
      await expect(linesOfEvtx(withBytes(again(30), long))).rejects.toThrow('more than a record can tell');
    });

    it('elements in elements', async () => {
      const nested = (depth: number): XmlElement => ({
        name: 'a',
        content: depth === 0 ? ['x'] : [nested(depth - 1)],
      });
      const deep = windowsEvent({ ...SYSMON, eventId: 1, data: nested(40) });
      await expect(linesOfEvtx(evtxFile([deep]))).rejects.toThrow('too deep');
    });

    it('many long events of few bytes', async () => {
      const { lines, error } = await readEvtx(withBytes(again(2000), value.text('y'.repeat(100)), 80));
      expect(error?.message).toContain('more than a record can tell');
      expect(lines[0]).toHaveLength(lines[1]!.length);
      const all = lines.reduce((sum, { length }) => sum + length, 0);
      expect(all).toBeGreaterThan(7 * 1024 * 1024);
      expect(all).toBeLessThan(8 * 1024 * 1024);
    });
  });
});

describeWithTools('a Windows event log, beside libevtx', ['evtxexport'], () => {
  /** It reads negative numbers and surrogates wrongly and knows no lists of SIDs; for the others it has another text. */
  const NOT_COMPARED =
    /^(?:int\d+|astral|empty|none|size|infinity|ansi|counted|sids|never|unwritten|unknown|nothing)$/;

  it('says what evtxexport says', async () => {
    const compared = Object.entries(inputs).filter(([name]) => !NOT_COMPARED.test(name));
    const file = evtxFile([
      windowsEvent({ ...SYSMON, eventId: 3, data: Object.fromEntries(compared) }),
      ...numbered(50),
    ]);
    const path = join(temporaryFolder(), 'log.evtx');
    writeFileSync(path, file);
    const xml = execFileSync(findTool('evtxexport')!, ['-f', 'xml', path], {
      encoding: 'utf8',
      env: toolEnvironment(),
    });
    const theirs = xml.split('</Event>').slice(0, -1).map(dataOfXml);
    const ours = (await eventsOf(file)).map(({ EventData }) => dataOfJson(EventData as JsonObject));
    expect(theirs).toHaveLength(51);
    expect(ours).toEqual(theirs);
  });

  function dataOfXml(xml: string): string[] {
    return [...xml.matchAll(/<Data Name="(\w+)"(?:\/>|>([^<]*)<)/g)].map(([, name, text = '']) =>
      told(name!, unescaped(text)),
    );
  }

  function dataOfJson(data: JsonObject): string[] {
    return Object.entries(data).flatMap(([name, given]) =>
      (Array.isArray(given) ? given : [given]).map((one) => told(name, String(one))),
    );
  }

  function told(name: string, text: string): string {
    if (/^0x/.test(text)) return `${name}=${BigInt(text)}`;
    if (name === 'float' || name === 'double') return `${name}=${Number(text).toPrecision(7)}`;
    return `${name}=${text.replace(/(\.\d{7})\d*Z$/, '$1Z')}`;
  }

  function unescaped(text: string): string {
    return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  }
});
