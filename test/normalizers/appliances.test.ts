import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<134>Nov 19 21:54:44 box';
const login = {
  'event.category': ['authentication'],
  'event.type': ['start'],
  'event.action': 'admin_login',
};
const refused = { ...login, 'event.outcome': 'failure' };
const granted = { ...login, 'event.outcome': 'success' };

/** auth.inc of pfSense and OPNsense; lines from the Netgate forum and projects that parse them. */
describe('pfSense and OPNsense web console', () => {
  const opnsense = '<38>1 2026-11-19T21:54:44+00:00 fw.example audit 1234 - [meta sequenceId="1"]';

  test.each<LineCase>([
    [
      `${at} php-fpm[123]: /index.php: Successful login for user 'admin' from: 192.0.2.9 (Local Database)`,
      { ...granted, 'user.name': 'admin', 'source.ip': '192.0.2.9' },
    ],
    [
      `${at} php-fpm[123]: /index.php: webConfigurator authentication error for user 'admin' from: 203.0.113.5`,
      { ...refused, 'user.name': 'admin', 'source.ip': '203.0.113.5' },
    ],
    [
      `${opnsense} /index.php: Web GUI authentication error for 'root' from 2001:db8::9`,
      { ...refused, 'user.name': 'root', 'source.ip': '2001:db8::9' },
    ],
    [
      `${opnsense} /index.php: User logged in for user 'root' from: 192.0.2.9`,
      { ...granted, 'user.name': 'root', 'source.ip': '192.0.2.9' },
    ],
    [
      `${at} php-fpm[123]: /index.php: webConfigurator authentication error for user 'x' from: 192.0.2.1' from: 203.0.113.5`,
      { ...refused, 'user.name': "x' from: 192.0.2.1", 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} php-fpm[123]: /index.php: User logged out for user 'admin' from: 192.0.2.9 (Local Database)`,
      { 'event.action': 'admin_logout', 'event.category': ['session'], 'user.name': 'admin' },
    ],
  ])('%s', (line, wanted) => {
    expectFields(line, wanted);
    expect(normalized(line).logsource).toMatchObject({ product: 'pfsense', services: ['webgui'] });
  });

  test('leaves other lines of PHP alone', () => {
    expect(normalized(`${at} php-fpm[1]: /rc.newwanip: rc.newwanip: Info`).logsource.closed).toBe(false);
    expect(normalized(`${at} php-fpm[1]: [pool www] child 7 exited`).logsource.closed).toBe(false);
  });
});

/** pve-access-control, proxmox-rest-server; fail2ban filters for them. */
describe('Proxmox', () => {
  test.each<LineCase>([
    [
      `${at} pvedaemon[123]: authentication failure; rhost=::ffff:203.0.113.5 user=root@pam msg=Authentication failure`,
      {
        ...refused,
        'user.name': 'root@pam',
        'source.ip': '203.0.113.5',
        'event.reason': 'Authentication failure',
      },
    ],
    [
      `${at} proxmox-backup-proxy[9]: authentication failure; rhost=[::ffff:203.0.113.5]:50432 user=root@pam msg=invalid credentials`,
      { ...refused, 'user.name': 'root@pam', 'source.ip': '203.0.113.5', 'source.port': 50432 },
    ],
    [
      `${at} pvedaemon[123]: authentication failure; rhost=203.0.113.5 user=x rhost=192.0.2.1 user=y@pam msg=Authentication failure`,
      { ...refused, 'user.name': 'x rhost=192.0.2.1 user=y@pam', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} pvedaemon[123]: authentication failure; rhost=203.0.113.5 user=x msg=y@pam msg=no such user ('x msg=y@pam')`,
      { ...refused, 'user.name': null, 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} pvedaemon[123]: openid authentication failure; rhost=::ffff:203.0.113.5 msg=Failed to contact userinfo endpoint`,
      { ...refused, 'user.name': null, 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} pvedaemon[1]: <root@pam> successful auth for user 'root@pam'`,
      { ...granted, 'user.name': 'root@pam' },
    ],
    [
      `${at} proxmox-backup-proxy[1]: successful auth for user 'root@pam'`,
      { ...granted, 'user.name': 'root@pam' },
    ],
    [
      `${at} pvedaemon[1]: <root@pam> starting task UPID:pve:0001:vzstop:101:root@pam:`,
      { 'user.name': 'root@pam', 'event.action': 'task_started' },
    ],
  ])('%s', expectFields);
});

