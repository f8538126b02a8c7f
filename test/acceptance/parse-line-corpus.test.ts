import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Json, type JsonObject, ownField } from '../../src/model/json.js';
import { SHORT_NAMES } from '../helpers/corpus-names.js';
import { jsonLines } from '../helpers/run-cli.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

/**
 * The corpora through the command line, as somebody from outside would: many records a process, base64-coded, and
 * the places that corpus/README.md names.
 */
const MAIN = join(process.cwd(), 'dist', 'main.js');

interface Context {
  readonly now: string;
  readonly tz: string;
}

const CONTEXT: Context = { now: '2026-11-20T16:00:00Z', tz: 'UTC' };

interface Row {
  readonly id: string;
  readonly expect: JsonObject;
  readonly alt?: readonly JsonObject[];
}

type SyslogRow = Row & { readonly raw_b64: string; readonly ctx: Context };
type TextRow = Row & { readonly raw: string };

/** One process per context; events in the order of the records. */
function eventsOf(records: readonly { base64: string; context: Context }[]): JsonObject[] {
  const events: JsonObject[] = [];
  const groups = new Map<string, number[]>();
  for (const [i, { context }] of records.entries()) {
    const key = JSON.stringify([context.now, context.tz]);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  for (const [key, members] of groups) {
    const [now, tz] = JSON.parse(key) as [string, string];
    const input = members.map((i) => `${records[i]!.base64}\n`).join('');
    const args = [MAIN, 'parse-line', '--json', '--base64', '--now', now, '--tz', tz];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      input,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    expect([status, stderr]).toEqual([0, '']);
    const found = jsonLines<JsonObject>(stdout);
    expect(found).toHaveLength(members.length);
    for (const [n, i] of members.entries()) events[i] = found[n]!;
  }
  return events;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The value at a dotted path of nested objects; absent and null are one. */
function at(event: JsonObject, path: string): Json {
  let value: Json | undefined = event;
  for (const step of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
    value = ownField(value, step);
    if (value === undefined) return null;
  }
  return value;
}

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing; run \`npm run build\` first.`);
});

const SYSLOG_PLACES = {
  format: 'parse.format',
  envelope: 'parse.envelope',
  facility: 'log.syslog.facility.code',
  severity: 'log.syslog.severity.code',
  timestamp: '@timestamp',
  host: 'log.syslog.hostname',
  app: 'log.syslog.appname',
  procid: 'log.syslog.procid',
  msgid: 'log.syslog.msgid',
  sd: 'log.syslog.structured_data',
  message: 'message',
} as const;

describeShared('vedette parse-line on syslog.jsonl', () => {
  const rows = readJsonLines<SyslogRow>(sharedPath('corpus', 'syslog.jsonl'));
  let events: JsonObject[] = [];

  beforeAll(() => {
    events = eventsOf(rows.map(({ raw_b64, ctx }) => ({ base64: raw_b64, context: ctx })));
  });

  it.each(rows.map((row, i) => [row.id, row, i] as const))('%s', (_, row, i) => {
    const names = Object.keys(row.expect) as (keyof typeof SYSLOG_PLACES)[];
    const found = Object.fromEntries(names.map((name) => [name, at(events[i]!, SYSLOG_PLACES[name])]));
    const accepted = [row.expect, ...(row.alt ?? []).map((patch) => ({ ...row.expect, ...patch }))];
    // A format alone leaves the rest to whoever reads it as that.
    const lone = (row.alt ?? []).filter((patch) => Object.keys(patch).join() === 'format');
    if (lone.some(({ format }) => format === found.format)) return;
    expect(accepted.map((wanted) => asPrinted(wanted, row, events[i]!))).toContainEqual(found);
  });
});

/** Rows without a time in the header whose product states one in the message: the event's time is that. */
const STATED_IN_MESSAGE: Readonly<Record<string, string>> = {
  'vendor-sonicwall': '2024-01-04T14:02:41.000Z',
};

