import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('kubernetes-audit', () => {
  it('reads the request, its time, and whom it impersonates', () => {
    const event = normalized(
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"create","requestURI":"/api/v1/pods?x=1","user":{"username":"a"},"impersonatedUser":{"username":"b"},"sourceIPs":["bad","192.0.2.1"],"requestReceivedTimestamp":"2026-11-19T13:55:36.123456Z"}',
    );
    expect(event).toMatchObject({ 'user.effective.name': 'b', 'url.query': 'x=1', 'source.ip': null });
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.123Z');
    expect(event.logsource).toMatchObject({
      product: 'kubernetes',
      categories: ['application'],
      services: ['audit'],
    });
  });

  it('leaves other Kubernetes objects alone', () => {
    expect(normalized('{"kind":"Event","apiVersion":"v1","verb":"get"}').logsource.closed).toBe(false);
  });
});
