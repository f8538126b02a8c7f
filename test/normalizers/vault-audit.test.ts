import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('vault-audit', () => {
  it('draws no outcome from a Vault request, only from its response', () => {
    const entry = (type: string) =>
      normalized(
        JSON.stringify({
          time: '2026-11-19T13:55:36Z',
          type,
          request: { operation: 'read', path: 'secret/x' },
        }),
      );
    expect(entry('request')['event.outcome']).toBeNull();
    expect(entry('response')['event.outcome']).toBe('success');
    expect(entry('other').logsource.closed).toBe(false);
  });
});
