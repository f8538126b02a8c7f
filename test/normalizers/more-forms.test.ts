import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<134>Nov 19 21:54:44 box';
const FAILED = { 'event.category': ['authentication'], 'event.outcome': 'failure' };
const GRANTED = { 'event.category': ['authentication'], 'event.outcome': 'success' };
const json = (value: unknown) => JSON.stringify(value);

describe('sudo in JSON (eventlog.c)', () => {
  const entry = {
    submituser: 'alice',
    command: '/usr/bin/id',
    runuser: 'root',
    submitcwd: '/home/alice',
    ttyname: '/dev/pts/0',
    runargv: ['id', '-u'],
  };
  const who = {
    'user.name': 'alice',
    'user.target.name': 'root',
    'process.command_line': '/usr/bin/id -u',
    'process.working_directory': '/home/alice',
    'process.tty.name': 'pts/0',
    'event.action': 'sudo',
  };
  const line = (kind: string, more = {}) =>
    `${at} sudo[99]: @cee:${json({ sudo: { [kind]: { ...entry, ...more } } })}`;

  test.each<LineCase>([
    [line('accept'), { ...who, 'event.outcome': 'success', 'event.type': ['start'] }],
    [
      line('reject', { reason: 'command not allowed' }),
      { ...who, 'event.outcome': 'failure', 'event.reason': 'command not allowed' },
    ],
    [line('exit'), { ...who, 'event.outcome': null, 'event.type': ['end'] }],
    [`${at} sudo[99]: @cee:{"sudo":{"accept":[1]}}`, { 'user.name': null, 'event.outcome': null }],
  ])('%s', (...wanted) => {
    expectFields(...wanted);
    expect(normalized(wanted[0]).logsource.services).toContain('sudo');
  });
});

describe('mail', () => {
  const failed = { ...FAILED, 'event.action': 'mail_login' };

  test.each<LineCase>([
    [
      '2026-11-19 21:54:44 login authenticator failed for ([192.0.2.9]) [203.0.113.7]:40022 I=[192.0.2.1]:25: 535 Incorrect authentication data (set_id=bob)',
      { ...failed, 'source.ip': '203.0.113.7', 'source.port': 40022, 'user.name': 'bob' },
      { auth_method: 'login' },
    ],
    [
      `${at} exim[5]: plain authenticator failed for h.example (x) [2001:db8::7]: 535 Incorrect authentication data (set_id=a [192.0.2.1])`,
      {
        ...failed,
        'source.ip': '2001:db8::7',
        'user.name': 'a [192.0.2.1]',
        'event.reason': 'Incorrect authentication data',
      },
    ],
    [
      '2026-11-19 21:54:44 1abcde-000001-AB <= a@b.example H=h.example (x) [203.0.113.7]:40022 P=esmtpsa X=TLS1.3 A=plain_server:bob@b.example S=500',
      { ...GRANTED, 'source.ip': '203.0.113.7', 'source.port': 40022, 'user.name': 'bob@b.example' },
    ],
    [
      `${at} postfix/postscreen[5]: CONNECT from [203.0.113.7]:40022 to [192.0.2.25]:25`,
      { 'source.ip': '203.0.113.7', 'destination.ip': '192.0.2.25', 'destination.port': 25 },
    ],
    [
      `${at} postfix/smtp[5]: ABC123: to=<a@b.c>, relay=mx.b.c[198.51.100.25]:25, delay=1, dsn=2.0.0, status=sent (250 OK)`,
      { 'destination.ip': '198.51.100.25', 'destination.port': 25, 'event.outcome': 'success' },
    ],
    [
      `${at} postfix/local[5]: ABC123: to=<a@b.c>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered [1]:2)`,
      { 'destination.ip': null, 'destination.port': null },
    ],
  ])('%s', expectFields);

  test('other lines that begin with a time are not Exim’s', () => {
    expect(normalized('2026-11-19 21:54:44 hello <= world').logsource.closed).toBe(false);
  });
});

