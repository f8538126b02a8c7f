import { describe, expect, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

const audit = 'msg=audit(1364481363.243:24287):';

describe('auditd', () => {
  test.each<LineCase>([
    [
      `type=SOCKADDR ${audit} saddr=02000050C63364070000000000000000`,
      { 'destination.ip': '198.51.100.7', 'destination.port': 80, 'event.action': 'socket_address' },
    ],
    [
      `type=SOCKADDR ${audit} saddr=0A0001BB0000000020010DB800000000000000000000000500000000`,
      { 'destination.ip': '2001:db8::5', 'destination.port': 443 },
    ],
    [
      `type=SOCKADDR ${audit} saddr=0A0001BB0000000000000000000000000000FFFFC633640700000000`,
      { 'destination.ip': '198.51.100.7' },
    ],
    [
      `type=SOCKADDR ${audit} saddr=01002F7661722F72756E2F6E7363642F736F636B657400`,
      { 'file.path': '/var/run/nscd/socket', 'destination.ip': null },
    ],
    [
      `type=SOCKADDR ${audit} saddr=02000050C63364070000000000000000\u001dSADDR={ saddr_fam=inet laddr=198.51.100.7 lport=80 }`,
      { 'destination.ip': '198.51.100.7', 'destination.port': 80 },
    ],
    [`type=SOCKADDR ${audit} saddr=100000000000000000000000`, { 'destination.ip': null, 'file.path': null }],
    [`type=SOCKADDR ${audit} saddr=0200`, { 'destination.ip': null, 'destination.port': null }],
    [
      `type=USER_ERR ${audit} pid=5 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:bad_ident acct="?" exe="/usr/sbin/sshd" hostname=192.0.2.3 addr=192.0.2.3 terminal=ssh res=failed'`,
      { 'user.name': null, 'event.outcome': 'failure', 'source.ip': '192.0.2.3' },
    ],
    [
      `Nov 19 10:00:00 web kernel: audit: type=1100 audit(1364481363.243:24287): pid=5 uid=0 auid=4294967295 msg='op=PAM:authentication acct="root" exe="/usr/sbin/sshd" hostname=192.0.2.3 addr=192.0.2.3 terminal=ssh res=failed'`,
      { 'event.code': 'USER_AUTH', 'event.action': 'user_authentication', 'event.outcome': 'failure' },
    ],
    [
      `type=CRYPTO_SESSION ${audit} pid=5 uid=0 auid=4294967295 ses=4294967295 msg='op=start direction=from-server cipher=aes rport=5555 laddr=198.51.100.1 lport=22  exe="/usr/sbin/sshd" hostname=? addr=192.0.2.3 terminal=? res=success'`,
      {
        'source.ip': '192.0.2.3',
        'source.port': 5555,
        'destination.ip': '198.51.100.1',
        'destination.port': 22,
      },
    ],
    [
      `type=ANOM_ABEND ${audit} auid=1000 uid=1000 gid=1000 ses=1 pid=5 comm="x" exe="/x" sig=11 res=1`,
      { 'event.action': 'process_crashed', 'event.outcome': null, 'process.name': 'x' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('Zeek', () => {
  const ends = {
    'source.ip': '192.0.2.6',
    'source.port': 38334,
    'destination.ip': '198.51.100.77',
    'destination.port': 53,
  };
  const head = '1547188415.857497\tCAcJw21BbVedgFnYH3\t192.0.2.6\t38334\t198.51.100.77\t53';
  test.each<LineCase>([
    [
      `${head}\tudp\tdns\t0.076000\t75\t178\tSF\tT\tF\t0\tDd\t1\t103\t1\t206\t-`,
      {
        ...ends,
        'network.transport': 'udp',
        'source.bytes': 75,
        'destination.bytes': 178,
        'event.duration': 76e6,
      },
      { app: 'dns', conn_state: 'SF' },
    ],
    [
      `${head}\tudp\t5555\t0.003\texample.com\t1\tC_INTERNET\t1\tA\t3\tNXDOMAIN\tF\tF\tT\tF\t0\t-\t-\tF`,
      {
        ...ends,
        'network.transport': 'udp',
        'dns.question.name': 'example.com',
        'dns.question.type': 'A',
        'event.outcome': 'failure',
      },
    ],
    [
      `${head}\t1\tGET\texample.com\t/a\t-\t1.1\tcurl/7\t-\t0\t10\t404\tNot Found\t-\t-\t(empty)`,
      { ...ends, 'http.request.method': 'GET', 'url.original': '/a', 'http.response.status_code': 404 },
    ],
    [`${head}\tsomething\telse`, { ...ends, 'network.transport': null }],
    [
      '{"ts":1547188417.1,"uid":"C3","id.orig_h":"192.0.2.6","id.orig_p":40002,"id.resp_h":"198.51.100.22","id.resp_p":88,"request_type":"AS","client":"bob/CORP","service":"krbtgt/CORP","success":false,"error_msg":"KDC_ERR_PREAUTH_FAILED"}',
      { 'user.name': 'bob', 'user.domain': 'CORP', 'event.outcome': 'failure' },
    ],
    [
      '{"ts":1547188417.1,"note":"Scan::Port_Scan","msg":"192.0.2.6 scanned at least 15 unique ports of host 198.51.100.22 in 0m0s","sub":"remote","src":"192.0.2.6","dst":"198.51.100.22","actions":["Notice::ACTION_LOG"],"suppress_for":3600.0}',
      { 'source.ip': '192.0.2.6', 'destination.ip': '198.51.100.22', 'rule.name': 'Scan::Port_Scan' },
    ],
    [
      '{"ts":1547188417.1,"fuid":"F1","tx_hosts":["198.51.100.22"],"rx_hosts":["192.0.2.6"],"conn_uids":["C3"],"source":"HTTP","mime_type":"application/x-dosexec","filename":"x.exe","md5":"d41d8cd98f00b204e9800998ecf8427e","total_bytes":5}',
      { 'source.ip': '198.51.100.22', 'destination.ip': '192.0.2.6', 'file.name': 'x.exe' },
    ],
    [
      '{"ts":1547188417.1,"uids":["C1"],"client_addr":"192.0.2.6","mac":"00:00:5e:00:53:01","host_name":"pc1","assigned_addr":"192.0.2.6","lease_time":3600.0,"msg_types":["DISCOVER","ACK"]}',
      { 'source.ip': '192.0.2.6', 'source.mac': '00-00-5E-00-53-01' },
    ],
  ])('%s', (line, wanted, raw) => {
    const event = expectFieldsOfAny(line, wanted, raw);
    expect(event.timestamp).toBe(line.startsWith('{') ? 1547188417100 : 1547188415857);
    expect(event.logsource.product).toBe('zeek');
  });
});

describe('JSON of other sources', () => {
  test.each<LineCase>([
    [
      '<14>1 2026-11-19T10:00:00.123456+01:00 WIN10 Microsoft-Windows-Security-Auditing 668 - [NXLOG@14506 EventType="AUDIT_FAILURE" EventID="4625" TargetUserName="bob" IpAddress="192.0.2.66" IpPort="5" LogonType="3" Channel="Security"] An account failed to log on.',
      {
        'event.code': '4625',
        'host.name': 'WIN10',
        'user.name': 'bob',
        'source.ip': '192.0.2.66',
        'source.port': 5,
        'event.outcome': 'failure',
      },
      { TargetUserName: 'bob', Channel: 'Security' },
    ],
    [
      '{"timestamp":"2026-11-19T13:55:36.1+0000","event_type":"drop","src_ip":"192.0.2.6","src_port":5,"dest_ip":"198.51.100.1","dest_port":80,"proto":"TCP","drop":{"reason":"rules"}}',
      { 'event.type': ['connection', 'denied'], 'event.outcome': 'failure', 'event.reason': 'rules' },
    ],
    [
      '{"timestamp":"2026-11-19T13:55:36.1+0000","event_type":"smb","src_ip":"192.0.2.6","src_port":5,"dest_ip":"198.51.100.1","dest_port":445,"proto":"TCP","smb":{"command":"SMB2_COMMAND_SESSION_SETUP","status":"STATUS_LOGON_FAILURE","ntlmssp":{"domain":"CORP","user":"bob","host":"PC1"}}}',
      { 'user.name': 'bob', 'user.domain': 'CORP', 'event.outcome': 'failure' },
    ],
    [
      '{"@timestamp":"2026-11-19T13:55:36.123Z","host":{"name":"dc1"},"event":{"code":"4778"},"winlog":{"channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","event_id":"4778","event_data":{"AccountName":"bob","AccountDomain":"CORP","ClientAddress":"192.0.2.66","ClientName":"PC9"}}}',
      { 'user.name': 'bob', 'source.ip': '192.0.2.66' },
    ],
    [
      '{"@timestamp":"2026-11-19T13:55:36.123Z","host":{"name":"dc1"},"event":{"code":"1149"},"winlog":{"channel":"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational","provider_name":"Microsoft-Windows-TerminalServices-RemoteConnectionManager","event_id":"1149","event_data":{"Param1":"bob","Param2":"CORP","Param3":"192.0.2.66"}}}',
      { 'user.name': 'bob', 'source.ip': '192.0.2.66', 'event.action': 'remote_desktop_authenticated' },
    ],
    [
      '{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"alice"},"eventTime":"2026-11-19T13:55:36Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","sourceIPAddress":"192.0.2.90","requestParameters":{"userName":"eve"}}]}',
      {
        'event.action': 'CreateUser',
        'user.name': 'alice',
        'user.target.name': 'eve',
        'source.ip': '192.0.2.90',
      },
    ],
    [
      '{"Records":[{"eventVersion":"1.08","eventTime":"2026-11-19T13:55:36Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","sourceIPAddress":"192.0.2.90"},{"eventVersion":"1.08","eventTime":"2026-11-19T13:55:37Z","eventSource":"iam.amazonaws.com","eventName":"DeleteUser","sourceIPAddress":"192.0.2.91"}]}',
      { 'destination.ip': null, 'event.action': null },
    ],
    [
      '{"log":"hello\\n","stream":"stderr","time":"2026-11-19T13:55:36.123456789Z"}',
      { 'source.ip': null },
      { stream: 'stderr' },
    ],
    [
      '2026-11-19T13:55:36.123456789Z stdout F 192.0.2.20 - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 612 "-" "x"',
      { 'source.domain': null, 'user.name': null },
      { stream: 'stdout' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test('a container says what stands after the frame', () => {
    const docker = expectFieldsOfAny(
      '{"log":"hello\\n","stream":"stderr","time":"2026-11-19T13:55:36.123456789Z"}',
      {},
    );
    const cri = expectFieldsOfAny(
      '2026-11-19T13:55:36.123456789Z stdout F 192.0.2.20 - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 612',
      {},
    );
    expect([docker.message, cri.message]).toEqual([
      'hello',
      '192.0.2.20 - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 612',
    ]);
  });
});

test('Fluent Bit writes a blank before the offset of a Windows event', () => {
  const event = expectFieldsOfAny(
    '{"ProviderName":"Microsoft-Windows-Security-Auditing","EventID":4625,"Channel":"Security","TimeCreated":"2026-11-19 13:55:36 +0100","Computer":"PC1","TargetUserName":"bob"}',
    { 'user.name': 'bob' },
  );
  expect(event.timestamp).toBe(Date.UTC(2026, 10, 19, 12, 55, 36));
});

describe('CEF', () => {
  test.each<LineCase>([
    [
      'CEF:0|CyberArk|Vault|12|7|Logon|5|act=Logon suser=bob shost=192.0.2.5 dhost=198.51.100.7',
      {
        'source.ip': '192.0.2.5',
        'source.domain': null,
        'destination.ip': '198.51.100.7',
        'destination.domain': null,
      },
    ],
    [
      'CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Accept src=192.0.2.5 dst=198.51.100.7 cs2Label=Rule Name cs2=out-rule',
      { 'rule.name': 'out-rule' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test('without rt the start is the time', () => {
    const event = expectFieldsOfAny(
      'CEF:0|Microsoft|Azure ATP|2|LdapBruteForce|LDAP brute force|8|start=2026-11-19T10:00:00.000000Z app=Ldap shost=PC1 suser=bob',
      { 'source.domain': 'PC1' },
    );
    expect(event.timestamp).toBe(Date.UTC(2026, 10, 19, 10));
  });
});
