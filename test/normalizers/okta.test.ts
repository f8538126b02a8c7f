import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('okta', () => {
  const logEvent = {
    eventType: 'group.user_membership.add',
    published: '2026-11-19T13:55:36.123Z',
    actor: { id: '1', alternateId: 'a@example.com' },
  };

  it('names the user and group something was done to', () => {
    const target = [
      { type: 'User', alternateId: 'eve@example.com', id: '2' },
      { type: 'UserGroup', displayName: 'Admins' },
    ];
    expect(normalized(JSON.stringify({ ...logEvent, target, outcome: { result: 'DENY' } }))).toMatchObject({
      'user.name': 'a@example.com',
      'user.target.name': 'eve@example.com',
      'group.name': 'Admins',
      'event.outcome': 'failure',
      logsource: { product: 'okta', services: ['okta'] },
    });
  });
});
