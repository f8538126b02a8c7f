import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('meraki', () => {
  const HEAD = '<134>1 1377449842.514782056 MX84 ';

  it('reads URLs, the newer firewall form and ports after a colon', () => {
    expect(
      normalized(
        `${HEAD}urls src=192.0.2.186:63735 dst=198.51.100.8:80 mac=00:00:5E:00:53:01 request: GET http://www.example.com/a?b=c`,
      ),
    ).toMatchObject({
      'source.port': 63_735,
      'destination.port': 80,
      'http.request.method': 'GET',
      'url.domain': 'www.example.com',
      'url.query': 'b=c',
    });
    expect(
      normalized(`${HEAD}flows deny src=192.0.2.1 dst=198.51.100.8 protocol=tcp sport=5 dport=22`),
    ).toMatchObject({
      'event.action': 'deny',
      'event.outcome': 'failure',
      'destination.port': 22,
    });
  });

  it('draws no verdict from a rule number', () => {
    const event = normalized(
      `${HEAD}firewall src=192.0.2.1 dst=198.51.100.8 protocol=tcp sport=5 dport=22 pattern: 1 all`,
    );
    expect(event.logsource.product).toBe('meraki');
    expect(event['event.outcome']).toBeNull();
  });

  it('reads intrusion alerts and leaves other texts alone', () => {
    expect(
      normalized(
        `${HEAD}security_event ids_alerted signature=1:28423:1 priority=1 direction=egress protocol=tcp/ip src=192.0.2.1:80 message: EXPLOIT x`,
      ),
    ).toMatchObject({ 'rule.id': '1:28423:1', 'rule.name': 'EXPLOIT x' });
    expect(normalized('<13>Nov 18 16:09:08 h flowsx src=192.0.2.1').logsource.closed).toBe(false);
  });
});
