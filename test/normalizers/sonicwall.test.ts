import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('sonicwall', () => {
  const HEAD = '<134>id=firewall sn=0017C5000000 time="2024-01-04 14:02:41 UTC" fw=192.0.2.1 pri=6 c=1024 ';

  it('reads ends, bytes, user and verdict', () => {
    expect(
      normalized(
        `${HEAD}m=98 msg="Connection Opened" src=192.0.2.5:61234:X0:pc dst=198.51.100.80:443:X1 proto=tcp/https sent=100 rcvd=200 fw_action="drop" usr="bob"`,
      ),
    ).toMatchObject({
      'source.ip': '192.0.2.5',
      'observer.ingress.interface.name': 'X0',
      'network.protocol': 'https',
      'source.bytes': 100,
      'destination.bytes': 200,
      'user.name': 'bob',
      'event.outcome': 'failure',
    });
  });

  it('tells failed logins from others by their text', () => {
    const outcome = (text: string) =>
      normalized(`${HEAD}m=30 msg="${text}" src=192.0.2.5:1:X0`)['event.outcome'];
    expect(outcome('Administrator login denied due to bad credentials')).toBe('failure');
    expect(outcome('Administrator login allowed')).toBe('success');
    expect(outcome('Connection Closed')).toBeNull();
  });
});
