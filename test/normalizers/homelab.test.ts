import { describe, expect, test } from 'vitest';
import { expectFields, expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 20 10:00:00 nas';
const login = { 'event.category': ['authentication'], 'event.type': ['start'] };
const refused = { ...login, 'event.outcome': 'failure' };
const granted = { ...login, 'event.outcome': 'success' };
const client = { 'source.ip': '203.0.113.7' };

/** middlewared/main.py (log_audit_message), plugins/auth.py, audit/schema/smb.py; `TNAUDIT_SMB` of vfs_truenas_audit. */
describe('TrueNAS audit', () => {
  const record = (svc: string, event: string, data: object, more: object = {}) =>
    `<14>Nov 20 10:00:00 TNAUDIT_${svc}: @cee:${JSON.stringify({
      TNAUDIT: {
        aid: '7e0c2f0e-9b6e-4d6d-8b3b-000000000001',
        vers: { major: 0, minor: 1 },
        addr: '203.0.113.7',
        user: 'bob',
        sess: '7e0c2f0e-9b6e-4d6d-8b3b-000000000002',
        time: '2026-11-20 09:59:58.123456',
        svc,
        svc_data: '{"vers": {"major": 0, "minor": 1}, "origin": "203.0.113.7", "protocol": "WEBSOCKET"}',
        event,
        event_data: JSON.stringify(data),
        success: true,
        ...more,
      },
    })}`;
  const password = (username: string, error: string | null) => ({
    credentials: { credentials: 'LOGIN_PASSWORD', credentials_data: { username } },
    error,
  });
  const failed = { user: '.UNAUTHENTICATED', success: false };
  const admin = { 'event.action': 'admin_login' };

  test.each<LineCase>([
    [
      record('MIDDLEWARE', 'AUTHENTICATION', password('root', 'Bad username or password'), failed),
      {
        ...{ ...refused, ...admin, ...client, 'user.name': 'root', 'event.code': 'AUTHENTICATION' },
        'event.reason': 'Bad username or password',
      },
      { auth_method: 'LOGIN_PASSWORD' },
    ],
    [
      record('MIDDLEWARE', 'AUTHENTICATION', password('bob', null)),
      { ...granted, ...admin, ...client, 'user.name': 'bob', 'event.reason': null },
    ],
    [
      record(
        'MIDDLEWARE',
        'AUTHENTICATION',
        password('x","success":true,"addr":"198.51.100.1', 'no'),
        failed,
      ),
      { ...refused, ...client, 'user.name': 'x","success":true,"addr":"198.51.100.1' },
    ],
    [
      record('MIDDLEWARE', 'METHOD_CALL', { method: 'user.create', description: 'Create user eve' }),
      { 'event.category': ['configuration'], 'event.action': 'configured', 'user.name': 'bob' },
      { method: 'user.create', description: 'Create user eve' },
    ],
    [record('MIDDLEWARE', 'LOGOUT', {}), { 'event.action': 'admin_logout', 'user.name': 'bob' }],
    [
      record('MIDDLEWARE', 'METHOD_CALL', {}, { user: '.TRUENAS_NODE', addr: '[2001:db8::7]:5000' }),
      { 'user.name': null, 'source.ip': '2001:db8::7', 'source.port': 5000 },
    ],
    [
      record(
        'SMB',
        'AUTHENTICATION',
        {
          localAddress: 'ipv4:192.0.2.1:445',
          remoteAddress: 'ipv4:203.0.113.7:50000',
          serviceDescription: 'SMB2',
          clientDomain: 'W',
          clientAccount: 'alice',
          passwordType: 'NTLMv2',
          result: { type: 'NTSTATUS', value_raw: 3221225578, value_parsed: 'WRONG_PASSWORD' },
        },
        { user: 'alice', success: false },
      ),
      {
        ...{ ...refused, ...client, 'event.action': 'smb_login', 'source.port': 50000 },
        ...{ 'user.name': 'alice', 'user.domain': 'W', 'event.reason': 'WRONG_PASSWORD' },
      },
    ],
    [
      record('SMB', 'UNLINK', { file: { type: 'REGULAR', name: 'a.txt', path: '/mnt/tank/a.txt' } }),
      { 'event.category': ['file'], 'event.action': 'file_unlink', 'file.path': '/mnt/tank/a.txt' },
    ],
    [record('SMB', 'CONNECT', { host: 'pc' }), { 'event.action': 'smb_connect', ...client }],
    [record('MIDDLEWARE', 'GENERIC', {}, { event_data: '{"broken' }), { 'event.action': null, ...client }],
  ])('%s', expectFields);

  test('its own time counts, and its logins are logins', () => {
    const event = normalized(record('MIDDLEWARE', 'AUTHENTICATION', password('bob', null)));
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-20T09:59:58.123Z');
    expect(event.logsource).toMatchObject({ product: 'truenas', categories: ['authentication'] });
  });

  test('sudo’s records under its tag are sudo’s', () => {
    const line = `${at} TNAUDIT_SUDO: @cee:{"sudo":{"reject":{"submituser":"bob","command":"/bin/sh","runuser":"root"}}}`;
    expectFields(line, { 'event.action': 'sudo', 'event.outcome': 'failure', 'user.name': 'bob' });
    expect(normalized(line).logsource.services).toContain('sudo');
  });
});

/** auth/auth_log.c with auth_json_audit; lines as users have posted them. */
describe('Samba as JSON', () => {
  const entry = (status: string, clientAccount: string | null = 'alice') =>
    JSON.stringify({
      timestamp: '2026-11-20T10:00:00.123456+0100',
      type: 'Authentication',
      Authentication: {
        version: { major: 1, minor: 2 },
        eventId: status === 'NT_STATUS_OK' ? 4624 : 4625,
        logonId: '0',
        logonType: 3,
        status,
        localAddress: 'ipv4:192.0.2.1:445',
        remoteAddress: 'ipv4:203.0.113.7:50000',
        serviceDescription: 'SMB2',
        authDescription: null,
        clientDomain: 'W',
        clientAccount,
        workstation: 'PC',
        becameAccount: null,
        passwordType: 'NTLMv2',
        duration: 1234,
      },
    });
  const wrong = entry('NT_STATUS_WRONG_PASSWORD');
  const failure = {
    ...{ ...refused, ...client, 'event.action': 'smb_login', 'source.port': 50000, 'event.code': '4625' },
    ...{ 'user.name': 'alice', 'user.domain': 'W', 'event.reason': 'NT_STATUS_WRONG_PASSWORD' },
    ...{ 'destination.ip': '192.0.2.1', 'destination.port': 445, 'event.duration': 1_234_000 },
  };

  test.each<LineCase>([
    [wrong, failure, { auth_method: 'NTLMv2' }],
    [`  ${wrong}`, failure],
    [`${at} smbd[9]: ${wrong}`, failure],
    [`${at} smbd[9]:   ${wrong}`, failure],
    [`${at} smbd[9]:   JSON Authentication: ${wrong}`, failure],
    [entry('NT_STATUS_OK'), { ...granted, 'user.name': 'alice', 'event.reason': null }],
    [entry('NT_STATUS_OK', null), { ...granted, 'user.name': null }],
    [
      entry('NT_STATUS_WRONG_PASSWORD', '","remoteAddress":"ipv4:198.51.100.1:1","x":"'),
      { ...refused, ...client, 'user.name': '","remoteAddress":"ipv4:198.51.100.1:1","x":"' },
    ],
    [
      `{"timestamp":"2026-11-20T10:00:00.1+0100","type":"Authorization","Authorization":{"version":{"major":1,"minor":1},"localAddress":"ipv6:2001:db8::1:445","remoteAddress":"ipv6:2001:db8::7:50000","serviceDescription":"SMB2","authType":"NTLMSSP","domain":"W","account":"alice","sid":"S-1-5-21-1"}}`,
      {
        'event.action': 'smb_session',
        'user.name': 'alice',
        'source.ip': '2001:db8::7',
        'source.port': 50000,
      },
    ],
    [
      `${at} smbd[9]:   Auth: [SMB2,(null)] user [W]\\[${wrong}] at [Fri] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [PC] remote host [ipv4:203.0.113.9:5] mapped to [W]`,
      { ...refused, 'source.ip': '203.0.113.9' },
    ],
  ])('%s', expectFields);

  test('leaves other objects of that type alone', () => {
    expect(normalized('{"type":"Authentication","Authentication":{"user":"x"}}').logsource.closed).toBe(
      false,
    );
  });
});

/** crowdsec.log; docs.crowdsec.net. */
describe('CrowdSec', () => {
  const line = (msg: string) => `time="2026-11-20T10:00:00Z" level=info msg="${msg}"`;
  const found =
    "Ip 203.0.113.7 performed 'crowdsecurity/ssh-bf' (6 events over 1.2s) at 2026-11-20 10:00:00 +0000 UTC";
  const decided = (kind: string) =>
    `(localhost/crowdsec) crowdsecurity/ssh-bf by ip 198.51.100.1 (FR/12345) : 4h ${kind} on Ip 203.0.113.7`;
  const rule = { 'rule.name': 'crowdsecurity/ssh-bf', 'event.category': ['intrusion_detection'] };

  test.each<LineCase>([
    [line(found), { ...rule, ...client, 'event.action': 'found' }],
    [`${at} crowdsec[1]: ${line(found)}`, { ...rule, ...client, 'event.action': 'found' }],
    [
      line(decided('ban')),
      { ...rule, ...client, 'event.action': 'ban', 'event.type': ['denied'] },
      { decision: 'ban', decision_duration: '4h' },
    ],
    [`${line(decided('captcha'))} module=db`, { ...rule, ...client, 'event.action': 'challenge' }],
    [`${at} crowdsec[1]: ${line('Starting processing data')}`, { 'event.action': null, 'source.ip': null }],
    [
      `${at} crowdsec[1]: ${line(`cannot parse: Ip 198.51.100.1 performed 'x' (`)}`,
      { 'event.action': null, 'source.ip': null },
    ],
  ])('%s', expectFields);

  test('leaves others of the same logger alone', () => {
    expect(normalized(line('Starting up')).logsource.closed).toBe(false);
    expect(normalized(line("Ip nobody performed 'x' (1")).logsource.closed).toBe(false);
  });
});

/** AdGuard Home, internal/home/authhttp.go of 0.105 to 0.107; internal/querylog. */
describe('AdGuard Home', () => {
  const stamp = '2026/11/20 10:00:00.123456';
  const app = { 'event.action': 'app_login' };
  const failed = { ...refused, ...app, ...client };
  const error = `${stamp} [error] POST 192.0.2.1 /control/login: from ip`;

  test.each<LineCase>([
    [
      `${stamp} [info] auth: failed to login user "admin" from ip "203.0.113.7"`,
      { ...failed, 'user.name': 'admin' },
    ],
    [
      `${at} AdGuardHome[7]: ${stamp} [info] auth: failed to login user "admin" from ip 203.0.113.7`,
      { ...failed, 'user.name': 'admin' },
    ],
    [
      `${stamp} [info] auth: failed to login user "x\\" from ip 198.51.100.1" from ip 203.0.113.7`,
      { ...failed, 'user.name': 'x\\" from ip 198.51.100.1' },
    ],
    [
      `${stamp} [info] auth: failed to login user "x\\" from ip \\"198.51.100.1\\"" from ip "203.0.113.7"`,
      { ...failed, 'user.name': 'x\\" from ip \\"198.51.100.1\\"' },
    ],
    [
      `${stamp} 28373#91 [info] auth: user "root" successfully logged in from ip 2001:db8::7`,
      { ...granted, ...app, 'user.name': 'root', 'source.ip': '2001:db8::7' },
    ],
    [
      `${error} 203.0.113.7: invalid username or password`,
      { ...failed, 'user.name': null, 'event.reason': 'invalid username or password' },
    ],
    [`${error} 203.0.113.7: auth: blocked for 14m59s`, failed],
    [
      `${stamp} [error] POST 198.51.100.1 /control/login?x=:from:198.51.100.1: from ip 203.0.113.7: invalid username or password`,
      failed,
    ],
    [`${at} AdGuardHome[7]: ${stamp} [info] starting`, { 'event.action': null }],
    [
      '{"T":"2026-11-20T10:00:00.123456789+01:00","QH":"ads.example","QT":"AAAA","QC":"IN","CP":"doh","Answer":"","Result":{"IsFiltered":true,"Reason":3,"Rules":[{"FilterListID":42,"Text":"||ads.example^"}]},"IP":"192.0.2.7"}',
      {
        ...{ 'event.action': 'dns_query', 'event.outcome': 'failure', 'source.ip': '192.0.2.7' },
        ...{ 'dns.question.name': 'ads.example', 'dns.question.type': 'AAAA', 'rule.name': '||ads.example^' },
      },
    ],
    [
      '{"T":"2026-11-20T10:00:00Z","QH":"a.example","QT":"A","QC":"IN","CP":"","IP":"192.0.2.7","Result":{}}',
      { 'event.outcome': null, 'rule.name': null },
    ],
  ])('%s', expectFields);

  test('leaves nginx’ errors alone', () => {
    const line = `${stamp.slice(0, 19)} [error] 1#2: *3 x: from ip 198.51.100.1: invalid username or password`;
    expect(normalized(line).logsource.product).not.toBe('adguardhome');
  });
});

/** docker/rootfs/etc/nginx/conf.d/include/log-proxy.conf: the formats `proxy` and `standard`. */
describe('Nginx Proxy Manager', () => {
  const stamp = '[20/Nov/2026:10:00:00 +0100]';
  const rest = '[Client 203.0.113.7] [Length 150] [Gzip -]';
  const request = {
    ...{ ...client, 'event.category': ['web'], 'event.action': 'http_request' },
    ...{ 'url.domain': 'example.com', 'url.path': '/x', 'http.response.body.bytes': 150 },
  };

  test.each<LineCase>([
    [
      `${stamp} - 404 404 - GET https example.com "/x" ${rest} [Sent-to 192.0.2.5] "curl/8" "-"`,
      {
        ...{ ...request, 'http.response.status_code': 404, 'event.outcome': 'failure' },
        ...{ 'user_agent.original': 'curl/8', 'http.request.referrer': null, 'destination.ip': null },
      },
    ],
    [
      `${stamp} HIT - 200 - GET https example.com "/x?y=1" ${rest} [Sent-to web] "-" "https://r.example/"`,
      { ...request, 'url.query': 'y=1', 'http.request.referrer': 'https://r.example/' },
    ],
    [
      `${stamp} - 502, 200 200 - GET https example.com "/x" ${rest} [Sent-to web] "a" "-"`,
      { ...request, 'http.response.status_code': 200 },
    ],
    [
      `${stamp} 301 - GET http example.com "/x" ${rest} "a" "-"`,
      { ...request, 'http.response.status_code': 301, 'event.outcome': 'success' },
    ],
    [
      `${at} nginx: ${stamp} - 200 200 - GET https example.com "/x" ${rest} [Sent-to web] "a" "-"`,
      { ...request, 'http.response.status_code': 200 },
    ],
    [
      `${stamp} - - 400 - - http localhost "-" ${rest} [Sent-to web] "-" "-"`,
      { ...client, 'http.request.method': null, 'http.response.status_code': 400, 'url.original': null },
    ],
    [
      `${stamp} - 200 200 - GET https example.com "/x\\x22 [Client 198.51.100.1] [Length 1]" ${rest} [Sent-to web] "\\x22 [Client 198.51.100.1]" "200 - GET https a"`,
      {
        ...{ ...client, 'url.domain': 'example.com', 'http.response.body.bytes': 150 },
        ...{
          'user_agent.original': '\\x22 [Client 198.51.100.1]',
          'http.request.referrer': '200 - GET https a',
        },
      },
    ],
  ])('%s', expectFields);

  test('its time has a zone', () => {
    const event = normalized(`${stamp} 301 - GET http example.com "/x" ${rest} "a" "-"`);
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-20T09:00:00.000Z');
  });

  test('leaves lines alone in which the words do not stand so', () => {
    for (const line of [
      `${stamp} 200 - GET https a b "/x" ${rest} "a" "-"`,
      `${stamp} - GET https example.com "/x" ${rest} "a" "-"`,
      `${stamp} 200 - GET https example.com "/x" "y" [Client 198.51.100.1]`,
    ]) {
      expect(normalized(line).logsource.closed).toBe(false);
    }
  });
});

/** miniserv.pl. */
describe('Webmin', () => {
  const admin = { 'event.action': 'admin_login' };

  test.each<LineCase>([
    [
      `${at} webmin[1]: Invalid login as root from 203.0.113.7`,
      { ...refused, ...admin, ...client, 'user.name': 'root', 'event.reason': null },
    ],
    [
      `${at} webmin[1]: Non-existent login as x from 198.51.100.1 from 203.0.113.7`,
      { ...refused, ...client, 'user.name': 'x from 198.51.100.1', 'event.reason': 'invalid_user' },
    ],
    [
      `${at} webmin[1]: Successful login as root from pc.example`,
      { ...granted, ...admin, 'source.domain': 'pc.example', 'source.ip': null },
    ],
    [
      `${at} usermin[1]: Logout by bob from 203.0.113.7`,
      { 'event.action': 'admin_logout', ...client, 'user.name': 'bob' },
    ],
    [`${at} webmin[1]: Webmin starting`, { 'event.action': null }],
    [
      `${at} webmin[1]: pam_unix(webmin:auth): authentication failure; logname= uid=0 euid=0 tty=10000 ruser= rhost=203.0.113.7  user=root`,
      { 'event.action': 'pam_authentication', ...client },
    ],
  ])('%s', expectFields);
});

/** docs.gitea.com, "Fail2ban Setup"; routers/web/auth/auth.go, modules/ssh/ssh.go. */
describe('Gitea and Forgejo', () => {
  const stamp = '2026/11/20 10:00:00';
  const head = `${stamp} ...ers/web/auth/auth.go:199:SignInPost() [W] Failed authentication attempt for`;
  const failed = { ...refused, 'event.action': 'app_login' };

  test.each<LineCase>([
    [
      `${head} bob from 203.0.113.7:5000: user does not exist [uid: 0, name: bob]`,
      { ...failed, ...client, 'source.port': 5000, 'user.name': 'bob' },
    ],
    [
      `${stamp} [I] Failed authentication attempt for user from 203.0.113.7`,
      { ...failed, ...client, 'user.name': 'user' },
    ],
    [
      `${at} forgejo[1]: ${head} bob from [2001:db8::7]:5000`,
      { ...failed, 'source.ip': '2001:db8::7', 'source.port': 5000 },
    ],
    [
      `${at} gitea[1]: modules/ssh/ssh.go:327:sshConnectionFailed() [W] Failed authentication attempt from 203.0.113.7:5000`,
      { ...failed, ...client, 'user.name': null },
    ],
    [
      `${at} gitea[1]: modules/ssh/ssh.go:227:publicKeyHandler() [W] Failed authentication attempt from 203.0.113.7:5000`,
      { 'event.outcome': null, 'source.ip': null },
    ],
    [
      `${stamp} ...s/context/context.go:204:HandleText() [E] invalid credentials from 203.0.113.7:5000`,
      { ...failed, ...client },
    ],
    // A name like an address: where there are two, neither is taken.
    [
      `${head} x from 198.51.100.1:1: y from 203.0.113.7:5000: user does not exist [uid: 0, name: x from 198.51.100.1:1: y]`,
      { ...failed, 'source.ip': null, 'user.name': null },
    ],
    [
      `${head} x from home from 203.0.113.7:5000: user does not exist [uid: 0, name: x from home]`,
      { ...failed, ...client, 'user.name': 'x from home' },
    ],
    [
      `${at} gitea[1]: ${stamp} ...cmd/web.go:242:runWeb() [I] Starting Gitea on PID: 1`,
      { 'event.action': null },
    ],
  ])('%s', expectFields);

  test('leaves other programs with such a stamp alone', () => {
    expect(normalized(`${stamp} main.go:1: Failed authentication attempt for x`).logsource.closed).toBe(
      false,
    );
  });
});

/** pkg/middleware/loggermw, pkg/services/authn of Grafana 10 to 12. */
describe('Grafana', () => {
  const time = 't=2026-11-20T10:00:00.289948577Z level=info';
  const context = `logger=context userId=0 orgId=0 uname= ${time} msg="Request Completed"`;
  const rest = 'time_ms=8 duration=8.14861ms size=94';
  const failed =
    'status_source=server errorReason=Unauthorized errorMessageID=password-auth.failed error="failed to authenticate identity"';
  const app = { 'event.action': 'app_login' };

  test.each<LineCase>([
    [
      `${context} method=POST path=/login status=401 remote_addr=203.0.113.7 ${rest} referer= handler=/login ${failed}`,
      { ...refused, ...app, ...client, 'user.name': null, 'http.response.status_code': 401 },
    ],
    [
      `${at} grafana[1]: ${context} method=POST path=/grafana/login status=200 remote_addr=2001:db8::7 ${rest} referer= handler=/login`,
      { ...granted, ...app, 'source.ip': '2001:db8::7' },
    ],
    [
      `logger=context userId=1 orgId=1 uname=admin ${time} msg="Request Completed" method=GET path=/ status=302 remote_addr=203.0.113.7 ${rest} referer=http://g.example/ handler=/`,
      { 'event.category': ['web'], 'event.action': 'http_request', 'user.name': 'admin', ...client },
    ],
    [
      `${context} method=GET path="/x status=200 remote_addr=198.51.100.1 \\" status=200 remote_addr=198.51.100.1" status=404 remote_addr=203.0.113.7 ${rest} referer="x remote_addr=198.51.100.2 path=/login"`,
      { ...client, 'http.response.status_code': 404, 'event.action': 'http_request' },
    ],
    [
      `logger=context userId=1 orgId=1 uname="'a msg=\\"Request Completed\\" method=POST path=/login status=200" ${time} msg="Request Completed" method=GET path=/ status=302 remote_addr=203.0.113.7 ${rest} referer="b' remote_addr=198.51.100.1"`,
      { ...client, 'http.request.method': 'GET', 'http.response.status_code': 302 },
    ],
    [
      `logger=authn.service t=2026-11-20T10:00:00.28Z level=warn msg="Failed to authenticate request" client=auth.client.form error="[password-auth.failed] invalid password"`,
      {
        ...{ 'event.category': ['authentication'], 'event.type': ['info'], 'event.outcome': 'failure' },
        'event.reason': '[password-auth.failed] invalid password',
      },
    ],
  ])('%s', (...line) => void expectFieldsOfAny(...line));

  test('leaves its other lines, and those of others, alone', () => {
    for (const line of [
      `logger=plugins.update.checker ${time} msg="Update check succeeded" duration=1ms`,
      `logger=context userId=0 orgId=0 uname= ${time} msg=Unauthorized error="x msg=\\"Request Completed\\" method=POST path=/login status=200 remote_addr=198.51.100.1"`,
    ]) {
      expect(normalized(line).logsource.closed).toBe(false);
    }
  });
});

test('Kea’s own log file', () => {
  expectFields(
    '2026-11-20 10:00:00.123 INFO  [kea-dhcp4.leases/123.139] DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:cc:dd:ee:ff], cid=[no info], tid=0x1: lease 192.0.2.10 has been allocated for 3600 seconds',
    {
      ...{ 'event.action': 'dhcpack', 'source.ip': '192.0.2.10', 'source.mac': 'AA-BB-CC-DD-EE-FF' },
      'process.name': 'kea-dhcp4',
    },
  );
  const other =
    '2026-11-20 10:00:00.123 INFO  [app] say [kea-dhcp4.x] DHCP4_LEASE_ALLOC : lease 198.51.100.1 x';
  expect(normalized(other).logsource.closed).toBe(false);
});

/** Fireware Log Catalog: sessiond (3E00) and admd (1100). */
describe('WatchGuard logins', () => {
  const box = '<140>Nov 20 10:00:00 80B5012345678';

  test.each<LineCase>([
    [
      `${box} sessiond[1]: msg_id="3E00-0002" Management user admin@Firebox-DB from 203.0.113.7 logged in`,
      {
        ...{ ...granted, ...client, 'event.action': 'admin_login', 'event.code': '3E00-0002' },
        ...{ 'user.name': 'admin', 'user.domain': 'Firebox-DB', 'observer.vendor': 'WatchGuard' },
      },
    ],
    [
      `${box} sessiond[1]: msg_id="3E00-0004" SSL VPN user bob@Firebox-DB from 203.0.113.7 logged out assigned virtual IP is 192.0.2.9`,
      { 'event.category': ['session'], 'event.action': 'vpn_logout', ...client, 'user.name': 'bob' },
    ],
    [
      `${box} sessiond[1]: msg_id="3E00-0003" Firewall user x from 198.51.100.1 logged in@Firebox-DB from 203.0.113.7 log in attempt was rejected.`,
      { ...refused, ...client, 'event.action': 'login', 'user.name': 'x from 198.51.100.1 logged in' },
    ],
    [
      `${box} admd[1]: msg_id="1100-0005" Authentication of Admin user [x] from 198.51.100.1 was accepted, y@Firebox-DB] from 203.0.113.7 was rejected, user doesn't exist`,
      {
        ...{ ...refused, ...client, 'event.action': 'admin_login', 'event.reason': "user doesn't exist" },
        'user.name': 'x] from 198.51.100.1 was accepted, y',
      },
    ],
    [
      `${box} admd[1]: msg_id="1100-0004" Authentication of SSLVPN user [bob@RADIUS] from 203.0.113.7 was accepted`,
      { ...granted, ...client, 'event.action': 'vpn_login', 'user.name': 'bob' },
    ],
  ])('%s', expectFields);
});

/** Ubiquiti Help Center, "UniFi System Logs & SIEM Integration". */
test('UniFi names administrators and clients in keys of its own', () => {
  expectFieldsOfAny(
    '<13>Nov 20 10:00:00 udm CEF:0|Ubiquiti|UniFi Network|9.3.33|544|Admin Accessed UniFi Network|1|UNIFIcategory=System UNIFIsubCategory=Admin UNIFIhost=Office UDM Pro UNIFIaccessMethod=web UNIFIadmin=Craig B src=203.0.113.7 msg=Craig B accessed UniFi Network using the web. Source IP: 198.51.100.1',
    { 'user.name': 'Craig B', ...client },
  );
  expectFieldsOfAny(
    '<13>Nov 20 10:00:00 udm CEF:0|Ubiquiti|UniFi Network|9.3.33|400|WiFi Client Connected|1|UNIFIclientIp=192.0.2.7 UNIFIclientMac=d4:8a:fc:c6:4c:18 UNIFIwifiName=IoT msg=x',
    { 'source.ip': '192.0.2.7', 'source.mac': 'D4-8A-FC-C6-4C-18' },
  );
});

/** log_line_prefix of pgBadger's documentation: `%t [%p]: user=%u,db=%d,app=%a,client=%h `. */
describe('PostgreSQL with the client in its prefix', () => {
  const line = (prefix: string, name: string) =>
    `2026-11-20 10:00:00 UTC [12]: ${prefix} FATAL:  password authentication failed for user "${name}"`;
  const failed = { ...refused, 'event.action': 'database_login' };

  test.each<LineCase>([
    [
      line('user=bob,db=app,app=[unknown],client=203.0.113.7', 'bob'),
      { ...failed, ...client, 'user.name': 'bob' },
    ],
    [line('user=x,client=198.51.100.1,db=app,app=y (1,client=203.0.113.7', 'x'), { ...failed, ...client }],
    [line('user=bob,db=app,app=,client=[local]', 'bob'), { ...failed, 'source.ip': null }],
    [
      `${at} postgres[1]: ${line('user=x,db=y,client=198.51.100.1 FATAL:  z,app=,client=203.0.113.7', 'x')}`,
      { 'source.ip': null },
    ],
    [
      `${at} postgres[1]: user=x,db=y,app=,client=203.0.113.7 LOG:  connection authorized: user=x database=y application_name=z,client=198.51.100.1 FATAL:  a`,
      { 'source.ip': null },
    ],
  ])('%s', (...one) => void expectFieldsOfAny(...one));
});
