import { describe, expect, it } from 'vitest';
import { detectionTime, ECS_FIELDS, Event, isEcsField, toEventJson } from '../../src/model/event.js';
import { type JsonObject, toJsonText } from '../../src/model/json.js';
import { closedLogsource } from '../../src/model/logsource.js';
import { normalized } from '../helpers/normalized.js';

/** An event in which no field has the value it begins with. */
function filled(): Event {
  const event = new Event();
  const fill = (target: object): void => {
    const fields = target as Record<string, unknown>;
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'record') continue;
      if (name === 'logsource') fields[name] = closedLogsource({ product: 'linux' });
      else fields[name] = typeof value === 'number' ? 7 : typeof value === 'boolean' ? !value : 'filled';
    }
  };
  fill(event);
  fill(event.record);
  return event;
}

describe('an event', () => {
  it('is as new after reset, every field of it and of its record', () => {
    const event = filled();
    const fresh = new Event();
    for (const name of Object.keys(fresh).filter((key) => key !== 'record') as (keyof Event)[])
      expect(event[name], name).not.toEqual(fresh[name]);
    event.reset('text');
    fresh.record.original = 'text';
    fresh.record.message = 'text';
    fresh.message = 'text';
    expect(event).toEqual(fresh);
  });

  it('keeps its shape over reset: the same fields in the same order', () => {
    const event = filled();
    event.reset('text');
    expect(Object.keys(event)).toEqual(Object.keys(new Event()));
    expect(Object.keys(event.record)).toEqual(Object.keys(new Event().record));
  });

  it('knows its ECS fields by name', () => {
    expect(isEcsField('source.ip')).toBe(true);
    for (const name of ['timestamp', 'record', 'a.b', '__proto__', 'constructor', 'toString'])
      expect(isEcsField(name)).toBe(false);
  });

  it('is detected at the time it states, or at its receipt when that lies in the future', () => {
    const event = new Event();
    Object.assign(event, { timestamp: 5000, receivedAt: 1000 });
    expect(detectionTime(event)).toBe(5000);
    event.timestampInFuture = true;
    expect(detectionTime(event)).toBe(1000);
  });
});

describe('an event as JSON', () => {
  it('nests ECS names and leaves out what is absent', () => {
    const event = new Event();
    event.reset('the line');
    Object.assign(event, {
      seq: 4,
      index: 2,
      timestamp: 1000,
      receivedAt: 2500,
      'source.ip': '192.0.2.1',
      'source.nat.ip': '198.51.100.1',
      'user.name': 'bob',
      'event.category': ['network'],
      'host.name': 'fw',
    });
    expect(JSON.parse(toJsonText(toEventJson(event)))).toEqual({
      '@timestamp': '1970-01-01T00:00:01.000Z',
      event: {
        kind: 'event',
        id: '4-2',
        created: '1970-01-01T00:00:02.500Z',
        original: 'the line',
        category: ['network'],
      },
      source: { ip: '192.0.2.1', nat: { ip: '198.51.100.1' } },
      user: { name: 'bob' },
      host: { name: 'fw' },
      message: 'the line',
      related: { ip: ['192.0.2.1', '198.51.100.1'], user: ['bob'], hosts: ['fw'] },
      parse: { format: 'plain', envelope: null, errors: [] },
    });
  });

  it('has a place for each ECS field', () => {
    const event = filled();
    event['event.category'] = ['x'];
    event['event.type'] = ['x'];
    Object.assign(event.record, { errors: null, cef: null, leef: null, fields: null, structuredData: null });
    const json = toEventJson(event);
    for (const name of ECS_FIELDS) {
      const value = name.split('.').reduce<unknown>((at, step) => (at as JsonObject)[step], json);
      expect(value, name).toEqual(event[name]);
    }
  });

  it('says what is unusual, and only then', () => {
    const event = new Event();
    event.reset('x');
    expect(toEventJson(event).vedette).toBeUndefined();
    Object.assign(event, { repeat: 3, timestampInFuture: true, truncated: true });
    expect(toEventJson(event).vedette).toEqual({ repeat: 3, timestamp_in_future: true, truncated: true });
  });

  it('keeps names that a sender chose as plain fields beside ECS', () => {
    const line =
      '{"__proto__":{"polluted":1},"constructor":2,"host":"evil","source":{"ip":"x"},"@timestamp":"2026-11-20T10:00:00Z","message":"m"}';
    const text = toJsonText(toEventJson(normalized(line)));
    const json = JSON.parse(text) as { parse: { fields: object } };
    expect(text).toContain('"__proto__":{"polluted":1}');
    expect(Object.keys(json.parse.fields)).toEqual(
      expect.arrayContaining(['__proto__', 'constructor', 'host']),
    );
    expect(({} as JsonObject).polluted).toBeUndefined();
    expect(json).toMatchObject({ '@timestamp': '2026-11-20T10:00:00.000Z', message: 'm' });
  });

  it('writes integers that a double cannot hold exactly', () => {
    const text = toJsonText(
      toEventJson(normalized('{"n":9007199254740993,"deep":[{"m":-12345678901234567890}]}')),
    );
    expect(text).toContain('"n":9007199254740993');
    expect(text).toContain('"m":-12345678901234567890');
  });
});
