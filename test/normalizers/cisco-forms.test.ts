import { describe, expect, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

const ios = '<189>100: Nov 19 10:00:00.123: ';
const nxos = '<189>: 2026 Nov 19 10:00:00 UTC: ';
const asa = '<166>Nov 19 2026 10:00:00 fw1 : ';

describe('IOS, IOS XE and IOS XR', () => {
  test.each<LineCase>([
    [
      `${ios}%SSH-5-SSH_USERAUTH: User 'bob' authentication for SSH Session from 192.0.2.5 (tty = 0) using crypto cipher '' Failed`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'failure' },
    ],
    [
      `${ios}%SSH-5-SSH2_CLOSE: SSH2 Session from 192.0.2.5 (tty = 0) for user 'bob' using crypto cipher 'aes256-ctr' closed`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.action': 'ssh_disconnect' },
    ],
    [
      `${ios}%SSH-4-SSH2_UNEXPECTED_MSG: Unexpected message type has arrived. Terminating the connection from 192.0.2.66`,
      { 'source.ip': '192.0.2.66', 'event.outcome': 'failure' },
    ],
    [
      `${ios}%SEC-6-IPACCESSLOGRP: list 101 denied igmp 192.0.2.1 -> 224.0.0.1, 1 packet`,
      { 'source.ip': '192.0.2.1', 'destination.ip': '224.0.0.1', 'network.transport': 'igmp' },
    ],
    [
      `${ios}%SEC-6-IPACCESSLOGDP: list 101 denied icmp 192.0.2.1 -> 198.51.100.9 (8/0), 3 packets`,
      { 'source.ip': '192.0.2.1', 'destination.ip': '198.51.100.9', 'destination.port': null },
      { icmp_type: 8, icmp_code: 0 },
    ],
    [
      `${ios}%FMANFP-6-IPACCESSLOGP: R0/0: fman_fp_image: list edge-in permitted tcp 192.0.2.1(5914) -> 198.51.100.9(22), 1 packet`,
      {
        'rule.name': 'edge-in',
        'source.port': 5914,
        'destination.port': 22,
        'event.action': 'permitted',
        'event.outcome': 'success',
      },
    ],
    [
      `${ios}%FMANFP-6-IPV6ACCESSLOGP: R0/0: fman_fp_image: list V6 denied udp 2001:db8::1(38370) -> 2001:db8::2(53), 1 packet`,
      { 'source.ip': '2001:db8::1', 'destination.port': 53, 'event.outcome': 'failure' },
    ],
    [
      `${ios}%FMANFP-6-IPACCESSLOGP: F0/0: fman_fp_image: list edge-in denied tcp 00-00-5E-00-53-23 192.0.2.10(56279) TenGigabitEthernet0/1/1-> 198.51.100.20(45240), 1 packet`,
      {
        'source.ip': '192.0.2.10',
        'source.port': 56279,
        'source.domain': null,
        'destination.ip': '198.51.100.20',
        'destination.port': 45240,
      },
    ],
    [
      '<190>Nov 19 10:00:00 xr1 RP/0/RP0/CPU0:Nov 19 09:59:59.630 UTC: ipv4_acl_mgr[310]: %ACL-IPV4_ACL-6-IPACCESSLOGP : access-list edge deny tcp 192.0.2.1(39527) -> 198.51.100.9(22), 1 packet',
      { 'source.ip': '192.0.2.1', 'destination.port': 22, 'event.outcome': 'failure', 'rule.name': 'edge' },
    ],
    [
      "<189>RP/0/RP0/CPU0:Nov 19 10:00:00.123 : exec[65]: %SECURITY-LOGIN-4-AUTHEN_FAILED : Failed authentication attempt by user 'bob' from '192.0.2.5' on 'vty0'",
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'failure', 'event.action': 'login' },
    ],
    [
      `${ios}%FW-6-SESS_AUDIT_TRAIL: Stop tcp session: initiator (192.0.2.5:50000) sent 100 bytes -- responder (198.51.100.7:80) sent 200 bytes`,
      {
        'source.ip': '192.0.2.5',
        'source.port': 50000,
        'source.bytes': 100,
        'destination.ip': '198.51.100.7',
        'destination.port': 80,
        'destination.bytes': 200,
        'network.transport': 'tcp',
        'event.type': ['connection', 'end'],
      },
    ],
    [
      `${ios}%FW-6-DROP_PKT: Dropping tcp session 192.0.2.66:4444 198.51.100.7:22 on zone-pair z class c due to DROP action found in policy-map with ip ident 0`,
      {
        'source.ip': '192.0.2.66',
        'source.port': 4444,
        'destination.ip': '198.51.100.7',
        'destination.port': 22,
        'event.outcome': 'failure',
      },
    ],
    [
      `${ios}%IOSXE-6-PLATFORM: R0/0: cpp_cp: QFP:0.0 Thread:001 TS:00013807835737559120 %FW-6-DROP_PKT: Dropping udp pkt from GigabitEthernet1/0/2.6 192.0.2.66:53836 => 198.51.100.7:53(target:class)-(ZP:class-default) due to Policy drop:classify result with ip ident 13017`,
      {
        'event.code': 'DROP_PKT',
        'source.ip': '192.0.2.66',
        'destination.ip': '198.51.100.7',
        'destination.port': 53,
        'network.transport': 'udp',
      },
    ],
    [
      `${ios}%SYS-5-PRIV_AUTH_FAIL: Authentication to Privilege level 15 failed by bob on vty0 (192.0.2.5)`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'failure', 'event.action': 'enable' },
    ],
    [
      `${ios}%WEBSERVER-5-LOGIN_FAILED: R0/0: nginx: Login Un-Successful from host 192.0.2.5 by user 'bob' using crypto cipher 'x'`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'failure' },
    ],
    [
      `${ios}%DMI-5-AUTH_PASSED: R0/0: dmiauthd: User 'bob' authenticated successfully from 192.0.2.5:50000 for netconf over ssh`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'source.port': 50000, 'event.outcome': 'success' },
    ],
    [
      `${ios}%DOT1X-5-FAIL: Authentication failed for client (0000.5e00.5301) on Interface Gi1/0/1 AuditSessionID 0A`,
      {
        'source.mac': '00-00-5E-00-53-01',
        'observer.ingress.interface.name': 'Gi1/0/1',
        'event.outcome': 'failure',
      },
    ],
    [
      `${ios}%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=198.51.100.1, prot=50, spi=0x1(1), srcaddr=192.0.2.66, input interface=Gi0/0`,
      { 'source.ip': '192.0.2.66', 'destination.ip': '198.51.100.1', 'network.transport': 'esp' },
    ],
    [
      `${ios}%SEC_LOGIN-SW2-5-LOGIN_SUCCESS: Login Success [user: bob] [Source: 192.0.2.5] [localport: 22] at 10:00:00 UTC Thu Nov 19 2026`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.outcome': 'success' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('NX-OS', () => {
  test.each<LineCase>([
    [
      `${nxos}%AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user admin from 192.0.2.66 - sshd[10021]`,
      {
        'user.name': 'admin',
        'source.ip': '192.0.2.66',
        'event.outcome': 'failure',
        'event.action': 'login',
      },
    ],
    [
      `${nxos}%AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed from 192.0.2.66 - dcos_sshd[12345]`,
      { 'user.name': null, 'source.ip': '192.0.2.66', 'event.outcome': 'failure' },
    ],
    [
      `${nxos}%AUTHPRIV-5-SYSTEM_MSG: pam_unix(aaa:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=  user=admin - aaad`,
      { 'user.name': 'admin', 'event.outcome': 'failure', 'event.action': 'pam_authentication' },
    ],
    [
      `${nxos}%DAEMON-3-SYSTEM_MSG: error: PAM: Authentication failure for illegal user eve from 192.0.2.66 - dcos_sshd[4711]`,
      { 'user.name': 'eve', 'source.ip': '192.0.2.66', 'event.outcome': 'failure' },
    ],
    [
      `${nxos}%DAEMON-6-SYSTEM_MSG: Accepted password for admin from 192.0.2.5 port 5555 ssh2 - dcos_sshd[4711]`,
      { 'user.name': 'admin', 'source.ip': '192.0.2.5', 'source.port': 5555, 'event.outcome': 'success' },
    ],
    [
      `${nxos}%AUTHPRIV-5-SYSTEM_MSG: Login failed for user admin - sshd[10021]`,
      { 'user.name': 'admin', 'event.outcome': 'failure' },
    ],
    [
      `${nxos}%AUTHPRIV-5-SYSTEM_MSG: New user added with username eve - securityd`,
      { 'user.target.name': 'eve', 'event.action': 'user_added', 'event.outcome': 'success' },
    ],
    [
      `${nxos}%AUTHPRIV-5-SYSTEM_MSG:    admin : TTY=pts/0 ; PWD=/var ; USER=root ; COMMAND=/isan/bin/x - y - sudo`,
      { 'user.name': 'admin', 'user.target.name': 'root', 'process.command_line': '/isan/bin/x - y' },
    ],
    [
      '<189>nx1: 2026 Nov 19 10:00:00.123 UTC: %ACLLOG-5-ACLLOG_NEW_FLOW: Src IP: 192.0.2.5, Dst IP: 198.51.100.7, Src Port: 5000, Dst Port: 22, Src Intf: Ethernet1/1, Protocol: "TCP"(6), ACL Name: edge, ACE Action: Deny, Appl Intf: Ethernet1/1, Hit-count: 1',
      {
        'source.ip': '192.0.2.5',
        'source.port': 5000,
        'destination.ip': '198.51.100.7',
        'destination.port': 22,
        'network.transport': 'tcp',
        'rule.name': 'edge',
        'event.outcome': 'failure',
      },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test('a login opens no session: its line names no process', () => {
    const event = expectFieldsOfAny(
      `${nxos}%DAEMON-6-SYSTEM_MSG: Accepted password for admin from 192.0.2.5 port 5555 ssh2 - dcos_sshd[4711]`,
      {},
    );
    expect(event.session).toBeNull();
    expect(event.logsource.categories).toContain('authentication');
  });
});

describe('ASA and FTD', () => {
  test.each<LineCase>([
    [
      `${asa}%ASA-2-106002: udp Connection denied by outbound list 1 src 192.0.2.5 1234 dest 198.51.100.1 53`,
      {
        'source.ip': '192.0.2.5',
        'source.port': 1234,
        'destination.ip': '198.51.100.1',
        'destination.port': 53,
        'network.transport': 'udp',
        'event.outcome': 'failure',
      },
    ],
    [
      `${asa}%ASA-3-106011: Deny inbound (No xlate) udp src outside:192.0.2.66/4444 dst outside:198.51.100.5/53`,
      { 'source.port': 4444, 'destination.ip': '198.51.100.5', 'network.transport': 'udp' },
    ],
    [
      `${asa}%ASA-2-106018: ICMP packet type 0 denied by outbound list acl_out src 192.0.2.1 dest 198.51.100.9`,
      {
        'source.ip': '192.0.2.1',
        'destination.ip': '198.51.100.9',
        'network.transport': 'icmp',
        'event.outcome': 'failure',
      },
    ],
    [
      `${asa}%ASA-6-106100: access-list out_in permitted icmp inside/192.0.2.1(8) -> outside/198.51.100.9(0) hit-cnt 5 300-second interval [0x1, 0x2]`,
      { 'source.port': null, 'destination.port': null, 'source.ip': '192.0.2.1' },
      { icmp_type: 8, icmp_code: 0 },
    ],
    [
      `${asa}%ASA-5-106100: access-list in_out est-allowed tcp inside/192.0.2.1(4444)(LOCAL\\bob, 1) -> outside/198.51.100.9(22) hit-cnt 1 first hit [0x1,0x2]`,
      { 'user.name': 'bob', 'destination.port': 22 },
    ],
    [
      `${asa}%ASA-4-313004: Denied ICMP type=0, from laddr 192.0.2.1 on interface inside to 198.51.100.9: no matching session`,
      {
        'source.ip': '192.0.2.1',
        'destination.ip': '198.51.100.9',
        'observer.ingress.interface.name': 'inside',
        'event.outcome': 'failure',
      },
      { icmp_type: 0 },
    ],
    [
      `${asa}%ASA-3-313001: Denied ICMP type=8, code=0 from 192.0.2.1 on interface outside`,
      { 'source.ip': '192.0.2.1', 'event.outcome': 'failure' },
      { icmp_type: 8, icmp_code: 0 },
    ],
    [
      `${asa}%ASA-6-302303: Built TCP state-bypass connection 7 from inside:192.0.2.5/1 (192.0.2.5/1) to outside:198.51.100.7/443 (198.51.100.7/443)`,
      {
        'source.ip': '192.0.2.5',
        'destination.ip': '198.51.100.7',
        'destination.port': 443,
        'network.transport': 'tcp',
      },
    ],
    [
      `${asa}%ASA-6-303002: FTP connection from inside:192.0.2.5/1234 to outside:198.51.100.21/21, user ftpuser Retrieved file secret.txt`,
      {
        'source.ip': '192.0.2.5',
        'destination.ip': '198.51.100.21',
        'destination.port': 21,
        'user.name': 'ftpuser',
        'file.name': 'secret.txt',
      },
    ],
    [
      `${asa}%ASA-4-338006: Dynamic Filter dropped blacklisted TCP traffic from inside:192.0.2.5/5000 (203.0.113.5/7890) to outside:198.51.100.66/80 (198.51.100.66/80), destination 198.51.100.66 resolved from local list: bad.example`,
      {
        'source.ip': '192.0.2.5',
        'source.nat.ip': '203.0.113.5',
        'destination.ip': '198.51.100.66',
        'destination.nat.ip': null,
        'event.outcome': 'failure',
      },
    ],
    [
      `${asa}%ASA-4-113019: Group = VPN, Username = bob, IP = 192.0.2.56, Session disconnected. Session Type: SSL, Duration: 2d 3h:02m:03s, Bytes xmt: 1000, Bytes rcv: 2000, Reason: Idle Timeout`,
      { 'user.name': 'bob', 'event.duration': (((2 * 24 + 3) * 60 + 2) * 60 + 3) * 1e9 },
    ],
    [
      `${asa}%ASA-7-111009: User 'bob' executed cmd: show version`,
      { 'user.name': 'bob', 'process.command_line': 'show version', 'event.type': ['access'] },
    ],
    [
      `${asa}%ASA-6-315011: SSH session from 192.0.2.5 on interface inside for user "bob" terminated normally`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.5', 'event.action': 'ssh_disconnect' },
    ],
    [
      `${asa}%ASA-6-113009: AAA retrieved default group policy (GP) for user = bob`,
      { 'user.name': 'bob', 'event.outcome': null },
    ],
    [
      `${asa}%ASA-6-605005: Login permitted from serial to console for user "bob"`,
      { 'user.name': 'bob', 'source.domain': null, 'destination.domain': null, 'event.outcome': 'success' },
    ],
    [
      `${asa}%ASA-5-304001: 192.0.2.5 Accessed JAVA URL 198.51.100.7:http://x.example/a`,
      {
        'event.action': 'accessed',
        'event.outcome': 'success',
        'source.ip': '192.0.2.5',
        'destination.ip': '198.51.100.7',
        'url.original': 'http://x.example/a',
      },
    ],
    [
      `${asa}%ASA-5-304001: 192.0.2.5 Accessed URL bob@198.51.100.7:http://x.example/a`,
      {
        'event.outcome': 'success',
        'destination.ip': '198.51.100.7',
        'url.original': 'http://x.example/a',
        'user.name': null,
      },
    ],
    [
      `${asa}%ASA-6-113005: AAA user authentication Rejected : reason = Unspecified : server = 10.1.1.1 : user = ***** : user IP = 192.0.2.77`,
      { 'user.name': null, 'source.ip': '192.0.2.77', 'event.outcome': 'failure' },
    ],
    [
      `${asa}%ASA-6-716002: Group pol User bob IP 192.0.2.5 WebVPN session terminated: Idle timeout.`,
      { 'group.name': 'pol', 'user.name': 'bob', 'source.ip': '192.0.2.5' },
    ],
    [
      `${asa}%ASA-6-302022: Built director stub TCP connection for outside:192.0.2.5/38540 (203.0.113.5/38540) to inside:198.51.100.7/10051 (198.51.100.7/10051)`,
      {
        'source.ip': '192.0.2.5',
        'source.nat.ip': '203.0.113.5',
        'destination.ip': '198.51.100.7',
        'network.transport': 'tcp',
        'network.direction': null,
      },
    ],
    [
      `${asa}%ASA-6-302023: Teardown stub TCP connection for outside:192.0.2.5/39210 to inside:198.51.100.7/10051 duration 0:00:03 forwarded bytes 77 Cluster flow with CLU closed on owner`,
      { 'source.port': 39210, 'network.bytes': 77, 'network.transport': 'tcp', 'event.duration': 3e9 },
    ],
    [
      `${asa}%ASA-6-302035: Built inbound SCTP connection 5 for outside:192.0.2.5/38540 (192.0.2.5/38540) to inside:198.51.100.7/10051 (198.51.100.7/10051)`,
      { 'source.ip': '192.0.2.5', 'destination.port': 10051, 'network.transport': 'sctp' },
    ],
    [
      `${asa}%ASA-4-507003: tcp flow from inside:192.0.2.5/49574 to outside:198.51.100.7/80 terminated by inspection engine, reason - disconnected, dropped packet.`,
      { 'source.ip': '192.0.2.5', 'destination.port': 80, 'event.outcome': 'failure' },
    ],
    [
      `${asa}%ASA-4-402117: IPSEC: Received a non-IPSec packet (protocol= UDP) from 192.0.2.9 to 198.51.100.1.`,
      { 'source.ip': '192.0.2.9', 'destination.ip': '198.51.100.1', 'event.outcome': 'failure' },
    ],
    [
      `${asa}%ASA-4-733100: [   192.0.2.66] drop rate-1 exceeded. Current burst rate is 0 per second`,
      { 'source.ip': '192.0.2.66', 'event.action': 'threat_detected' },
    ],
    [
      `${asa}%ASA-5-751025: Local:198.51.100.1:4500 Remote:192.0.2.56:4500 Username:bob IPv4 Address=10.9.9.9 IPv6 address=:: assigned to session`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.56' },
    ],
    [
      `${asa}%ASA-6-606001: ASDM session number 1 from 192.0.2.5 started`,
      { 'source.ip': '192.0.2.5', 'event.action': 'asdm_session', 'event.type': ['start'] },
    ],
    [
      `${asa}%ASA-5-750006: Local:198.51.100.1:4500 Remote:192.0.2.56:4500 Username:bob IKEv2 SA UP. Reason: New Connection Established`,
      {
        'user.name': 'bob',
        'source.ip': '192.0.2.56',
        'source.port': 4500,
        'destination.ip': '198.51.100.1',
      },
    ],
    [
      `${asa}%ASA-4-750003: Local:198.51.100.1:500 Remote:192.0.2.56:500 Username:Unknown IKEv2 Negotiation aborted due to ERROR: Auth exchange failed`,
      { 'user.name': null, 'source.ip': '192.0.2.56', 'event.outcome': 'failure' },
    ],
    [
      `${asa}%ASA-6-734001: DAP: User bob, Addr 192.0.2.56, Connection AnyConnect: The following DAP records were selected for this connection: DfltAccessPolicy`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.56' },
    ],
    [
      `${asa}%ASA-6-725002: Device completed SSL handshake with client outside:192.0.2.56/5555 to 198.51.100.1/443 for TLSv1.2 session`,
      { 'source.ip': '192.0.2.56', 'source.port': 5555, 'destination.port': 443 },
    ],
    [
      `${asa}%ASA-4-434002: SFR requested to drop TCP packet from outside:192.0.2.1/80 to inside:198.51.100.9/5000`,
      { 'source.ip': '192.0.2.1', 'destination.port': 5000, 'event.outcome': 'failure' },
    ],
    [
      `${asa}%ASA-7-609001: Built local-host outside:192.0.2.66`,
      { 'source.ip': '192.0.2.66', 'observer.ingress.interface.name': 'outside' },
    ],
    [
      `${asa}%ASA-4-405001: Received ARP request collision from 192.0.2.1/0000.5e00.5301 on interface inside with existing ARP entry 192.0.2.1/0000.5e00.5302`,
      { 'source.ip': '192.0.2.1', 'event.action': 'arp_collision' },
    ],
    [
      '<113>Nov 19 10:00:00 ftd1 %FTD-1-430003: AccessControlRuleAction: Block, SrcIP: 192.0.2.5, DstIP: 198.51.100.7, ICMPType: Echo Request, Protocol: icmp, AccessControlRuleName: R2, User: No Authentication Required, ConnectionDuration: 12, InitiatorBytes: 70',
      { 'user.name': null, 'event.duration': 12e9, 'rule.name': 'R2' },
    ],
    [
      '<113>Nov 19 10:00:00 ftd1 SFIMS: %FTD-1-430005: SrcIP: 192.0.2.5, DstIP: 198.51.100.7, SrcPort: 5000, DstPort: 80, Protocol: tcp, FileDirection: Download, FileAction: Malware Cloud Lookup, FileSHA256: ab12, SHA_Disposition: Malware, ThreatName: W32.X, FileName: a.exe, User: bob, URI: /a.exe',
      {
        'event.code': '430005',
        'source.port': 5000,
        'destination.port': 80,
        'user.name': 'bob',
        'file.name': 'a.exe',
        'rule.name': 'W32.X',
        'url.original': '/a.exe',
      },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});