describe('network devices', () => {
  const pan = `${at} 1,2026/11/19 21:54:44,001801000`;
  const firebox = `${at} 801304D99C firewall: msg_id="3000-0148"`;

  test.each<LineCase>([
    [
      `${pan},DECRYPTION,0,2560,2026/11/19 21:54:44,10.0.0.5,198.51.100.1,203.0.113.1,198.51.100.1,out,alice,,ssl,vsys1,trust,untrust,e1,e2,LOG,2026/11/19 21:54:44,12345,1,50000,443,12345,443,0x400053,tcp,allow,N/A`,
      { 'source.ip': '10.0.0.5', 'destination.port': 443, 'rule.name': 'out', 'event.outcome': 'success' },
    ],
    [
      '<4>Nov 19 21:54:44 UDM kernel: [WAN_LOCAL-D-30001]IN=eth8 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=40022 DPT=22',
      { 'event.action': 'drop', 'event.outcome': 'failure', 'rule.name': 'WAN_LOCAL-D-30001' },
    ],
    [
      '<4>Nov 19 21:54:44 UDM kernel: [LAN-30001]IN=eth8 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=1 DPT=22',
      { 'event.outcome': null },
    ],
    [
      `${firebox} Deny 1-Trusted 0-External tcp 10.0.0.5 198.51.100.1 50000 443 offset 8 S 12345 win 4  geo_dst="USA"  (HTTPS-00)`,
      {
        'source.ip': '10.0.0.5',
        'source.port': 50000,
        'destination.ip': '198.51.100.1',
        'destination.port': 443,
        'network.transport': 'tcp',
        'event.outcome': 'failure',
        'event.code': '3000-0148',
        'rule.name': 'HTTPS-00',
        'observer.ingress.interface.name': '1-Trusted',
      },
    ],
    [
      `${firebox} Allow 1-Trusted 0-External 52 tcp 20 127 10.0.0.5 198.51.100.1 50000 443 offset 8 S 1 win 4 src_user="alice" (HTTPS-00)`,
      {
        'destination.port': 443,
        'network.transport': 'tcp',
        'event.outcome': 'success',
        'user.name': 'alice',
        'observer.egress.interface.name': '0-External',
      },
    ],
    [
      `${firebox} Deny Guest WLAN Firebox 84 icmp 20 64 10.0.0.5 10.0.0.1 8 0  (Ping-00)`,
      {
        'network.transport': 'icmp',
        'source.port': null,
        'destination.ip': '10.0.0.1',
        'observer.ingress.interface.name': null,
      },
    ],
  ])('%s', expectFields);
});

