import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('leef', () => {
  it('maps the predefined attributes and keeps all of them as raw fields', () => {
    const event = normalized(
      'LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|8|deny|cat=TRAFFIC\tsrc=192.0.2.1\tdst=198.51.100.1\tsrcPort=1\tdstPort=22\tusrName=bob\taction=deny\tsev=5',
    );
    expect(event).toMatchObject({
      'source.ip': '192.0.2.1',
      'destination.port': 22,
      'user.name': 'bob',
      'event.outcome': 'failure',
      'event.severity': 5,
      logsource: { product: 'paloalto', categories: ['firewall', 'leef'] },
    });
    expect(event.record.fields).toMatchObject({ usrName: 'bob' });
  });
});
