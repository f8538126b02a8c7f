import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('cisco-duo: reads user, address, reason and result', () => {
  expect(
    normalized(
      '{"event_type":"authentication","result":"denied","reason":"user_marked_fraud","access_device":{"ip":"192.0.2.1"},"auth_device":{"ip":null},"user":{"name":"bob"}}',
    ),
  ).toMatchObject({
    'user.name': 'bob',
    'source.ip': '192.0.2.1',
    'event.outcome': 'failure',
    'event.reason': 'user_marked_fraud',
    logsource: { product: 'cisco', services: ['duo'] },
  });
});
