import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';
import { isoTime, parse } from './helpers.js';

const FAILED = 'Failed password for root from 203.0.113.7 port 40022 ssh2';
const LINE = `Nov 19 21:54:44 web sshd[999]: ${FAILED}`;
const ACCESS = '203.0.113.7 - - [19/Nov/2026:21:54:44 +0000] "GET /x HTTP/1.1" 404 153 "-" "curl/7"';

describe('a line that a shipper put into JSON', () => {
  it.each([
    ['Docker', { log: `${LINE}\n`, stream: 'stderr', time: '2026-11-19T21:54:44.123456789Z' }],
    ['Vector, a file', { message: LINE, file: '/var/log/auth.log', source_type: 'file' }],
    [
      'Filebeat',
      {
        '@timestamp': '2026-11-19T21:54:45.123Z',
        message: LINE,
        log: { file: { path: '/var/log/auth.log' } },
        host: { name: 'web' },
      },
    ],
    ['Filebeat, an ISO stamp', { message: `2026-11-19T21:54:44.1+00:00 web sshd[999]: ${FAILED}` }],
    ['a syslog datagram', { message: `<38>${LINE}` }],
    [
      'Vector, syslog',
      { appname: 'sshd', procid: 999, hostname: 'web', message: FAILED, source_ip: '10.0.0.9' },
    ],
    ['rsyslog', { programname: 'sshd', procid: '999', host: 'web', message: ` ${FAILED}` }],
    ['rsyslog, the tag', { syslogtag: 'sshd[999]:', host: 'web', message: ` ${FAILED}` }],
    ['syslog-ng', { PROGRAM: 'sshd', PID: '999', HOST: 'web', MESSAGE: FAILED }],
    ['Fluent Bit, syslog', { ident: 'sshd', pid: '999', host: 'web', message: FAILED }],
    ['GELF', { host: 'web', short_message: FAILED, _program: 'sshd', _pid: '999' }],
    [
      'Elastic, ECS',
      {
        message: FAILED,
        host: { name: 'web' },
        log: { syslog: { appname: 'sshd', procid: '999' } },
      },
    ],
    [
      'Filebeat, syslog input',
      { message: FAILED, hostname: 'web', process: { program: 'sshd', pid: 999 }, syslog: { priority: 38 } },
    ],
    [
      'Vector, the journal',
      {
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: '999',
        _HOSTNAME: 'web',
        __REALTIME_TIMESTAMP: '1795125284123456',
        message: FAILED,
      },
    ],
  ])('is read as if it had come alone: %s', (_shipper, shipped) => {
    const event = normalized(JSON.stringify(shipped));
    expect(event).toMatchObject({
      'process.name': 'sshd',
      'process.pid': 999,
      'host.name': 'web',
      'source.ip': '203.0.113.7',
      'user.name': 'root',
      'event.outcome': 'failure',
      message: FAILED,
    });
    expect(event.logsource.closed).toBe(true);
  });

  it('keeps the fields of the object beside its own', () => {
    const record = parse(
      JSON.stringify({ log: ACCESS, stream: 'stdout', status: 'up', kubernetes: { pod: 'p' } }),
    );
    expect(record.format).toBe('access-log');
    expect(record.fields).toMatchObject({ stream: 'stdout', status: 404, kubernetes: { pod: 'p' } });
    const proto = parse(`{"message":${JSON.stringify(ACCESS)},"__proto__":{"url":"no"}}`);
    expect(Object.keys(proto.fields!)).toContain('__proto__');
    expect(proto.fields).toMatchObject({ url: '/x' });
  });

  it('has the time of the object, unless it states a zone of its own', () => {
    const at = (line: string, time?: string) => isoTime(parse(JSON.stringify({ log: line, time })).timestamp);
    expect(at(LINE, '2026-11-19T20:54:44.5Z')).toBe('2026-11-19T20:54:44.500Z');
    expect(at(LINE)).toBe('2026-11-19T21:54:44.000Z');
    expect(at(ACCESS, '2026-11-20T10:00:00Z')).toBe('2026-11-19T21:54:44.000Z');
    expect(at(`2026-11-19T21:54:44+01:00 web sshd[9]: x`, '2026-11-20T10:00:00Z')).toBe(
      '2026-11-19T20:54:44.000Z',
    );
  });

  it('names host, program and outcome of an ECS document, nested or dotted', () => {
    const wanted = {
      'host.name': 'web',
      'process.name': 'sshd',
      'event.outcome': 'failure',
      'event.action': 'a',
    };
    const event = { action: 'a', outcome: 'failure' };
    const nested = {
      '@timestamp': '2026-11-19T21:54:44Z',
      event,
      host: { name: 'web' },
      process: { name: 'sshd' },
    };
    expect(normalized(JSON.stringify(nested))).toMatchObject(wanted);
    expect(normalized(JSON.stringify(wanted))).toMatchObject(wanted);
  });

  it('reads a firewall’s pairs', () => {
    const pairs =
      'date=2026-11-19 time=21:54:44 devid="FG1" logid="0000000013" type="traffic" subtype="forward"';
    const event = normalized(
      JSON.stringify({ message: `${pairs} srcip=203.0.113.7 dstip=192.0.2.1 action="deny"` }),
    );
    expect(event).toMatchObject({ 'source.ip': '203.0.113.7', 'event.outcome': 'failure' });
  });

  it.each([
    ['of a program that logs JSON itself', { level: 'info', message: LINE }],
    ['whose program is stated', { app: 'shop', message: LINE }],
    ['under another name', { msg: LINE }],
    ['that is prose', { message: 'Nov 19 21:54:44 something happened' }],
    ['that an application stamps', { message: '2026-11-19T21:54:44Z INFO http: listening' }],
    ['with an equals sign', { message: 'retry=3 left=2' }],
    ['with nothing in it', { message: '' }],
  ])('is not looked for in a text %s', (_what, object) => {
    const record = parse(JSON.stringify(object));
    expect(record).toMatchObject({ format: 'json', envelope: null, host: null, cef: null, fields: object });
    expect(record.message).toBe(Object.values(object).at(-1));
    expect(record.errors).toBeNull();
  });
});

describe('a CRI frame', () => {
  const FRAME = '2026-11-19T21:54:44.123456789+01:00 stdout';

  it('holds a text, a line or JSON of the container', () => {
    const text = parse(`${FRAME} P part of: it`);
    expect(text).toMatchObject({ format: 'plain', message: 'part of: it', errors: null });
    expect(isoTime(text.timestamp)).toBe('2026-11-19T20:54:44.123Z');
    expect(parse(`${FRAME} F ${ACCESS}`)).toMatchObject({ format: 'access-log', fields: { status: 404 } });
    const object = normalized(`${FRAME} F {"level":"error","msg":"boom","remote_addr":"203.0.113.7"}`);
    expect(object).toMatchObject({ message: 'boom', 'source.ip': '203.0.113.7' });
    expect(object.record.fields).toMatchObject({ stream: 'stdout', partial: false, level: 'error' });
    expect(object.logsource.services).toContain('container');
    expect(isoTime(object.timestamp)).toBe('2026-11-19T20:54:44.123Z');
  });
});
