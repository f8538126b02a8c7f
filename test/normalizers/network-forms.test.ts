import { describe, expect, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

const meraki = '<134>1 1795082400.514782056 MX84';
const at = Date.UTC(2026, 10, 19, 10);

describe('Meraki', () => {
  test.each<LineCase>([
    [
      `${meraki} events type=8021x_eap_failure radio='0' vap='3' client_mac='00:00:5E:00:53:01' identity='bob' aid='1'`,
      { 'user.name': 'bob', 'source.mac': '00-00-5E-00-53-01', 'event.outcome': 'failure' },
    ],
    [
      `${meraki} events type=8021x_eap_success radio='0' vap='3' client_ip='192.0.2.9' identity='bob smith' aid='1'`,
      { 'user.name': 'bob smith', 'source.ip': '192.0.2.9', 'event.outcome': 'success' },
    ],
    [
      `${meraki} events client_vpn_connect user id 'bob@example.com' local ip 10.0.0.5 connected from 192.0.2.56`,
      {
        'user.name': 'bob@example.com',
        'source.ip': '192.0.2.56',
        'destination.ip': null,
        'event.action': 'client_vpn_connect',
        'event.outcome': 'success',
      },
    ],
    [
      `${meraki} events anyconnect_vpn_disconnect user id 'bob' local ip 10.0.0.5 connected from 192.0.2.56`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.56', 'event.type': ['end'] },
    ],
    [
      `${meraki} events type=anyconnect_vpn_auth_success msg= 'RADIUS[511] Server IP=10.0.0.12 Server port=1812 Peer IP=192.0.2.56 Peer port=56193 User=bob: Authentication request accepted. '`,
      {
        'user.name': 'bob',
        'source.ip': '192.0.2.56',
        'source.port': 56193,
        'event.outcome': 'success',
      },
    ],
    [
      `${meraki} events Site-to-Site VPN: <l2tp-over-ipsec-1|241> IKE_SA l2tp-over-ipsec-1[241] established between 198.51.100.1[198.51.100.1]...192.0.2.18[10.0.0.5]`,
      { 'source.ip': '192.0.2.18', 'destination.ip': '198.51.100.1' },
    ],
    [
      `${meraki} events dhcp lease of ip 10.0.0.5 from server mac 00:00:5E:00:53:01 for client mac 00:00:5E:00:53:02 from router 10.0.0.1 on subnet 255.255.255.0 with dns 10.0.0.1`,
      { 'source.ip': '10.0.0.5', 'destination.ip': null, 'source.mac': '00-00-5E-00-53-02' },
    ],
    [
      `${meraki} airmarshal_events type=rogue_ssid_detected ssid='x' bssid='02:18:5A:AE:56:00' src='02:18:5A:AE:56:00' dst='02:18:6A:13:09:D0'`,
      { 'source.ip': null, 'source.port': null, 'destination.port': null },
    ],
    [
      `${meraki} security_event ids_alerted signature=1:28423:1 priority=1 timestamp=1795082399.81 direction=ingress protocol=tcp/ip src=198.51.100.8:80 dst=192.0.2.9:53928 decision=blocked message: EXPLOIT-KIT x`,
      {
        'network.transport': 'tcp',
        'rule.name': 'EXPLOIT-KIT x',
        'event.action': 'blocked',
        'event.outcome': 'failure',
        'event.category': ['intrusion_detection'],
      },
    ],
    [
      `${meraki} security_event security_filtering_file_scanned url=http://www.example.com/e.com src=192.0.2.9:5 dst=198.51.100.8:80 mac=00:00:5E:00:53:01 name='EICAR:EICAR_Test' sha256=275a021b disposition=malicious action=block`,
      {
        'rule.name': 'EICAR:EICAR_Test',
        'event.action': 'block',
        'event.outcome': 'failure',
        'url.original': 'http://www.example.com/e.com',
      },
    ],
    [
      `${meraki} ip_flow_end src=192.0.2.186 dst=198.51.100.8 protocol=udp sport=5 dport=53 translated_src_ip=203.0.113.1 translated_port=700`,
      {
        'event.type': ['connection', 'end'],
        'source.nat.ip': '203.0.113.1',
        'source.nat.port': 700,
        'source.port': 5,
      },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('PAN-OS', () => {
  const head = '1,2026/11/19 10:00:01,0128';
  test.each<LineCase>([
    [
      `<14>Nov 19 10:00:00 pa1 ${head},SYSTEM,auth,0,2026/11/19 10:00:00,,auth-success,radius-profile,0,0,general,informational,"authenticated for user 'admin'.   From: 192.0.2.5.",5,0x0`,
      { 'user.name': 'admin', 'source.ip': '192.0.2.5', 'event.outcome': 'success' },
    ],
    [
      `<14>Nov 19 10:00:00 pa1 ${head},SYSTEM,general,0,2026/11/19 10:00:00,,general,,0,0,general,informational,"User admin logged in via Web from 192.0.2.5 using https",5,0x0`,
      {
        'user.name': 'admin',
        'source.ip': '192.0.2.5',
        'event.category': ['authentication'],
        'event.outcome': 'success',
      },
    ],
    [
      `<14>Nov 19 10:00:00 pa1 ${head},SYSTEM,general,0,2026/11/19 10:00:00,,general,,0,0,general,informational,"User admin logged out via Web from 192.0.2.5",5,0x0`,
      { 'user.name': 'admin', 'source.ip': '192.0.2.5', 'event.type': ['end'] },
    ],
    [
      `<14>Nov 19 10:00:00 pa1 ${head},AUTHENTICATION,0,2305,2026/11/19 10:00:00,vsys1,192.0.2.5,corp\\bob,bob,,pol,0,123,vendor,logaction,server,desc,Web,auth-fail,1,5,0x0`,
      { 'user.name': 'corp\\bob', 'source.ip': '192.0.2.5', 'event.outcome': 'failure' },
    ],
    [
      `<14>Nov 19 10:00:00 pa1 ${head},HIPMATCH,0,2049,2026/11/19 10:00:00,bob,vsys1,PC1,Windows,192.0.2.5,hip1,1,profile,0,0,5,0x0`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'source.domain': 'PC1' },
    ],
    [
      `<14>Nov 19 10:00:00 pa1 ${head},THREAT,vulnerability,2049,2026/11/19 10:00:00,192.0.2.66,198.51.100.80,0.0.0.0,0.0.0.0,rule1,,,web-browsing,vsys1,untrust,dmz,ethernet1/1,ethernet1/2,fwd,2026/11/19 10:00:00,5,1,4444,80,0,0,0x2000,tcp,reset-both,"index.php",Log4j RCE(91991),any,critical,client-to-server`,
      { 'event.category': ['intrusion_detection'], 'event.outcome': 'failure' },
    ],
    [
      `<14>1 2026-11-19T10:00:00Z pa1 - - - - ${head},TRAFFIC,start,2049,2026/11/19 10:00:00,192.0.2.66,198.51.100.80,0.0.0.0,0.0.0.0,r,,,ssh,vsys1,untrust,dmz,ethernet1/1,ethernet1/2,fwd,2026/11/19 10:00:00,0,1,4444,22,0,0,0x0,tcp,allow,60,60,0,1,2026/11/19 10:00:00,0,any,0,5,0x0,US,US,0,1,0,n/a`,
      { 'event.reason': null, 'destination.port': 22 },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test.each([
    `<14>${head},TRAFFIC,end,2049,2026/11/19 10:00:00,192.0.2.5,198.51.100.7,,,r,,,ssl,v,a,b,c,d`,
    `${head},TRAFFIC,end,2049,2026/11/19 10:00:00,192.0.2.5,198.51.100.7,,,r,,,ssl,v,a,b,c,d`,
  ])('without a stamp the time is that of the log: %s', (line) => {
    const event = expectFieldsOfAny(line, { 'source.ip': '192.0.2.5' });
    expect(event.timestamp).toBe(at);
  });
});

describe('other firewalls', () => {
  test.each<LineCase>([
    [
      '<14>Nov 19 10:00:00 srx1 RT_FLOW: RT_FLOW_SESSION_CREATE: session created 192.0.2.5/50000->198.51.100.7/443 0x0 junos-https 203.0.113.5/6000->198.51.100.7/443 0x0 source rule r1 N/A N/A 6 p1 trust untrust 12345 bob(role) reth0.0',
      {
        'source.nat.ip': '203.0.113.5',
        'source.nat.port': 6000,
        'destination.nat.ip': null,
        'rule.name': 'p1',
      },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_IDP - IDP_ATTACK_LOG_EVENT [junos@2636.1.1.1.2.129 source-address="192.0.2.66" source-port="4" destination-address="198.51.100.7" destination-port="80" protocol-name="TCP" action="NONE" attack-name="HTTP:X" nat-source-address="0.0.0.0" nat-source-port="0" username="unknown-user"]',
      { 'user.name': null, 'source.nat.ip': null, 'source.nat.port': null, 'network.transport': 'tcp' },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_FLOW - RT_FLOW_SESSION_DENY_LS [junos@2636.1.1.1.2.129 source-address="192.0.2.26" source-port="37233" destination-address="198.51.100.161" destination-port="161" protocol-id="17" policy-name="cleanup"]',
      { 'event.action': 'deny', 'event.outcome': 'failure' },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_FLOW - APPTRACK_SESSION_VOL_UPDATE [junos@2636.1.1.1.2.129 source-address="192.0.2.26" bytes-from-client="1" bytes-from-server="2" username="bob"]',
      { 'event.category': ['network'], 'source.bytes': 1, 'user.name': 'bob' },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_IDS - RT_SCREEN_UDP [junos@2636.1.1.1.2.40 attack-name="UDP flood!" source-address="192.0.2.66" source-port="5" destination-address="198.51.100.4" destination-port="53" action="drop"]',
      { 'network.transport': 'udp', 'event.outcome': 'failure' },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_UTM - AV_VIRUS_DETECTED_MT [junos@2636.1.1.1.2.129 source-address="192.0.2.66" source-port="80" destination-address="192.0.2.5" destination-port="5" filename="www.bad.example/e.com" name="EICAR" url="EICAR" username="N/A"]',
      { 'event.category': ['malware'], 'rule.name': 'EICAR', 'event.outcome': null },
    ],
    [
      '<14>1 2026-11-19T10:00:00.000Z srx1 RT_SECINTEL - SECINTEL_ACTION_LOG [junos@2636.1.1.1.2.129 category="secintel" action="BLOCK" source-address="192.0.2.5" source-port="5" destination-address="198.51.100.66" destination-port="80" protocol-id="6" policy-name="p"]',
      { 'event.action': 'BLOCK', 'event.outcome': 'failure', 'event.category': ['intrusion_detection'] },
    ],
    [
      "<35>Nov 19 10:00:00 srx1 sshd: SSHD_LOGIN_FAILED: Login failed for user 'root' from host '192.0.2.66'",
      {
        'event.code': 'SSHD_LOGIN_FAILED',
        'user.name': 'root',
        'source.ip': '192.0.2.66',
        'event.outcome': 'failure',
      },
    ],
    [
      '<35>Nov 19 10:00:00 srx1 login[9]: LOGIN_INFORMATION: User bob logged in from host 192.0.2.5 on device ttyp0',
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'success' },
    ],
    [
      '<35>Nov 19 10:00:00 srx1 login: LOGIN_FAILED: Login failed for user bob from host 192.0.2.66',
      { 'user.name': 'bob', 'source.ip': '192.0.2.66', 'event.outcome': 'failure' },
    ],
    [
      "<35>Nov 19 10:00:00 srx1 mgd[9]: UI_AUTH_EVENT: Authenticated user 'bob' at permission level 'j-super-user'",
      { 'user.name': 'bob', 'event.outcome': 'success' },
    ],
    [
      '<134>1 2026-11-19T10:00:00Z cp1 CheckPoint 5 - [action:"Prevent"; attack:"x"; protection_name:"Log4j RCE"; severity:"4"; src:"192.0.2.66"; dst:"198.51.100.7"; s_port:"4"; service:"80"; proto:"6"; product:"IPS"]',
      { 'rule.name': 'Log4j RCE', 'event.outcome': 'failure', 'event.category': ['intrusion_detection'] },
    ],
    [
      '<134>1 2026-11-19T10:00:00Z cp1 CheckPoint 5 - [action:"Accept"; src:"192.0.2.5"; dst:"198.51.100.7"; xlatesrc:"203.0.113.5"; xlatesport:"777"; xlatedst:"0.0.0.0"; xlatedport:"0"; s_port:"4"; service:"443"; proto:"6"; product:"VPN-1 & FireWall-1"; sent_bytes:"5"; received_bytes:"6"]',
      {
        'source.nat.ip': '203.0.113.5',
        'source.nat.port': 777,
        'destination.nat.ip': null,
        'destination.nat.port': null,
        'source.bytes': 5,
        'destination.bytes': 6,
      },
    ],
    [
      '<134>id=firewall sn=0017C5 time="2026-11-19 10:00:00" fw=192.0.2.1 pri=6 c=1024 m=97 usr="bob" src=192.0.2.5:5:X0 dst=198.51.100.7:80:X1 proto=tcp/http op=GET sent=5 rcvd=6 result=403 dstname=bad.example arg=/x code=5 Category="Malware"',
      {
        'http.request.method': 'GET',
        'http.response.status_code': 403,
        'url.domain': 'bad.example',
        'url.original': '/x',
      },
    ],
    [
      '<134>id=firewall sn=0017C5 time="2026-11-19 10:00:00" fw=192.0.2.1 pri=1 c=32 m=608 msg="IPS Detection Alert: WEB-ATTACKS x" sid=5 ipscat="WEB" src=192.0.2.66:4:X1 dst=198.51.100.7:80:X0 proto=tcp/http',
      {
        'event.category': ['intrusion_detection'],
        'rule.name': 'IPS Detection Alert: WEB-ATTACKS x',
        'rule.id': '5',
      },
    ],
    [
      '<185>date=2026-11-19 time=10:00:00 devname="fw1" devid="F" logid="0100032003" type="event" subtype="system" user="admin" ui="jsconsole" action="logout" status="success" reason="timeout"',
      { 'event.category': ['authentication'], 'event.type': ['end'], 'event.action': 'logout' },
    ],
    [
      '<185>date=2026-11-19 time=10:00:00 devname="fw1" devid="F" logid="0101039424" type="event" subtype="vpn" action="tunnel-up" remip=192.0.2.33 user="bob" group="vpn" reason="login successfully"',
      { 'event.category': ['session'], 'event.type': ['start'], 'event.outcome': 'success' },
    ],
    [
      '<185>date=2026-11-19 time=10:00:00 devname="fw1" devid="F" logid="0101037124" type="event" subtype="vpn" msg="IPsec phase 1 error" action="negotiate" remip=192.0.2.66 locip=198.51.100.1 user="N/A" status="negotiate_error" reason="peer SA proposal not match local policy"',
      { 'event.outcome': 'failure', 'source.ip': '192.0.2.66' },
    ],
    [
      '<185>date=2026-11-19 time=10:00:00 devname="fw1" devid="F" logid="0419016384" type="utm" subtype="ips" srcip=192.0.2.35 dstip=198.51.100.80 proto=6 action="dropped" attack="X.Y"',
      { 'event.category': ['intrusion_detection'], 'event.outcome': 'failure' },
    ],
    [
      '<185>date=2026-11-19 time=10:00:00 devname="fw1" devid="F" logid="0211008192" type="utm" subtype="virus" srcip=192.0.2.5 dstip=198.51.100.66 proto=6 action="blocked" virus="EICAR"',
      { 'event.category': ['malware'], 'event.outcome': 'failure' },
    ],
    [
      '<134>Nov 19 10:00:00 pf1 snort[5]: [1:2034647:1] ET EXPLOIT x [Classification: Attempted Administrator Privilege Gain] [Priority: 1] {TCP} 192.0.2.66:4444 -> 198.51.100.80:80',
      {
        'event.category': ['intrusion_detection'],
        'rule.name': 'ET EXPLOIT x',
        'rule.id': '2034647',
        'event.code': '2034647',
        'network.transport': 'tcp',
        'source.ip': '192.0.2.66',
        'source.port': 4444,
        'destination.ip': '198.51.100.80',
        'destination.port': 80,
        'event.severity': 1,
      },
    ],
    [
      '11/19/2026-10:00:00.123456  [wDrop] [**] [1:2034647:1] ET EXPLOIT x [**] [Classification: Attempted Admin] [Priority: 2] {UDP} [2001:db8::66]:4444 -> 198.51.100.80:53',
      {
        'source.ip': '2001:db8::66',
        'source.port': 4444,
        'event.action': 'blocked',
        'event.outcome': 'failure',
      },
    ],
    [
      '11/19-10:00:00.123456  [**] [1:100:1] ICMP PING [**] [Priority: 3] {ICMP} 192.0.2.66 -> 198.51.100.80',
      { 'source.ip': '192.0.2.66', 'destination.ip': '198.51.100.80', 'rule.name': 'ICMP PING' },
    ],
    [
      '<134>Nov 19 10:00:00 pf1 sshguard[5]: Blocking "192.0.2.66/32" for 120 secs (3 attacks in 2 secs, after 1 abuses over 2 secs.)',
      { 'event.action': 'ban', 'source.ip': '192.0.2.66' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test.each([
    ['device="SFW" date=2026-11-19 time=10:00:00 timezone="CET" device_name="XG"', at - 3_600_000],
    ['device="SFW" date=2026-11-19 time=10:00:00 timezone="+0200" device_name="XG"', at - 7_200_000],
    ['device_name="SFW" timestamp="2026-11-19T10:00:00+0100" device_model="XG"', at - 3_600_000],
  ])('Sophos states its own time: %s', (device, time) => {
    const line = `<30>${device} log_id="010102600002" log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" src_ip=192.0.2.66 dst_ip=198.51.100.7`;
    expect(expectFieldsOfAny(line, { 'source.ip': '192.0.2.66' }).timestamp).toBe(time);
  });
});
