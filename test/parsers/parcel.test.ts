import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';
import { isoTime, parse, plainData } from './helpers.js';

const SHELL = {
  time: 1795082400.123,
  host: 'web-01',
  source: '/var/log/auth.log',
  sourcetype: 'linux_secure',
  index: 'main',
};
const BESIDE = { source: '/var/log/auth.log', sourcetype: 'linux_secure', index: 'main' };
const SENT = '2026-11-19T10:00:00.123Z';
const LINE = 'Nov 19 09:00:00 web-02 sshd[7]: Failed password for bob from 203.0.113.7 port 1 ssh2';
const LOGIN = {
  format: 'rfc3164',
  host: 'web-02',
  app: 'sshd',
  procid: '7',
  message: LINE.slice(LINE.indexOf('Failed')),
};
const TRAIL = { eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', id: 9007199254740993n };
const TRAIL_TEXT = '{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","id":9007199254740993}';
const XML =
  "<Event><System><Provider Name='x'/><EventID>1</EventID><TimeCreated SystemTime='2026-11-19T09:59:58Z'/></System></Event>";

const hec = (event: unknown, more: object = {}) => parse(JSON.stringify({ ...SHELL, event, ...more }));

describe('an event of Splunk’s HEC', () => {
  it('is the log line that it holds as text', () => {
    const record = hec(LINE, { fields: { env: 'prod' } });
    expect(record).toMatchObject({ ...LOGIN, errors: null });
    expect(plainData(record.fields)).toEqual({ env: 'prod', ...BESIDE });
    expect(isoTime(record.timestamp)).toBe(SENT);
    expect(hec('<13>1 2026-11-19T09:00:00Z h app - - - hello')).toMatchObject({
      app: 'app',
      message: 'hello',
    });
    expect(hec('CEF:0|a|b|1|2|c|3|src=10.0.0.1')).toMatchObject({ format: 'cef', host: 'web-01' });
  });

  it.each([TRAIL_TEXT, ` ${TRAIL_TEXT}\n`])('is the object that it holds as text: %s', (event) => {
    const record = hec(event);
    expect(record).toMatchObject({ format: 'json', host: 'web-01', errors: null });
    expect(record.fields).toEqual({ ...TRAIL, ...BESIDE });
    expect(isoTime(record.timestamp)).toBe(SENT);
  });

  it('is the event that it holds as XML', () => {
    const record = hec(XML);
    expect(record).toMatchObject({ format: 'event-xml', host: 'web-01' });
    expect(record.fields).toMatchObject({ Event: { System: { EventID: '1' } }, ...BESIDE });
    expect(isoTime(record.timestamp)).toBe('2026-11-19T09:59:58.000Z');
  });

  it('is the object that it holds', () => {
    const text = JSON.stringify({ ...SHELL, event: 0, fields: { env: 'prod', eventName: 'other' } });
    const record = parse(text.replace('"event":0', `"event":${TRAIL_TEXT}`));
    expect(record).toMatchObject({ format: 'json', host: 'web-01', errors: null });
    expect(record.fields).toEqual({ env: 'prod', ...TRAIL, ...BESIDE });
    expect(isoTime(record.timestamp)).toBe(SENT);
  });

  it('says itself when it was, where, and how bad', () => {
    for (const event of [
      { '@timestamp': '2026-11-19T09:00:00Z', hostname: 'web-03', message: 'm', level: 'error' },
      '{"@timestamp":"2026-11-19T09:00:00Z","hostname":"web-03","message":"m","level":"error"}',
    ]) {
      const record = hec(event);
      expect(record).toMatchObject({ host: 'web-03', message: 'm', severity: 3 });
      expect(isoTime(record.timestamp)).toBe('2026-11-19T09:00:00.000Z');
    }
  });

  it('may be what a shipper or the journal has, or Docker', () => {
    expect(hec({ log: LINE, stream: 'stdout' })).toMatchObject(LOGIN);
    expect(hec({ log: TRAIL_TEXT, stream: 'stdout' }).fields).toMatchObject(TRAIL);
    expect(hec({ MESSAGE: 'm', SYSLOG_IDENTIFIER: 'sshd', _PID: '7', _HOSTNAME: 'w' })).toMatchObject({
      format: 'journald',
      app: 'sshd',
      host: 'w',
    });
    const docker = hec({ line: LINE, source: 'stderr', tag: 'abc' }, { time: '1795082400.123' });
    expect(docker).toMatchObject(LOGIN);
    expect(docker.fields).toMatchObject({ stream: 'stderr', tag: 'abc' });
    expect(isoTime(docker.timestamp)).toBe(SENT);
    expect(hec({ line: { user: 'bob' }, source: 'stdout' }).fields).toMatchObject({ user: 'bob' });
  });

  it('is text where it is no more', () => {
    for (const event of ['hello', '{"a":', '<Event>', 'user: bob', '']) {
      const record = hec(event);
      expect(record).toMatchObject({ format: 'json', message: event, host: 'web-01', errors: null });
      expect(plainData(record.fields)).toEqual(BESIDE);
      expect(isoTime(record.timestamp)).toBe(SENT);
    }
    expect(hec(LINE, { fields: { severity: 'info' } })).toMatchObject({ message: LINE, app: null });
  });

  it.each([
    ['alone', { event: 'login' }],
    ['alone, an object', { event: { user: 'bob' } }],
    ['with more beside it', { ...SHELL, event: LINE, user: 'bob' }],
    ['with a time in words', { time: '2026-11-19T10:00:00Z', event: { user: 'bob' } }],
    ['with an object as its source', { event: { action: 'login' }, source: { ip: '192.0.2.1' } }],
    ['a list', { ...SHELL, event: [1] }],
    ['a number', { ...SHELL, event: 7 }],
  ])('is an application’s own, %s', (_, own) => {
    expect(plainData(parse(JSON.stringify(own)).fields)).toEqual(own);
  });

  it('may have any name in it', () => {
    const text = '{"time":1795082400,"event":{"__proto__":{"a":1},"toString":2},"fields":{"constructor":3}}';
    const { fields } = parse(text);
    expect(Object.keys(fields!).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Reflect.get(fields!, 'a')).toBeUndefined();
    expect(() => normalized(text)).not.toThrow();
    expect(parse('{"time":1795082400,"event":"x","__proto__":{"source":"y"}}').host).toBeNull();
  });
});

const OTLP = {
  timeUnixNano: '1795082400123456789',
  observedTimeUnixNano: '1795082401000000000',
  resource: { 'host.name': 'node-1', 'service.name': 'shop' },
  attributes: { 'log.file.name': 'auth.log' },
  scope: { name: 'x' },
};

describe('a record of OpenTelemetry', () => {
  const otlp = (body: unknown, more: object = {}) => parse(JSON.stringify({ ...OTLP, body, ...more }));

  it('is the log line that its body is', () => {
    const record = otlp(LINE);
    expect(record).toMatchObject({ ...LOGIN, errors: null });
    expect(plainData(record.fields)).toEqual({ ...OTLP.resource, ...OTLP.attributes, scope: { name: 'x' } });
    expect(isoTime(record.timestamp)).toBe(SENT);
    expect(otlp(TRAIL_TEXT).fields).toMatchObject(TRAIL);
    expect(otlp(XML)).toMatchObject({ format: 'event-xml' });
    const syslog = { appname: 'sshd', hostname: 'web-03', proc_id: '7' };
    expect(otlp('Accepted', { attributes: syslog })).toMatchObject({ app: 'sshd', host: 'node-1' });
  });

  it('is the object that its body is', () => {
    const journal = otlp({ MESSAGE: 'm', SYSLOG_IDENTIFIER: 'sshd', _PID: '7', _HOSTNAME: 'w' });
    expect(journal).toMatchObject({ format: 'journald', app: 'sshd', procid: '7', host: 'w', message: 'm' });
    expect(isoTime(journal.timestamp)).toBe(SENT);
    const own = otlp({ a: 1, 'log.file.name': 'own' });
    expect(own).toMatchObject({ format: 'json', host: 'node-1', app: null });
    expect(own.fields).toMatchObject({ a: 1, 'log.file.name': 'own', 'service.name': 'shop' });
  });

  it('is text of an application where nobody read it somewhere', () => {
    const attributes = { user: 'bob' };
    for (const body of [LINE, TRAIL_TEXT]) {
      const record = otlp(body, { attributes, severityNumber: 17, severityText: 'ERROR' });
      expect(record).toMatchObject({
        format: 'json',
        host: 'node-1',
        app: 'shop',
        severity: 3,
        message: body,
      });
      expect(record.fields).toMatchObject({ user: 'bob', severityText: 'ERROR' });
    }
    expect(otlp(LINE, { severityNumber: 9 })).toMatchObject(LOGIN);
    expect(otlp(LINE, { attributes })).toMatchObject(LOGIN);
  });

  it('was when it was observed where nobody says more', () => {
    for (const timeUnixNano of ['0', 0, undefined, {}, 'x'])
      expect(isoTime(otlp('m', { timeUnixNano }).timestamp)).toBe('2026-11-19T10:00:01.000Z');
    expect(otlp('m', { timeUnixNano: 'x', observedTimeUnixNano: null }).timestamp).toBeNaN();
  });

  it('may be without a body, or with one that is neither', () => {
    expect(otlp(undefined).fields).toMatchObject({ 'log.file.name': 'auth.log' });
    for (const body of [7, true, [1], null]) expect(plainData(otlp(body).fields)).toMatchObject({ body });
  });

  it.each([
    ['timeUnixNano', { __proto__: null, x: 1 }],
    ['attributes', 'x'],
    ['attributes', [1]],
    ['resource', null],
    ['severityNumber', {}],
    ['severityNumber', 1e9],
  ])('may have anything as its %s', (name, value) => {
    const record = otlp(LINE, { [name]: value });
    expect(record).toMatchObject({ message: expect.any(String), errors: null });
  });
});

const WAZUH = {
  timestamp: '2026-11-19T10:00:00.123+0000',
  rule: { level: 5, id: '5710' },
  agent: { id: '001', name: 'agent-1' },
  manager: { name: 'wz' },
  location: '/var/log/auth.log',
};

describe('an alert of Wazuh', () => {
  const wazuh = (more: object) => parse(JSON.stringify({ ...WAZUH, decoder: { name: 'sshd' }, ...more }));
  const json = { name: 'json' };

  it('is the line that an agent read', () => {
    const record = wazuh({ full_log: LINE, data: { srcip: '203.0.113.7' } });
    expect(record).toMatchObject({ ...LOGIN, errors: null });
    expect(record.fields).toMatchObject({ rule: { id: '5710' }, data: { srcip: '203.0.113.7' } });
    expect(isoTime(record.timestamp)).toBe(SENT);
    const predecoder = { program_name: 'app', hostname: 'web-09' };
    expect(wazuh({ full_log: 'what else', predecoder })).toMatchObject({
      app: 'app',
      host: 'web-09',
      message: 'what else',
    });
  });

  it('is the object that a module fetched, or that the decoder of JSON read', () => {
    for (const name of ['aws', 'office365', 'gcp', 'github']) {
      const record = wazuh({
        decoder: json,
        data: { integration: name, [name]: { a: '1', id: 'own' } },
        id: '1.2',
      });
      expect(record).toMatchObject({ format: 'json', host: 'agent-1' });
      expect(record.fields).toMatchObject({ a: '1', id: 'own', rule: { id: '5710' } });
      expect(record.fields!.data).toMatchObject({ [name]: { a: '1' } });
    }
    const eve = { timestamp: '2026-11-19T09:00:00Z', event_type: 'alert', src_ip: '203.0.113.7' };
    const record = wazuh({ decoder: json, data: eve });
    expect(record.fields).toMatchObject(eve);
    expect(isoTime(record.payloadTimestamp)).toBe('2026-11-19T09:00:00.000Z');
  });

  it.each([
    ['an event of Windows', { ...WAZUH, decoder: json, data: { win: { system: { eventID: '1' } } } }],
    ['nothing of either', { ...WAZUH, decoder: { name: 'sca' }, data: { sca: {} } }],
    ['another’s', { decoder: json, agent: 'x', location: '/', data: { a: 1 }, full_log: LINE }],
  ])('stays what it is where it holds %s', (_, own) => {
    expect(plainData(parse(JSON.stringify(own)).fields)).toEqual(own);
  });
});
