import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('opencanary: reads ends and login name', () => {
  expect(
    normalized(
      '{"logtype":4002,"node_id":"canary-1","src_host":"192.0.2.1","src_port":5,"dst_host":"198.51.100.1","dst_port":22,"logdata":{"USERNAME":"root","PASSWORD":"x"}}',
    ),
  ).toMatchObject({
    'source.ip': '192.0.2.1',
    'destination.port': 22,
    'user.name': 'root',
    'event.code': '4002',
    logsource: { product: 'opencanary', categories: ['application'] },
  });
});
