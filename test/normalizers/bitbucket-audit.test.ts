import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('bitbucket-audit: reads author, source and action', () => {
  expect(
    normalized(
      '{"auditType":{"category":"Users and groups","action":"User created"},"author":{"name":"admin"},"source":"192.0.2.1"}',
    ),
  ).toMatchObject({
    'user.name': 'admin',
    'source.ip': '192.0.2.1',
    'event.action': 'User created',
    logsource: { product: 'bitbucket', services: ['audit'] },
  });
});
