import { describe, expect, it } from 'vitest';
import type { EcsField, Event } from '../../src/model/event.js';
import { normalized } from '../helpers/normalized.js';

function asa(number: string, text: string): Event {
  return normalized(`<166>Apr 29 2013 12:59:50 fw1 : %ASA-6-${number}: ${text}`);
}

describe('cisco-asa', () => {
  it('takes ASA, FTD and PIX tags, with a message class or without a colon, and bare lines', () => {
    const text =
      'Teardown UDP connection 40 for outside:192.0.2.4/500 to inside:198.51.100.2/53 duration 0:02:02 bytes 1416';
    for (const tag of [
      '%ASA-6-302016:',
      '%FTD-6-302016:',
      '%PIX-6-302016:',
      '%ASA-session-6-302016:',
      '%ASA-6-302016',
    ]) {
      const event = normalized(`<166>Aug 15 2012 23:30:09 : ${tag} ${text}`);
      expect(event['event.code'], tag).toBe('302016');
      expect(event['process.name'], tag).toBe(tag.slice(0, 4));
      expect(event['destination.port'], tag).toBe(53);
      expect(event['event.duration'], tag).toBe(122e9);
    }
    expect(normalized(`%ASA-6-302016: ${text}`)['network.bytes']).toBe(1416);
  });

  it('makes the inside end the source of an outbound connection, with its translation', () => {
    const event = asa(
      '302013',
      'Built outbound TCP connection 1 for outside:198.51.100.43/443 (203.0.113.1/443) to inside:192.0.2.42/4952 (203.0.113.42/12834)',
    );
    expect(event['source.ip']).toBe('192.0.2.42');
    expect(event['source.nat.ip']).toBe('203.0.113.42');
    expect(event['source.nat.port']).toBe(12_834);
    expect(event['destination.nat.ip']).toBe('203.0.113.1');
    expect(event['observer.ingress.interface.name']).toBe('inside');
    expect(event['observer.egress.interface.name']).toBe('outside');
  });

  it('leaves the translation out where nothing was translated', () => {
    const event = asa(
      '302013',
      'Built inbound TCP connection 1 for outside:192.0.2.4/1 (192.0.2.4/1) to dmz:198.51.100.1/80 (198.51.100.1/80)',
    );
    expect(event['source.nat.ip']).toBeNull();
    expect(event['destination.nat.ip']).toBeNull();
  });

  it('reads IPv6 ends with and without an interface', () => {
    const event = asa(
      '302013',
      'Built inbound TCP connection 1 for outside:2001:db8::1/1 (2001:db8::1/1) to in:2001:db8::2/22 (2001:db8::2/22)',
    );
    expect(event['source.ip']).toBe('2001:db8::1');
    expect(event['destination.ip']).toBe('2001:db8::2');
    expect(event['destination.port']).toBe(22);
    const denied = asa(
      '106001',
      'Inbound TCP connection denied from 2001:db8::1/5 to 2001:db8::2/80 flags SYN on interface outside',
    );
    expect(denied['source.ip']).toBe('2001:db8::1');
    expect(denied['destination.port']).toBe(80);
    expect(denied['observer.ingress.interface.name']).toBe('outside');
  });

  it('keeps a host name as a domain and refuses ports above 65535', () => {
    const event = asa(
      '302013',
      'Built inbound TCP connection 1 for DMZ:a/58020 (a/58020) to S:192.0.2.121/99999 (192.0.2.121/99999)',
    );
    expect(event['source.ip']).toBeNull();
    expect(event['source.domain']).toBe('a');
    expect(event['source.port']).toBe(58_020);
    expect(event['destination.ip']).toBe('192.0.2.121');
    expect(event['destination.port']).toBeNull();
  });

  it('reads access list hits', () => {
    const event = asa(
      '106100',
      'access-list inside denied udp inside/192.0.2.101(1039) -> outside/198.51.100.10(53) hit-cnt 1 first hit [0x1, 0x0]',
    );
    expect(event['rule.name']).toBe('inside');
    expect(event['event.action']).toBe('denied');
    expect(event['event.outcome']).toBe('failure');
    expect(event['source.port']).toBe(1039);
    expect(event['destination.ip']).toBe('198.51.100.10');
    expect(event['destination.port']).toBe(53);
    const user = asa(
      '106102',
      "access-list acl permitted tcp for user 'bob' in/192.0.2.1(5) out/198.51.100.1(80) hit-cnt 1",
    );
    expect(user['user.name']).toBe('bob');
    expect(user['event.outcome']).toBe('success');
    expect(user['destination.port']).toBe(80);
  });

  it.each<[number: string, text: string, wanted: Partial<Record<EcsField, unknown>>]>([
    [
      '106014',
      'Deny inbound icmp src outside:192.0.2.66 dst inside:198.51.100.60 (type 8, code 0)',
      { 'source.ip': '192.0.2.66', 'destination.ip': '198.51.100.60', 'network.transport': 'icmp' },
    ],
    [
      '305005',
      'No translation group found for tcp src inside:192.0.2.7/1 dst outside:198.51.100.1/80',
      { 'source.ip': '192.0.2.7', 'destination.port': 80, 'event.action': 'deny' },
    ],
    [
      '313005',
      'No matching connection for ICMP error message: icmp src outside:192.0.2.7 dst inside:198.51.100.1 (type 3, code 3) on outside interface.  Original IP payload: udp src 198.51.100.1/53 dst 192.0.2.7/1024.',
      { 'source.ip': '192.0.2.7', 'destination.ip': '198.51.100.1', 'network.transport': 'icmp' },
    ],
    [
      '401004',
      'Shunned packet: 192.0.2.7 ==> 198.51.100.1 on interface outside',
      { 'source.ip': '192.0.2.7', 'destination.ip': '198.51.100.1', 'event.outcome': 'failure' },
    ],
    [
      '400013',
      'IDS:2003 ICMP redirect from 192.0.2.7 to 198.51.100.1 on interface dmz',
      { 'source.ip': '192.0.2.7', 'destination.ip': '198.51.100.1', 'rule.name': 'ICMP redirect' },
    ],
    [
      '733101',
      'Host 192.0.2.7 is attacking. Current burst rate is 200 per second',
      { 'source.ip': '192.0.2.7' },
    ],
    ['733101', 'Host 192.0.2.7 is targeted. Current burst rate is 200', { 'destination.ip': '192.0.2.7' }],
    ['733102', 'Threat-detection adds host 192.0.2.7 to shun list', { 'source.ip': '192.0.2.7' }],
    [
      '106023',
      String.raw`Deny tcp src outside:192.0.2.66/1(LOCAL\bob) dst inside:198.51.100.60/53 by access-group "acl" [0x0, 0x0]`,
      { 'user.name': 'bob', 'destination.port': 53, 'rule.name': 'acl' },
    ],
    [
      '106100',
      String.raw`access-list a permitted udp in/192.0.2.66(5)(LOCAL\bob) -> out/198.51.100.60(53) hit-cnt 1 [0x1, 0x0]`,
      { 'user.name': 'bob', 'destination.port': 53 },
    ],
    [
      '302014',
      String.raw`Teardown TCP connection 4 for outside:198.51.100.222/1234(LOCAL\bob) to dmz:192.0.2.34/80 duration 0:00:08 bytes 14 TCP FINs`,
      { 'user.name': 'bob', 'source.port': 1234, 'destination.port': 80, 'network.bytes': 14 },
    ],
    [
      '305011',
      String.raw`Built static UDP translation from inside:192.0.2.42/4952(LOCAL\bob) to outside(acl):203.0.113.130/12834`,
      {
        'user.name': 'bob',
        'source.nat.ip': '203.0.113.130',
        'source.nat.port': 12_834,
        'observer.egress.interface.name': 'outside',
      },
    ],
    [
      '605004',
      'Login denied from 2001:db8::8/50112 to management:2001:db8::1/ssh for user "a "b" c"',
      { 'user.name': 'a "b" c', 'source.ip': '2001:db8::8', 'destination.port': 22 },
    ],
    [
      '315011',
      'SSH session from 192.0.2.8 on interface mgmt for user "ad" min" disconnected by SSH server, reason: "TCP connection closed" (0x03)',
      { 'user.name': 'ad" min', 'source.ip': '192.0.2.8', 'event.reason': 'TCP connection closed' },
    ],
    [
      '308001',
      'console enable password incorrect for 3 tries (from 192.0.2.5)',
      { 'source.ip': '192.0.2.5', 'event.outcome': 'failure' },
    ],
    [
      '502101',
      'New user added to local dbase: Uname: eve Priv: 15 Encpass: x',
      { 'user.target.name': 'eve', 'event.action': 'user_added' },
    ],
    [
      '722037',
      'Group <GP> User <bob> IP <192.0.2.57> SVC closing connection: Transport closing.',
      { 'user.name': 'bob', 'source.ip': '192.0.2.57', 'event.action': 'vpn_session_ended' },
    ],
    [
      '713194',
      'Group = VPN, Username = bob, IP = 203.0.113.5, Sending IKE Delete With Reason message: Disconnected.',
      { 'user.name': 'bob', 'source.ip': '203.0.113.5', 'group.name': 'VPN' },
    ],
    [
      '713167',
      'Group = VPN, Username = bob, IP = 203.0.113.5, Remote peer has failed user authentication - check configured username and password',
      { 'user.name': 'bob', 'event.outcome': 'failure', 'event.action': 'vpn_login_failed' },
    ],
    [
      '430001',
      'SrcIP: 192.0.2.5, DstIP: 198.51.100.7, IngressInterface: inside, Message: "MALWARE-CNC x, SrcIP: 1.1.1.1", InlineResult: Blocked',
      {
        'source.ip': '192.0.2.5',
        'rule.name': 'MALWARE-CNC x, SrcIP: 1.1.1.1',
        'event.outcome': 'failure',
        'observer.ingress.interface.name': 'inside',
      },
    ],
  ])('%s: %s', (number, text, wanted) => {
    const event = asa(number, text);
    const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
    expect(found).toEqual(wanted);
  });

  it('reads logins, commands and VPN sessions', () => {
    expect(
      asa('113004', 'AAA user authentication Successful : server = 192.0.2.1 : user = alice'),
    ).toMatchObject({
      'user.name': 'alice',
      'event.outcome': 'success',
    });
    expect(asa('611102', 'User authentication failed: IP address: 192.0.2.5, Uname: root')).toMatchObject({
      'source.ip': '192.0.2.5',
      'user.name': 'root',
      'event.outcome': 'failure',
    });
    expect(
      asa('111010', "User 'bob', running 'CLI' from IP 192.0.2.9, executed 'no logging 'x''"),
    ).toMatchObject({
      'user.name': 'bob',
      'source.ip': '192.0.2.9',
      'process.command_line': "no logging 'x'",
    });
    expect(
      asa(
        '113019',
        'Group = G, Username = bob, IP = 192.0.2.9, Session disconnected. Session Type: SSL, Duration: 0h:1m:1s, Bytes xmt: 1, Bytes rcv: 2, Reason: User Requested',
      ),
    ).toMatchObject({ 'user.name': 'bob', 'group.name': 'G', 'event.reason': 'User Requested' });
  });

  it('reads the pairs of FTD connection events', () => {
    const event = normalized(
      '<113>2022-02-16T15:31:53Z ftd1 : %FTD-1-430002: AccessControlRuleAction: Block, SrcIP: 192.0.2.1, DstIP: 198.51.100.1, SrcPort: 5, DstPort: 445, Protocol: tcp, AccessControlRuleName: no-smb',
    );
    expect(event).toMatchObject({
      'source.ip': '192.0.2.1',
      'destination.ip': '198.51.100.1',
      'destination.port': 445,
      'event.action': 'block',
      'event.outcome': 'failure',
      'rule.name': 'no-smb',
    });
  });

  it('says what happened: ICMP sessions, refused users, URLs', () => {
    expect(
      asa(
        '302020',
        'Built outbound ICMP connection for faddr 198.51.100.1/0 gaddr 203.0.113.1/5 laddr 192.0.2.1/5',
      ),
    ).toMatchObject({ 'event.action': 'built', 'source.ip': '192.0.2.1', 'source.nat.ip': '203.0.113.1' });
    expect(
      asa('113006', 'User bob locked out on exceeding 3 successive failed authentication attempts'),
    ).toMatchObject({ 'user.name': 'bob', 'event.action': 'authentication', 'event.outcome': 'failure' });
    expect(
      asa(
        '109006',
        "Authentication failed for user 'bob' from 192.0.2.1/5 to 198.51.100.1/80 on interface in",
      ),
    ).toMatchObject({ 'user.name': 'bob', 'source.ip': '192.0.2.1', 'event.outcome': 'failure' });
    expect(asa('304001', 'bob@192.0.2.1 Accessed URL 2001:db8::1:http://x/y')).toMatchObject({
      'user.name': 'bob',
      'destination.ip': '2001:db8::1',
      'url.original': 'http://x/y',
    });
  });

  it('routes connections to firewall rules, logins and commands to aaa rules, others to the product', () => {
    expect(asa('106023', 'Deny').logsource).toMatchObject({ product: 'cisco', categories: ['firewall'] });
    expect(
      asa('111008', "User 'a' executed the 'show running-config' command.").logsource.services,
    ).toContain('aaa');
    expect(asa('199999', 'x').logsource).toMatchObject({ closed: true, product: 'cisco', services: ['asa'] });
  });

  it('does not take the tag inside the text of another program for its own', () => {
    const event = normalized('<13>Nov 18 10:00:00 h app: %ASA-6-302013: Built');
    expect(event.logsource.closed).toBe(false);
  });
});
