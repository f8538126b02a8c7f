import { describe, expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

const RECORD = {
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  tags: 'own',
  id: 9007199254740993n,
};
const TEXT =
  '{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","tags":"own","id":9007199254740993}';
const FILEBEAT = {
  '@timestamp': '2026-11-19T10:00:00.000Z',
  agent: { type: 'filebeat' },
  host: { name: 'collector' },
  log: { file: { path: '/var/log/x.json' } },
  tags: ['a'],
};

describe('an object as JSON text in JSON', () => {
  it.each([
    ['Filebeat', { ...FILEBEAT, message: TEXT }],
    ['Filebeat without agent', { ...FILEBEAT, agent: undefined, message: TEXT }],
    ['Logstash', { '@timestamp': '2026-11-19T10:00:00.000Z', '@version': '1', message: TEXT }],
    ['Vector', { timestamp: '2026-11-19T10:00:00.000Z', source_type: 'file', message: TEXT }],
    ['Fluent Bit', { date: 1795082400, log: TEXT }],
    ['Docker', { log: `${TEXT}\n`, stream: 'stdout', time: '2026-11-19T10:00:00Z' }],
    ['a subscription of CloudWatch', { id: '3'.repeat(56), timestamp: 1795082400000, message: TEXT }],
    [
      '`aws cloudtrail lookup-events`',
      { EventName: 'x', Username: 'b', timestamp: 1795082400000, CloudTrailEvent: TEXT },
    ],
    ['Purview', { RecordType: 1, timestamp: '2026-11-19T10:00:00Z', AuditData: TEXT }],
    ['CloudWatch', { logStreamName: 's', timestamp: 1795082400000, message: TEXT }],
    ['rsyslog', { severity: 'info', syslogtag: 'aws:', timestamp: '2026-11-19T10:00:00Z', message: TEXT }],
  ])('is the record where a shipper put it there, %s', (_, shell) => {
    const record = parse(JSON.stringify(shell));
    expect(record).toMatchObject({ format: 'json', errors: null });
    expect(record.fields).toMatchObject(RECORD);
    for (const place of ['message', 'CloudTrailEvent', 'AuditData'])
      expect(record.fields).not.toHaveProperty(place);
    expect(record.fields).not.toHaveProperty('host');
    expect(isoTime(record.timestamp)).toBe('2026-11-19T10:00:00.000Z');
  });

  it('has its own time, message and members before those of the shell, and the host of the shell where it states none', () => {
    const own = { ts: '2026-11-19T09:59:58Z', msg: 'hello', app: 'x' };
    const record = parse(JSON.stringify({ ...FILEBEAT, message: JSON.stringify(own) }));
    expect(record).toMatchObject({ message: 'hello', app: 'x', host: 'collector' });
    expect(isoTime(record.timestamp)).toBe('2026-11-19T09:59:58.000Z');
    const hosted = parse(JSON.stringify({ ...FILEBEAT, message: '{"msg":"m","hostname":"web"}' }));
    expect(hosted.host).toBe('web');
  });

  it.each([
    ['of a program that logs JSON', { level: 'info', source_type: 'file', message: TEXT }],
    ['of nobody known', { '@timestamp': '2026-11-19T10:00:00.000Z', user: 'bob', message: TEXT }],
    ['no JSON', { ...FILEBEAT, message: TEXT.slice(0, -1) }],
    ['a list', { ...FILEBEAT, message: `[${TEXT}]` }],
    ['too deep', { ...FILEBEAT, message: `{"a":${'['.repeat(70)}${']'.repeat(70)}}` }],
  ])('stays text in the object, %s', (_, shell) => {
    const { fields, message } = parse(JSON.stringify(shell));
    expect(plainData(fields)).toEqual(JSON.parse(JSON.stringify(shell)));
    expect(message).toBe(shell.message);
  });
});

const EVENT =
  '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2026-11-19T09:59:58Z"/></System></Event>';

it('reads an event as XML in JSON', () => {
  for (const shell of [
    { ...FILEBEAT, message: EVENT },
    { user: 'bob', message: EVENT },
    { date: 1795082400, System: EVENT, Message: 'x' },
  ]) {
    const record = parse(JSON.stringify(shell));
    expect(record).toMatchObject({ format: 'event-xml', errors: null });
    expect(record.fields).toMatchObject({ Event: { System: { EventID: '1' } } });
    expect(isoTime(record.timestamp)).toBe('2026-11-19T09:59:58.000Z');
  }
});

describe('what a program logged to the journal', () => {
  const ENTRY = {
    __REALTIME_TIMESTAMP: '1795082400000000',
    _HOSTNAME: 'web',
    SYSLOG_IDENTIFIER: 'caddy',
    _PID: '7',
    PRIORITY: '6',
  };
  const HEADER = { host: 'web', app: 'caddy', procid: '7', severity: 6 };

  it('is the record where it is an object, under the journal’s header', () => {
    const record = parse(JSON.stringify({ ...ENTRY, MESSAGE: '{"level":"error","msg":"m","host":"x"}' }));
    expect(record).toMatchObject({ ...HEADER, format: 'json' });
    expect(record.fields).toMatchObject({ msg: 'm', host: 'x', _HOSTNAME: 'web' });
    expect(isoTime(record.timestamp)).toBe('2026-11-19T10:00:00.000Z');
    const event = parse(JSON.stringify({ ...ENTRY, MESSAGE: EVENT }));
    expect(event).toMatchObject({ ...HEADER, format: 'event-xml', message: EVENT });
    expect(isoTime(event.payloadTimestamp)).toBe('2026-11-19T09:59:58.000Z');
  });

  it('inherits nothing from the entry around it', () => {
    const entry = JSON.stringify({ ...ENTRY, MESSAGE: '{"msg":"m"}' });
    const { fields } = parse(entry.replace('{', '{"__proto__":{"EventID":4688},'));
    expect(fields).toMatchObject({ msg: 'm', _HOSTNAME: 'web' });
    expect(Reflect.get(fields!, 'EventID')).toBeUndefined();
  });

  it('is text where it is no object', () => {
    for (const MESSAGE of ['{"level"', '<Event>', 'x {}'])
      expect(parse(JSON.stringify({ ...ENTRY, MESSAGE }))).toMatchObject({
        format: 'journald',
        message: MESSAGE,
      });
  });
});