describe('appliances that log about others', () => {
  const ise = (category: string) =>
    `${at} ${category} 0000012345 1 0 2026-11-19 21:54:44.123 +00:00 0001 5400 NOTICE Failed-Attempt: Authentication failed, ConfigVersionId=1, Device IP Address=192.0.2.5, UserName=alice, NAS-IP-Address=192.0.2.5, Calling-Station-ID=203.0.113.7, UserName=bob, FailureReason=22056 Subject not found,`;
  const utm = '<30>2026:11:19-21:54:44 gw';

  test.each<LineCase>([
    [
      ise('CISE_Failed_Attempts'),
      {
        ...FAILED,
        'user.name': 'alice',
        'source.ip': '203.0.113.7',
        'event.code': '5400',
        'event.reason': '22056 Subject not found',
      },
    ],
    [ise('CISE_Passed_Authentications'), { ...GRANTED, 'user.name': 'alice' }],
    [ise('CISE_RADIUS_Accounting'), { 'event.outcome': null, 'user.name': 'alice' }],
    [
      `${at} CISE_Failed_Attempts 0000012345 2 1  Step=11001, Calling-Station-ID=00-11-22-33-44-55`,
      { ...FAILED, 'source.ip': null, 'source.mac': '00-11-22-33-44-55' },
    ],
    [
      `${at} ASM:unit_hostname="f5",management_ip_address="192.0.2.9",violations="Illegal URL",request_status="blocked",response_code="0",ip_client="203.0.113.7",method="GET",uri="/x",src_port="40022",dest_port="443",dest_ip="192.0.2.1"`,
      {
        'source.ip': '203.0.113.7',
        'source.port': 40022,
        'destination.ip': '192.0.2.1',
        'url.original': '/x',
        'event.outcome': 'failure',
        'rule.name': 'Illegal URL',
      },
    ],
    [
      `${utm} ulogd[4800]: id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" fwrule="60001" initf="eth1" srcip="203.0.113.7" dstip="192.0.2.1" proto="6" srcport="40022" dstport="22"`,
      {
        'host.name': 'gw',
        'process.name': 'ulogd',
        'source.ip': '203.0.113.7',
        'destination.port': 22,
        'network.transport': 'tcp',
        'event.outcome': 'failure',
        'event.action': 'drop',
      },
    ],
    [
      `${utm} httpproxy[1]: id="0001" severity="info" sys="SecureWeb" sub="http" name="http access" action="pass" method="GET" srcip="10.0.0.5" dstip="198.51.100.80" user="alice" statuscode="200" size="123" url="http://e.example/" ua="curl"`,
      { 'url.domain': 'e.example', 'user.name': 'alice', 'http.response.status_code': 200 },
    ],
    [
      `${utm} aua[1]: id="3006" severity="info" sys="System" sub="auth" name="Authentication failed" srcip="203.0.113.7" host="" user="admin" caller="webadmin" reason="DENIED"`,
      { ...FAILED, 'event.action': 'admin_login', 'user.name': 'admin', 'source.ip': '203.0.113.7' },
    ],
    [
      `${utm} ulogd[1]: IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.1 PROTO=TCP SPT=1 DPT=22`,
      { 'destination.port': 22 },
    ],
  ])('%s', expectFields);

  test('Sophos UTM’s stamp is the time, in files too', () => {
    for (const line of [`${utm} aua[1]: x`, `${utm.slice(4)} aua[1]: x`]) {
      const event = normalized(line);
      expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T21:54:44.000Z');
      expect(event['host.name']).toBe('gw');
    }
    expect(normalized('<30>2026:13:19-21:54:44 gw aua[1]: x').record.host).toBeNull();
  });
});

describe('hypervisors and storage', () => {
  const qnap = (name: string, action: string) =>
    `${at} qulogd[9]: conn log: Users: ${name}, Source IP: 203.0.113.7, Computer name: ---, Connection type: SSH, Accessed resources: ---, Action: ${action}`;

  test.each<LineCase>([
    [
      qnap('admin', 'Login Fail'),
      { ...FAILED, 'user.name': 'admin', 'source.ip': '203.0.113.7', 'event.action': 'admin_login' },
    ],
    [qnap('admin', 'Login OK'), { ...GRANTED, 'user.name': 'admin' }],
    [
      qnap('x, Source IP: 192.0.2.1, y', 'Login Fail'),
      { 'user.name': 'x, Source IP: 192.0.2.1, y', 'source.ip': '203.0.113.7' },
    ],
    [
      '<14>2026-11-19T21:54:44Z esx1 shell[12]: [root]: esxcli system version get',
      { 'user.name': 'root', 'process.command_line': 'esxcli system version get', 'event.action': 'command' },
    ],
    [
      "<14>2026-11-19T21:54:44.1Z esx1 vobd[12]:  [UserLevelCorrelator] 123us: [esx.audit.ssh.session.opened] SSH session was opened for 'root@203.0.113.7'.",
      { ...GRANTED, 'user.name': 'root', 'source.ip': '203.0.113.7' },
    ],
    [
      '<14>1 2026-11-19T21:54:44Z vc1 vpxd 12 - - Event [5] [1-1] [2026-11-19T21:54:44Z] [vim.event.BadUsernameSessionEvent] [error] [] [DC] [5] [Cannot login administrator@vsphere.local@203.0.113.7]',
      { ...FAILED, 'user.name': 'administrator@vsphere.local', 'source.ip': '203.0.113.7' },
    ],
    [
      '<14>1 2026-11-19T21:54:44Z vc1 vpxd 12 - - Event [5] [1-1] [2026-11-19T21:54:44Z] [vim.event.UserLoginSessionEvent] [info] [X] [] [5] [User X\\alice@203.0.113.7 logged in as curl/8]',
      { ...GRANTED, 'user.name': 'X\\alice', 'source.ip': '203.0.113.7' },
    ],
  ])('%s', expectFields);
});