/** A time that the record does not state is that of its receipt; stamps are printed in milliseconds. */
function asPrinted(wanted: JsonObject, row: SyslogRow, event: JsonObject): JsonObject {
  const { timestamp } = wanted;
  const received = new Date(row.ctx.now).toISOString();
  const iso = typeof timestamp === 'string' ? timestamp : (STATED_IN_MESSAGE[row.id] ?? received);
  expect(at(event, 'event.created')).toBe(received);
  return {
    ...wanted,
    timestamp: iso.replace(/(?:\.(\d+))?Z$/, (_, f = '') => `.${f.slice(0, 3).padEnd(3, '0')}Z`),
  };
}

for (const name of ['cef', 'leef']) {
  describeShared(`vedette parse-line on ${name}.jsonl`, () => {
    const rows = readJsonLines<TextRow>(sharedPath('corpus', `${name}.jsonl`));
    let events: JsonObject[] = [];

    beforeAll(() => {
      events = eventsOf(rows.map(({ raw }) => ({ base64: base64(raw), context: CONTEXT })));
    });

    it.each(rows.map((row, i) => [row.id, row, i] as const))('%s', (_, row, i) => {
      const accepted = [row.expect, ...(row.alt ?? []).map((patch) => ({ ...row.expect, ...patch }))];
      const found = at(events[i]!, `parse.${name}`);
      if (found === null) expect(accepted.map(({ valid }) => valid)).toContain(false);
      else expect(accepted).toContainEqual(found);
    });
  });
}

/** Where a short name of normalize.jsonl stands in the event; null = a raw field of that name. */
function placeOf(name: string): string | null {
  if (name === 'message') return name;
  return Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name]! : null;
}

describeShared('vedette parse-line on normalize.jsonl', () => {
  const rows = readJsonLines<TextRow>(sharedPath('corpus', 'normalize.jsonl'));
  let events: JsonObject[] = [];

  beforeAll(() => {
    events = eventsOf(rows.map(({ raw }) => ({ base64: base64(raw), context: CONTEXT })));
  });

  it.each(rows.map((row, i) => [row.id, row, i] as const))('%s', (_, row, i) => {
    const event = events[i]!;
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const [name, value] of Object.entries(row.expect)) {
      wanted[name] = String(name === 'duration_s' ? Number(value) * 1e9 : value);
      const bytes = () => at(event, 'http.response.body.bytes') ?? at(event, 'network.bytes');
      const place = placeOf(name);
      const raw = () => ownField((at(event, 'parse.fields') ?? {}) as JsonObject, name) ?? null;
      found[name] = String(name === 'bytes' ? bytes() : place === null ? raw() : at(event, place));
    }
    expect(found).toEqual(wanted);
  });
});

interface PipelineRow {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly line?: string; readonly bytes_b64?: string; readonly received_at?: string };
  readonly expect: JsonObject;
}

describeShared('vedette parse-line on the parse rows of pipeline.jsonl', () => {
  const rows = readJsonLines<PipelineRow>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    ({ kind, input }) => kind === 'parse' && (input.line ?? input.bytes_b64) !== undefined,
  );
  let events: JsonObject[] = [];

  beforeAll(() => {
    events = eventsOf(
      rows.map(({ input }) => ({
        base64: input.bytes_b64 ?? base64(input.line!),
        context: { now: input.received_at ?? '2026-11-20T12:00:00Z', tz: 'UTC' },
      })),
    );
  });

  it.each(rows.map((row, i) => [row.id, row, i] as const))('%s', (_, row, i) => {
    const event = events[i]!;
    const { message, program, timestamp, host } = row.expect;
    if (message !== undefined) expect(at(event, 'message')).toBe(message);
    if (program !== undefined) expect(at(event, 'log.syslog.appname')).toBe(program);
    if (typeof timestamp === 'string')
      expect(Date.parse(at(event, '@timestamp') as string)).toBe(Date.parse(timestamp));
    // What that SIEM calls "unknown" we leave out.
    if (host !== undefined) expect(at(event, 'log.syslog.hostname')).toBe(host === 'unknown' ? null : host);
  });
});
