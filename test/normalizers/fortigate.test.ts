import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

function fortigate(pairs: string) {
  return normalized(
    `<189>date=2024-04-23 time=01:16:08 devname="fw1" devid="FGT60F" tz="+0000" logid="1" ${pairs}`,
  );
}

describe('fortigate', () => {
  it('says of a session what became of it', () => {
    const outcome = (action: string) =>
      fortigate(
        `type="traffic" subtype="forward" srcip=192.0.2.1 dstip=198.51.100.1 proto=6 action="${action}"`,
      )['event.outcome'];
    for (const word of ['accept', 'close', 'timeout', 'client-rst', 'pass'])
      expect(outcome(word), word).toBe('success');
    for (const word of ['deny', 'dropped', 'blocked', 'reset', 'ip-conn'])
      expect(outcome(word), word).toBe('failure');
  });

  it('reads bytes, duration, translation and interfaces', () => {
    expect(
      fortigate(
        'type="traffic" srcip=192.0.2.1 srcport=5 srcintf="lan" dstip=198.51.100.1 dstport=443 dstintf="wan1" proto=17 action="accept" transip=203.0.113.9 transport=60000 sentbyte=10 rcvdbyte=20 duration=3 policyname="out" hostname="example.com" url="/x?y=1"',
      ),
    ).toMatchObject({
      'source.bytes': 10,
      'destination.bytes': 20,
      'event.duration': 3e9,
      'source.nat.ip': '203.0.113.9',
      'source.nat.port': 60_000,
      'observer.ingress.interface.name': 'lan',
      'observer.egress.interface.name': 'wan1',
      'rule.name': 'out',
      'url.domain': 'example.com',
      'url.query': 'y=1',
      'network.transport': 'udp',
    });
  });

  it('takes the address of an administrator from ui and no group from N/A', () => {
    const event = fortigate(
      'type="event" subtype="system" user="admin" ui="https(192.0.2.7)" group="N/A" action="login" status="success"',
    );
    expect(event['source.ip']).toBe('192.0.2.7');
    expect(event['group.name']).toBeNull();
    expect(event['event.outcome']).toBe('success');
  });

  it('takes the time of the log over that of the envelope', () => {
    expect(new Date(fortigate('type="event"').timestamp).toISOString()).toBe('2024-04-23T01:16:08.000Z');
  });

  it('routes by type and subtype', () => {
    const logsource = (pairs: string) => fortigate(pairs).logsource;
    expect(logsource('type="event" cfgpath="user.local" action="Add"')).toMatchObject({
      closed: true,
      product: 'fortigate',
      services: ['event'],
    });
    expect(logsource('type="traffic"').categories).toEqual(['firewall']);
    expect(logsource('type="utm" subtype="dns"').categories).toEqual(['dns']);
    expect(logsource('type="utm" subtype="virus" virus="EICAR"').categories).toEqual(['antivirus']);
  });

  it('leaves other key=value records alone', () => {
    expect(normalized('logid=1 level=info msg="x"').logsource.closed).toBe(false);
  });
});
