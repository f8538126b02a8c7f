import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('github-audit: reads who did what, and leaves JSON without its document id alone', () => {
  const record = { action: 'repo.create', actor: 'alice', actor_ip: '192.0.2.1', user: 'eve' };
  expect(normalized(JSON.stringify({ ...record, _document_id: 'x' }))).toMatchObject({
    'user.name': 'alice',
    'user.target.name': 'eve',
    'source.ip': '192.0.2.1',
    'event.action': 'repo.create',
    logsource: { product: 'github', services: ['audit'] },
  });
  expect(normalized(JSON.stringify(record)).logsource.closed).toBe(false);
});