/** Synology Log Center, DSM 6 and 7. */
describe('Synology DSM', () => {
  test.each<LineCase>([
    [
      `${at} Connection: User [admin] from [203.0.113.5] failed to log in via [DSM] due to authorization failure.`,
      {
        ...refused,
        'user.name': 'admin',
        'source.ip': '203.0.113.5',
        'event.reason': 'authorization failure',
      },
    ],
    [
      `${at} Connection: User [admin] from [203.0.113.5] failed to sign in to [DSM] via [password] due to authorization failure.`,
      { ...refused, 'user.name': 'admin', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} Connection: User [x] from [192.0.2.1] failed to log in via [DSM] due to y.] from [203.0.113.5] failed to log in via [SSH] due to authorization failure.`,
      { ...refused, 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} Connection: User [bob] from [192.0.2.9] logged in successfully via [DSM].`,
      { ...granted, 'user.name': 'bob', 'source.ip': '192.0.2.9' },
    ],
    [
      `${at} Connection: User [bob] from [192.0.2.9] failed to log in via [SMB] due to [NTLMv1 not permitted].`,
      { ...refused, 'event.action': 'smb_login' },
    ],
    [
      `${at} Connection: User [bob] from [192.0.2.9] logged out the server via [DSM] with totally [0 Bytes] uploaded and [1 KB] downloaded.`,
      { 'event.action': 'admin_logout', 'user.name': 'bob', 'source.ip': '192.0.2.9' },
    ],
    [
      `${at} Connection: Host [203.0.113.5] was blocked via [SSH].`,
      { 'event.action': 'ban', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} WinFileService Event: Delete, Path: /homes/a, User: eve, IP: 198.51.100.1, File/Folder: x, File/Folder: File, Size: 10.00 KB, User: bob, IP: 192.0.2.9`,
      {
        ...{ 'event.category': ['file'], 'event.type': ['deletion'], 'event.action': 'file_delete' },
        ...{ 'user.name': 'bob', 'source.ip': '192.0.2.9' },
        'file.path': '/homes/a, User: eve, IP: 198.51.100.1, File/Folder: x',
      },
    ],
    [
      `${at} FTP Event: Read, Path: /homes/b.txt, File/Folder: File, Size: 1 KB, User: DOM\\bob, IP: 192.0.2.9`,
      { 'event.type': ['access'], 'event.action': 'file_read', 'user.name': 'DOM\\bob' },
    ],
  ])('%s', expectFields);

  test('a tag alone proves nothing', () => {
    expect(normalized(`${at} WinFileService Event: none`).logsource.closed).toBe(false);
    expect(normalized(`${at} Connection: closed by peer`).logsource.closed).toBe(false);
  });
});

/** hostd.log of ESXi 6 to 8, by syslog and from the file. */
describe('VMware ESXi', () => {
  test.each<LineCase>([
    [
      `${at} Hostd: [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 123 : User root@203.0.113.5 logged in as VMware-client/6.5.0`,
      {
        ...granted,
        'user.name': 'root',
        'source.ip': '203.0.113.5',
        'user_agent.original': 'VMware-client/6.5.0',
      },
    ],
    [
      '2026-04-01T00:41:48Z host6 Hostd: warning hostd[526387] [Originator@6876 sub=Default opID=esxui-9558-3741] Rejected password for user bob from 203.0.113.5',
      { ...refused, 'user.name': 'bob', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} hostd[1]: Rejected password for user x from 192.0.2.1 from 203.0.113.5`,
      { ...refused, 'user.name': 'x from 192.0.2.1', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} Hostd: [Originator@6876 sub=Vimsvc.ha-eventmgr opID=esxui-1] Event 175 : Cannot login x@192.0.2.1@203.0.113.5`,
      {
        'event.action': null,
        'event.outcome': 'failure',
        'user.name': 'x@192.0.2.1',
        'source.ip': '203.0.113.5',
      },
    ],
    [
      `${at} Hostd: Event 9 : User root@203.0.113.5 logged in as x logged in as y@192.0.2.1`,
      { ...granted, 'user.name': 'root', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} Hostd: Event 9 : User root@203.0.113.5 logged out (login time: x, number of API invocations: 0, user agent: y)`,
      { 'event.action': 'admin_logout', 'user.name': 'root', 'source.ip': '203.0.113.5' },
    ],
  ])('%s', expectFields);
});

