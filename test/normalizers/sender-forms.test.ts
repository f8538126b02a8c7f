import { describe, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';

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
