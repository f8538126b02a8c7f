import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Event } from '../../src/model/event.js';
import { emptyFields, type Json } from '../../src/model/json.js';
import { readCommonKeys } from '../../src/normalizers/generic-keys.js';

const NAMES = {
  'source.ip':
    'source_ip src_ip srcip sourceAddress sourceIPAddress source.ip src client_ip clientip clientIp remote_addr remote_ip remoteAddress remote_address ip_address ipAddress ip rhost',
  'destination.ip':
    'dest_ip dst_ip dstip destination_ip destinationAddress destination.ip dst dest server_ip',
  'source.port': 'source_port src_port srcport sourcePort source.port spt sport client_port remote_port',
  'destination.port':
    'dest_port dst_port dstport destination_port destinationPort destination.port dpt dport',
  'user.name': 'user_name username userName user.name user account login',
  'network.transport': 'protocol proto transport',
} as const;
const FIELDS = Object.keys(NAMES) as (keyof typeof NAMES)[];

test.each(FIELDS)('%s is read from each of its names, among any others', (field) => {
  const value = field.endsWith('.ip') ? '192.0.2.7' : field.endsWith('.port') ? '7' : 'seven';
  const others = fc.dictionary(
    fc.constantFrom('a', '__proto__', 'constructor', 'toString', 'msg'),
    fc.constant('1'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...NAMES[field].split(' ')), others, (name, rest) => {
      const event = eventOf({ ...rest, [name]: value });
      for (const other of FIELDS) {
        expect(event[other]).toBe(other !== field ? null : field.endsWith('.port') ? 7 : value);
      }
    }),
    { seed: 1 },
  );
});

test('nested ECS objects are read', () => {
  const event = eventOf({
    source: { ip: '192.0.2.1', port: 1 },
    destination: { ip: '192.0.2.2', port: 2 },
    user: { name: 'alice' },
    event: { outcome: 'failure' },
  });
  expect(event['source.ip']).toBe('192.0.2.1');
  expect(event['source.port']).toBe(1);
  expect(event['destination.ip']).toBe('192.0.2.2');
  expect(event['destination.port']).toBe(2);
  expect(event['user.name']).toBe('alice');
  expect(event['event.outcome']).toBe('failure');
});

function eventOf(members: { [name: string]: Json }): Event {
  const event = new Event();
  readCommonKeys(event, Object.assign(emptyFields(), members));
  return event;
}
