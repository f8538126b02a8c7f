import { describe, expect, test } from 'vitest';
import { type EcsField, type Event, isEcsField } from '../../src/model/event.js';
import { type Json, type JsonObject, ownField } from '../../src/model/json.js';
import { SHORT_NAMES } from '../helpers/corpus-names.js';
import { normalized } from '../helpers/normalized.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface Row {
  readonly id: string;
  readonly raw: string;
  readonly expect: Readonly<Record<string, Json>>;
}

/** Rows that we do not meet, each with the reason why. */
const GAPS: Readonly<Record<string, string>> = {};

describeShared('the corpus of vendor lines', () => {
  const rows = readJsonLines<Row>(sharedPath('corpus', 'normalize.jsonl'));

  test.each(rows.filter((row) => GAPS[row.id] === undefined))('$id', (row) => {
    const event = normalized(row.raw);
    const found: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(row.expect)) {
      wanted[name] = String(name === 'duration_s' ? Number(value) * 1e9 : value);
      found[name] = String(lookUp(event, name));
    }
    expect(found).toEqual(wanted);
  });

  test('a row listed as a gap is still one', () => {
    for (const id of Object.keys(GAPS)) expect(rows.map((row) => row.id)).toContain(id);
  });
});

function lookUp(event: Event, name: string): unknown {
  if (name === 'bytes') return event['http.response.body.bytes'] ?? event['network.bytes'];
  if (name === 'message') return event.message;
  const ecs = SHORT_NAMES[name];
  if (ecs !== undefined) return event[ecs];
  return event.record.fields === null ? undefined : ownField(event.record.fields, name);
}

interface PipelineRow {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly line?: string; readonly line_parts?: readonly [string, string, number, string] };
  readonly expect: JsonObject;
}

describeShared('the normalizing cases of the SIEM that this one replaces', () => {
  const rows = readJsonLines<PipelineRow>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    (row) => row.kind === 'normalize',
  );

  test.each(rows)('$id', ({ input, expect: wanted }) => {
    const [head, unit, count, tail] = input.line_parts ?? ['', '', 0, ''];
    const started = performance.now();
    const event = normalized(input.line ?? head + unit.repeat(count) + tail);
    const elapsed = performance.now() - started;
    for (const [name, value] of Object.entries(wanted)) {
      if (name === 'max_ms') expect(elapsed).toBeLessThan(Number(value));
      else if (name === 'tags_include')
        for (const tag of value as string[]) expect(tagsOf(event)).toContain(tag);
      else if (name === 'tags_exclude')
        for (const tag of value as string[]) expect(tagsOf(event)).not.toContain(tag);
      else if (name === 'fields') expectFields(event, value as JsonObject);
      else if (name === 'log_source') expect(event.record.format).toBe(value);
      else expect(event[PIPELINE_NAMES[name]!]).toBe(value);
    }
  });
});

const PIPELINE_NAMES: Readonly<Record<string, EcsField>> = {
  source_ip: 'source.ip',
  dest_ip: 'destination.ip',
  source_port: 'source.port',
  dest_port: 'destination.port',
  pid: 'process.pid',
};

const FIELD_NAMES: Readonly<Record<string, EcsField>> = {
  username: 'user.name',
  http_method: 'http.request.method',
  http_status: 'http.response.status_code',
};

function expectFields(event: Event, wanted: JsonObject): void {
  for (const [name, value] of Object.entries(wanted)) {
    const ecs = FIELD_NAMES[name];
    if (ecs !== undefined) expect(event[ecs]).toBe(value);
    else if (event.record.cef !== null) expect(event.record.cef.extensions[name]).toBe(value);
    else expect(ownField(event.record.fields ?? {}, name)).toEqual(value);
  }
}

/** The tags of that SIEM as event.category and event.outcome. */
function tagsOf(event: Event): string[] {
  const categories = event['event.category'] ?? [];
  const tags: string[] = [];
  if (categories.includes('authentication')) {
    tags.push('category:auth');
    if (event['event.outcome'] !== null) tags.push(`auth:${event['event.outcome']}`);
  }
  if (categories.includes('network')) tags.push('category:network');
  return tags;
}

describe('the table of short names', () => {
  test('holds only fields of the event', () => {
    for (const field of Object.values(SHORT_NAMES)) expect(isEcsField(field)).toBe(true);
  });
});
