import { expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

const TIME = '[19/Nov/2026:13:55:36 +0100]';
const UA = '"Mozilla/5.0 (X11; Linux x86_64)"';

it('reads the combined format', () => {
  const record = parse(
    `192.0.2.20 - alice ${TIME} "POST /login?next=/ HTTP/2.0" 302 612 "https://x.example/?q=a b" ${UA}`,
  );
  expect(record.format).toBe('access-log');
  expect(isoTime(record.timestamp)).toBe('2026-11-19T12:55:36.000Z');
  expect(plainData(record.fields)).toEqual({
    remote_addr: '192.0.2.20',
    remote_user: 'alice',
    time_local: '19/Nov/2026:13:55:36 +0100',
    request: 'POST /login?next=/ HTTP/2.0',
    method: 'POST',
    url: '/login?next=/',
    protocol: 'HTTP/2.0',
    status: 302,
    bytes: 612,
    referrer: 'https://x.example/?q=a b',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
  });
});

it('reads fractions of a second', () => {
  const record = parse('192.0.2.20 - - [19/Nov/2026:13:55:36.5 -0100] "GET / HTTP/1.1" 200 612');
  expect(isoTime(record.timestamp)).toBe('2026-11-19T14:55:36.500Z');
  const exact = parse('192.0.2.20 - - [19/Nov/2026:13:55:36.123456 +0000] "GET / HTTP/1.1" 200 612');
  expect(isoTime(exact.timestamp)).toBe('2026-11-19T13:55:36.123Z');
});

it.each([
  ['the common format', `192.0.2.22 - frank ${TIME} "GET /a.gif HTTP/1.0" 200 2326`, { bytes: 2326 }],
  ['no body', `192.0.2.22 - - ${TIME} "HEAD / HTTP/1.1" 304 - "-" ${UA}`, { status: 304, method: 'HEAD' }],
  [
    'a virtual host',
    `www.example.com:443 192.0.2.21 - - ${TIME} "GET / HTTP/1.1" 200 1`,
    {
      vhost: 'www.example.com:443',
      remote_addr: '192.0.2.21',
    },
  ],
  ['an IPv6 client', `2001:db8::9 - - ${TIME} "GET / HTTP/1.1" 200 1`, { remote_addr: '2001:db8::9' }],
  [
    'a user name with a space',
    `192.0.2.1 - john doe ${TIME} "GET / HTTP/1.1" 200 1`,
    { remote_user: 'john doe' },
  ],
  [
    'a user name that a client made up to hide the time',
    `192.0.2.1 - x [y] [19/Nov/2026:00:00:00 +0000] \\x22 ${TIME} "GET /../etc/passwd HTTP/1.1" 200 1`,
    {
      remote_addr: '192.0.2.1',
      remote_user: 'x [y] [19/Nov/2026:00:00:00 +0000] \\x22',
      time_local: '19/Nov/2026:13:55:36 +0100',
      url: '/../etc/passwd',
    },
  ],
  [
    'escaped quotes',
    `192.0.2.1 - - ${TIME} "GET /\\"x HTTP/1.1" 200 1 "-" "a \\"b\\""`,
    {
      url: '/\\"x',
      user_agent: 'a \\"b\\"',
    },
  ],
  ['a TLS hello', `192.0.2.1 - - ${TIME} "\\x16\\x03\\x01" 400 612 "-" "-"`, { request: '\\x16\\x03\\x01' }],
  ['an empty request', `192.0.2.1 - - ${TIME} "-" 408 0 "-" "-"`, { status: 408 }],
  [
    'what a site appends',
    `192.0.2.1 - - ${TIME} "GET / HTTP/1.1" 200 1 "-" "-" "192.0.2.9" 0.005`,
    {
      extra: '"192.0.2.9" 0.005',
    },
  ],
])('reads %s', (_, text, expected) => {
  const record = parse(text);
  expect(record.format).toBe('access-log');
  expect(record.fields).toMatchObject(expected);
});

it('fills the fields of a web server’s syslog record and keeps its envelope', () => {
  const record = parse(
    `<190>Nov 19 13:55:36 web nginx: 192.0.2.20 - - ${TIME} "GET / HTTP/1.1" 200 612 "-" ${UA}`,
  );
  expect(record).toMatchObject({ format: 'rfc3164', app: 'nginx' });
  expect(record.fields).toMatchObject({ remote_addr: '192.0.2.20', status: 200 });
});

it.each([
  `192.0.2.20 - - ${TIME} GET / 200 612`,
  `192.0.2.20 - - ${TIME} "GET / HTTP/1.1 200 612`,
  `192.0.2.20 - - [19/Nov/2026:13:55:36] "GET / HTTP/1.1" 200 612`,
  `192.0.2.20 ${TIME} "GET / HTTP/1.1" 200 612`,
  `192.0.2.20 - - ${TIME} "GET / HTTP/1.1" ok 612`,
])('takes %s for text', (text) => {
  expect(parse(text).format).toBe('plain');
});
