import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('pfsense', () => {
  const HEAD = '<134>Nov  3 19:10:30 filterlog[72237]: ';

  it('puts the interface on the side the packet passed, and keeps the TCP flags', () => {
    const event = normalized(
      `${HEAD}146,,,15,igb1,match,block,out,4,0x0,,63,1,0,DF,6,tcp,60,192.0.2.50,198.51.100.1,49724,853,0,S,1,,6,,mss`,
    );
    expect(event['observer.egress.interface.name']).toBe('igb1');
    expect(event['observer.ingress.interface.name']).toBeNull();
    expect(event['rule.id']).toBe('15');
    expect(event.record.fields).toMatchObject({ tcp_flags: 'S' });
    expect(event.logsource).toMatchObject({ product: 'pfsense', categories: ['firewall'] });
  });

  it('gives ICMP no ports and leaves short lines alone', () => {
    const event = normalized(
      `${HEAD}1,,,15,em0,match,pass,in,4,0x0,,64,1,0,none,1,icmp,84,192.0.2.1,198.51.100.1,request,5,1`,
    );
    expect(event['network.transport']).toBe('icmp');
    expect(event['source.port']).toBeNull();
    expect(normalized(`${HEAD}1,2,3`).logsource.closed).toBe(false);
  });
});