describe('other forms', () => {
  const web = {
    'source.ip': '203.0.113.7',
    'http.response.status_code': 404,
    'url.original': '/x?y=1',
    'http.request.method': 'GET',
  };

  test.each<LineCase>([
    [
      json({
        time_iso8601: '2026-11-19T21:54:44+00:00',
        remote_addr: '203.0.113.7',
        request: 'GET /x?y=1 HTTP/1.1',
        status: '404',
        http_user_agent: 'curl/7',
      }),
      { ...web, 'user_agent.original': 'curl/7' },
    ],
    [
      json({
        remote_addr: '203.0.113.7',
        request_method: 'GET',
        request_uri: '/x?y=1',
        host: 'e.example',
        status: 404,
      }),
      { ...web, 'url.domain': 'e.example' },
    ],
    [
      json({
        method: 'GET',
        path: '/x?y=1',
        protocol: 'HTTP/2',
        response_code: 404,
        downstream_remote_address: '203.0.113.7:40022',
        authority: 'e.example:443',
      }),
      { ...web, 'source.port': 40022, 'url.domain': 'e.example' },
    ],
    [
      json({
        Workload: 'Exchange',
        Operation: 'New-InboxRule',
        ResultStatus: 'True',
        ClientIP: '203.0.113.7:40022',
        UserId: 'a@x',
      }),
      { 'source.ip': '203.0.113.7', 'source.port': 40022 },
    ],
    [
      json({
        Workload: 'Exchange',
        Operation: 'MailItemsAccessed',
        ClientIPAddress: '[2001:db8::7]:40022',
        UserId: 'a@x',
      }),
      { 'source.ip': '2001:db8::7', 'source.port': 40022 },
    ],
    [
      json({
        message:
          '%ASA-6-106015: Deny TCP (no connection) from 203.0.113.7/40022 to 192.0.2.1/22 flags RST  on interface outside',
        host: 'fw1',
      }),
      { 'source.ip': '203.0.113.7', 'destination.port': 22, 'event.outcome': 'failure', 'host.name': 'fw1' },
    ],
    [
      `${at} vsftpd[5]: pam_listfile(vsftpd:auth): Refused user root for service vsftpd`,
      { ...FAILED, 'user.name': 'root' },
    ],
    [
      '2026-11-19 21:54:44 192.0.2.1 GET /x y=1 443 CORP\\bob 203.0.113.7 Mozilla/5.0+(X11) https://r.example/ 404 0 2 15',
      {
        ...web,
        'destination.ip': '192.0.2.1',
        'destination.port': 443,
        'user.name': 'CORP\\bob',
        'user_agent.original': 'Mozilla/5.0 (X11)',
        'http.request.referrer': 'https://r.example/',
        'event.duration': 15_000_000,
      },
    ],
    [
      '2026-11-19 21:54:44 192.0.2.1 GET /x - 80 - 203.0.113.7 - 200 0 0 5',
      {
        'source.ip': '203.0.113.7',
        'url.original': '/x',
        'user_agent.original': null,
        'event.outcome': 'success',
      },
    ],
    [
      'type=AVC msg=audit(1763589284.123:100): avc:  granted  { setenforce } for  pid=200 comm="setenforce" scontext=a tcontext=b tclass=security',
      { 'event.outcome': 'success' },
    ],
    [
      `${at} crond[5]: USER root pid 12 cmd run-parts /etc/periodic/15min`,
      {
        'user.name': 'root',
        'process.command_line': 'run-parts /etc/periodic/15min',
        'event.action': 'cron_job',
      },
    ],
    [
      `${at} atd[5]: Starting job 5 (a00005019c) for user 'alice' (1000)`,
      { 'user.name': 'alice', 'event.action': 'at_job' },
    ],
  ])('%s', expectFields);
});
