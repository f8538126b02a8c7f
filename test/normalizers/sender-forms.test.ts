import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 20 10:00:00 pve';
const request = '- bob [20/Nov/2026:10:00:00 +0000] "GET /x HTTP/1.1" 404 12 "-" "curl"';

describe('an access log’s line in syslog is one whatever the tag', () => {
  const wanted = {
    'event.action': 'http_request',
    'source.ip': '203.0.113.7',
    'url.path': '/x',
    'http.response.status_code': 404,
    'user.name': 'bob',
    'destination.ip': null,
  };
  test.each<LineCase>([
    [`${at} 0123456789ab[1234]: 203.0.113.7 ${request}`, wanted],
    [`${at} docker/nginx/0123456789ab[1234]: 203.0.113.7 ${request}`, wanted],
    [`${at} gunicorn[7]: ::ffff:203.0.113.7 ${request}`, wanted],
    [`${at} proxy: 203.0.113.7, 192.0.2.1 ${request}`, wanted],
    [`${at} 203.0.113.7 ${request}`, wanted],
    [
      `<30>1 2026-11-20T10:00:00Z pve traefik 7 - - 203.0.113.7 ${request} 1 "r@docker" "http://192.0.2.7:80" 3ms`,
      wanted,
    ],
  ])('%s', (line, fields) => expectFields(line, fields));
});

describe('the id beside the account that an audit record names', () => {
  const record = (ids: string, account: string, exe: string, rest = '') =>
    `type=USER_AUTH msg=audit(1795168800.123:456): pid=1 ${ids} ses=1 msg='op=PAM:authentication acct="${account}" exe="${exe}" addr=203.0.113.7 res=failed'${rest}`;
  test.each<LineCase>([
    // The daemon's own
    [record('uid=0 auid=4294967295', 'alice', '/usr/sbin/sshd'), { 'user.name': 'alice', 'user.id': null }],
    [record('uid=0 auid=1000', 'alice', '/usr/sbin/sshd'), { 'user.name': 'alice', 'user.id': '1000' }],
    // Of who calls su
    [record('uid=1000 auid=1000', 'root', '/usr/bin/su'), { 'user.name': 'root', 'user.id': null }],
    [
      record('uid=1000 auid=1000', 'root', '/usr/bin/x', '\u001dUID="alice" AUID="alice"'),
      { 'user.name': 'root', 'user.id': null },
    ],
    [
      record('uid=1000 auid=1000', 'alice', '/usr/bin/sudo', '\u001dUID="alice" AUID="alice"'),
      { 'user.name': 'alice', 'user.id': '1000' },
    ],
  ])('%s', (line, fields) => expectFields(line, fields));
});

describe('Proxmox VE', () => {
  const packet =
    'IN=fwbr100i0 OUT=fwbr100i0 PHYSIN=fwln100i0 PHYSOUT=tap100i0 MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=203.0.113.7 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=5555 DPT=22 SYN';
  const ends = {
    'source.ip': '203.0.113.7',
    'source.port': 5555,
    'destination.ip': '192.0.2.1',
    'destination.port': 22,
    'network.transport': 'tcp',
    'observer.ingress.interface.name': 'fwbr100i0',
  };
  test.each<LineCase>([
    [
      `100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 policy DROP: ${packet}`,
      { ...ends, 'event.action': 'drop', 'event.outcome': 'failure' },
      { vmid: '100', chain: 'tap100i0-IN', log_prefix: 'policy DROP:' },
    ],
    [
      `0 5 PVEFW-HOST-IN 20/Nov/2026:11:00:00 +0100 ACCEPT: ${packet}`,
      { ...ends, 'event.action': 'accept', 'event.outcome': 'success' },
      { vmid: '0' },
    ],
    // A bridge's packet in the kernel's own log
    [
      `<4>Nov 20 10:00:00 pve kernel: [ 12.3] DROP: ${packet}`,
      { ...ends, 'event.action': 'drop' },
      { log_prefix: 'DROP:' },
    ],
  ])('%s', (line, fields, own) => expectFields(line, fields, own));

  test('states its times as access logs do, also with the number of the month', () => {
    for (const line of [
      `100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 policy DROP: ${packet}`,
      '::ffff:203.0.113.7 - root@pam [20/11/2026:11:00:00 +0100] "POST /api2/extjs/access/ticket HTTP/1.1" 401 13',
    ]) {
      expect(new Date(normalized(line).timestamp).toISOString()).toBe('2026-11-20T10:00:00.000Z');
    }
  });
});