/** Sophos "SFOS Syslog Guide"; samples of the Splunk Connect for Syslog tests. */
describe('Sophos Firewall', () => {
  const head = 'device="SFW" date=2026-11-19 time=21:54:44 timezone="UTC" device_name="XG430" device_id=C42';
  const traffic = `${head} log_id=010101600001 log_type="Firewall" log_component="Firewall Rule"`;
  const ends =
    'src_ip=203.0.113.5 dst_ip=192.0.2.2 protocol="TCP" src_port=4444 dst_port=22 in_interface="Port2"';

  test.each<LineCase>([
    [
      `<30>${traffic} log_subtype="Denied" status="Deny" fw_rule_id=5 fw_rule_name="no" src_mac=00:56:2b:8b:10:01 ${ends}`,
      {
        'event.action': 'deny',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.5',
        'destination.port': 22,
        'rule.id': '5',
        'rule.name': 'no',
        'source.mac': '00-56-2B-8B-10-01',
        'observer.vendor': 'Sophos',
        'observer.name': 'XG430',
        'event.code': '010101600001',
      },
    ],
    [
      `${traffic} log_subtype="Allowed" status="Allow" ${ends}`,
      { 'event.action': 'allow', 'event.outcome': 'success' },
    ],
    [
      `${head} log_id=062009617502 log_type="Event" log_component="GUI" log_subtype="Admin" status="Failed" user_name="admin" src_ip=203.0.113.5 message="User admin failed to login to Web Admin Console"`,
      { ...refused, 'user.name': 'admin', 'source.ip': '203.0.113.5' },
    ],
    [
      `${head} log_id=062009617503 log_type="Event" log_component="GUI" log_subtype="Admin" status="Successful" user_name="admin" src_ip=192.0.2.9 message="Firewall Rule no was updated"`,
      { 'event.category': ['configuration'], 'event.action': null, 'event.outcome': 'success' },
    ],
    [
      `${head} log_id=062910617703 log_type="Event" log_component="SSL VPN Authentication" log_subtype="Authentication" status="Failed" user_name="bob" src_ip=203.0.113.5`,
      { 'event.action': 'vpn_login', 'event.outcome': 'failure', 'user.name': 'bob' },
    ],
  ])('%s', expectFields);
});

/** Log Exporter, format syslog; lines from the Elastic and Wazuh tests, addresses replaced. */
describe('Check Point', () => {
  const body =
    '[action:"Drop"; ifdir:"inbound"; ifname:"eth0"; origin:"192.0.2.254"; dst:"192.0.2.2"; proto:"6"; rule:"5"; s_port:"4444"; service:"22"; src:"203.0.113.5"; product:"VPN-1 & FireWall-1"]';
  const wanted = {
    'event.action': 'drop',
    'event.outcome': 'failure',
    'source.ip': '203.0.113.5',
    'source.port': 4444,
    'destination.ip': '192.0.2.2',
    'destination.port': 22,
    'network.transport': 'tcp',
    'observer.ingress.interface.name': 'eth0',
    'rule.id': '5',
  };

  test.each<LineCase>([
    [`<134>1 2026-03-21T17:32:32Z gw CheckPoint 18160 - ${body}`, wanted],
    [`<13>Nov 19 21:54:44 gw CheckPoint 12345 - ${body}`, wanted],
    [`<13>Nov 19 21:54:44 gw CheckPoint: ${body}`, wanted],
    [
      '<13>Nov 19 21:54:44 gw CheckPoint: [action:"Failed Log In"; user:"x\\"; src:\\"192.0.2.1"; src:"203.0.113.5"; product:"SmartConsole"]',
      {
        'event.action': 'login',
        'event.outcome': 'failure',
        'user.name': 'x"; src:"192.0.2.1',
        'source.ip': '203.0.113.5',
      },
    ],
  ])('%s', expectFields);

  test('of the firewall blade belongs to category firewall', () => {
    expect(normalized(`<13>Nov 19 21:54:44 gw CheckPoint: ${body}`).logsource).toMatchObject({
      product: 'checkpoint',
      categories: ['firewall'],
    });
  });

  test('a field called __proto__ is just a field', () => {
    const { fields } = normalized(
      '<13>Nov 19 21:54:44 gw CheckPoint: [action:"x"; __proto__:"y"; b:"z"]',
    ).record;
    expect(Object.entries(fields ?? {})).toEqual([
      ['action', 'x'],
      ['__proto__', 'y'],
      ['b', 'z'],
    ]);
  });
});

/** AP logs of UniFi and OpenWrt. */
test.each<LineCase>([
  [
    '<30>Nov 19 21:54:44 U7PG2,788a20aabbcc,v4.3.20: hostapd: ath0: STA aa:bb:cc:dd:ee:ff IEEE 802.11: associated',
    {
      'event.action': 'wifi_associated',
      'source.mac': 'AA-BB-CC-DD-EE-FF',
      'observer.ingress.interface.name': 'ath0',
    },
  ],
  [
    '<30>Nov 19 21:54:44 ap hostapd: wlan0: STA aa:bb:cc:dd:ee:ff IEEE 802.11: deauthenticated due to inactivity',
    { 'event.action': 'wifi_deauthenticated' },
  ],
  ['<30>Nov 19 21:54:44 ap hostapd: wlan0: AP-ENABLED', { 'event.action': null, 'source.mac': null }],
])('hostapd: %s', expectFields);
