import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('traefik', () => {
  it('reads the port of a Traefik client', () => {
    expect(
      normalized(
        '{"ClientAddr":"[2001:db8::1]:50000","ClientHost":"2001:db8::1","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/","ClientUsername":"bob"}',
      ),
    ).toMatchObject({
      'source.ip': '2001:db8::1',
      'source.port': 50_000,
      'user.name': 'bob',
      'event.outcome': 'success',
      logsource: { product: 'traefik', categories: ['webserver'] },
    });
  });
});
