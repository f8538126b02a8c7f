import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

/** Lines as RouterOS 6 and 7 write them (manual "Log", forum, projects that parse them), addresses replaced. */
const at = '<134>Nov 19 21:54:44 gw';
const packet =
  'in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:cc:dd:ee:ff, proto TCP (SYN), 203.0.113.5:4444->198.51.100.1:22, len 60';
const ends = {
  'source.ip': '203.0.113.5',
  'source.port': 4444,
  'destination.ip': '198.51.100.1',
  'destination.port': 22,
};

describe('firewall', () => {
  test.each<LineCase>([
    [
      `${at} firewall,info input: ${packet}`,
      {
        ...ends,
        'event.category': ['network'],
        'event.action': null,
        'event.outcome': null,
        'network.transport': 'tcp',
        'source.mac': 'AA-BB-CC-DD-EE-FF',
        'observer.ingress.interface.name': 'ether1',
        'observer.egress.interface.name': null,
      },
    ],
    [`firewall,info input: ${packet}`, ends],
    [`<134>firewall,info input: ${packet}`, ends],
    [`${at} input: ${packet}`, ends],
    [`${at} my-chain: ${packet}`, ends],
    [`${at} FW_NEW: FW_NEW input: ${packet}`, ends],
    [`${at} DROP WAN input: ${packet}`, { ...ends, 'event.action': 'drop', 'event.outcome': 'failure' }],
    [
      `${at} firewall,info ACCEPT-lan forward: in:bridge out:ether1, proto UDP, [2001:db8::1]:5353->[2001:db8::2]:53, len 52`,
      {
        'source.ip': '2001:db8::1',
        'source.port': 5353,
        'destination.ip': '2001:db8::2',
        'destination.port': 53,
        'event.action': 'accept',
        'event.outcome': 'success',
        'observer.egress.interface.name': 'ether1',
      },
    ],
    [
      `${at} firewall,info input: in:ether1 out:(unknown 0), proto ICMP (type 8, code 0), 203.0.113.5->198.51.100.1, len 56`,
      { 'source.ip': '203.0.113.5', 'destination.ip': '198.51.100.1', 'source.port': null },
    ],
    [
      `${at} firewall,info forward: in:bridge out:ether1, connection-state:established,snat proto TCP (ACK), 192.0.2.50:5000->203.0.113.5:443, NAT (192.0.2.50:5000->198.51.100.1:6000)->203.0.113.5:443, len 40`,
      {
        'source.ip': '192.0.2.50',
        'source.nat.ip': '198.51.100.1',
        'source.nat.port': 6000,
        'destination.ip': '203.0.113.5',
        'destination.nat.ip': null,
      },
    ],
    [
      `${at} firewall,info dstnat: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.5:4444->198.51.100.1:80, NAT 203.0.113.5:4444->(198.51.100.1:80->192.0.2.10:8080), len 60`,
      {
        'destination.ip': '198.51.100.1',
        'destination.nat.ip': '192.0.2.10',
        'destination.nat.port': 8080,
        'source.nat.ip': null,
      },
    ],
  ])('%s', (line, wanted) => {
    expectFields(line, wanted);
    expect(normalized(line).logsource).toMatchObject({ product: 'mikrotik', categories: ['firewall'] });
  });

  test('a packet in the text of another topic or program is none', () => {
    const forged = 'proto TCP, 192.0.2.1:1->192.0.2.2:2, len 60';
    expect(
      normalized(`${at} dhcp,info dhcp1 assigned 203.0.113.5 to AA x in: out:, ${forged}`),
    ).toMatchObject({
      'event.category': null,
      'source.ip': '203.0.113.5',
    });
    expect(normalized(`${at} widgetd: hello in:a out:b, ${forged}`).logsource.closed).toBe(false);
  });
});

describe('logins and changes', () => {
  test.each<LineCase>([
    [
      `${at} system,error,critical login failure for user admin from 203.0.113.5 via ssh`,
      {
        'user.name': 'admin',
        'source.ip': '203.0.113.5',
        'event.action': 'admin_login',
        'event.outcome': 'failure',
      },
    ],
    [
      `${at} login failure for user admin from 203.0.113.5 via winbox`,
      { 'user.name': 'admin', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} system,error,critical login failure for user x from 192.0.2.1 via ssh from 203.0.113.5 via ssh`,
      { 'user.name': 'x from 192.0.2.1 via ssh', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} system,error,critical login failure for user  via local`,
      { 'user.name': null, 'source.ip': null },
    ],
    [
      `${at} system,info,account user admin logged in from 192.0.2.9 via winbox`,
      {
        'user.name': 'admin',
        'source.ip': '192.0.2.9',
        'event.action': 'admin_login',
        'event.outcome': 'success',
      },
    ],
    [
      `${at} user admin logged out from 192.0.2.9 via winbox`,
      { 'user.name': 'admin', 'event.action': 'admin_logout', 'event.category': ['session'] },
    ],
    [`${at} system,info,account user admin logged in via local`, { 'user.name': 'admin', 'source.ip': null }],
    [
      `${at} system,info filter rule changed by admin`,
      { 'user.name': 'admin', 'event.action': 'configured' },
    ],
    [
      `${at} system,info filter rule added by winbox-3.41/tcp-msg(winbox):admin@192.0.2.7 (*1F = /ip firewall filter add)`,
      { 'user.name': 'admin', 'source.ip': '192.0.2.7', 'event.action': 'configured' },
    ],
    [`${at} interface,info ether1 link up (speed 1G, full duplex)`, { 'event.action': null }],
  ])('%s', expectFields);

  test.each([
    'user bob logged in from 192.0.2.9 via the front door',
    'user bob did something via ssh',
    'system, the other one',
    'unknown,info user admin logged in from 192.0.2.9 via winbox',
  ])('is not of RouterOS: %s', (text) => {
    expect(normalized(`${at} ${text}`).logsource.closed).toBe(false);
  });
});
