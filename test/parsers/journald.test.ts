import { expect, it } from 'vitest';
import { isoTime, parse } from './helpers.js';

const ENTRY = {
  __REALTIME_TIMESTAMP: '1795190000123456',
  _HOSTNAME: 'vm',
  PRIORITY: '3',
  SYSLOG_FACILITY: '10',
  SYSLOG_IDENTIFIER: 'sshd',
  _PID: '812',
  MESSAGE: 'Failed password for root from 192.0.2.1 port 22 ssh2',
};

it('reads header and message from the names of the journal', () => {
  const record = parse(JSON.stringify(ENTRY));
  expect(record).toMatchObject({
    format: 'journald',
    envelope: null,
    facility: 10,
    severity: 3,
    host: 'vm',
    app: 'sshd',
    procid: '812',
    message: ENTRY.MESSAGE,
  });
  expect(isoTime(record.timestamp)).toBe('2026-11-20T15:53:20.123Z');
});

it('reads a message of bytes, of several values, and one too large to be sent', () => {
  const bytes = [...Buffer.from('naïve\u0001')];
  expect(parse(JSON.stringify({ ...ENTRY, MESSAGE: bytes })).message).toBe('naïve\u0001');
  expect(parse(JSON.stringify({ ...ENTRY, MESSAGE: ['one', 'two'] })).message).toBe('one');
  expect(parse(JSON.stringify({ ...ENTRY, MESSAGE: [bytes, 'two'] })).message).toBe('naïve\u0001');
  expect(parse(JSON.stringify({ ...ENTRY, MESSAGE: null })).format).toBe('journald');
});

it('falls back to the command and the pid that syslog stated', () => {
  const { SYSLOG_IDENTIFIER, _PID, ...rest } = ENTRY;
  const record = parse(JSON.stringify({ ...rest, _COMM: SYSLOG_IDENTIFIER, SYSLOG_PID: _PID }));
  expect(record).toMatchObject({ app: 'sshd', procid: '812' });
});

it('takes no number out of its range', () => {
  const record = parse(
    JSON.stringify({ ...ENTRY, PRIORITY: '9', SYSLOG_FACILITY: '', __REALTIME_TIMESTAMP: 'x' }),
  );
  expect(record).toMatchObject({ facility: -1, severity: -1, timestamp: Number.NaN });
  expect(record.errors).toEqual(['parse.bad_timestamp']);
});

it('is not the journal without its own fields', () => {
  expect(parse('{"MESSAGE":"m","level":"info"}').format).toBe('json');
});
