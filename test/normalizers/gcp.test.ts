import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('gcp: reads audit logs and gives the method the name rules use', () => {
  const event = normalized(
    '{"timestamp":"2026-11-19T13:55:36Z","protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.buckets.delete","status":{"code":7,"message":"denied"},"authenticationInfo":{"principalEmail":"a@example.com"},"requestMetadata":{"callerIp":"192.0.2.1"}}}',
  );
  expect(event).toMatchObject({
    'user.name': 'a@example.com',
    'source.ip': '192.0.2.1',
    'event.outcome': 'failure',
    logsource: { product: 'gcp', services: ['gcp.audit'] },
  });
  expect(event.record.fields).toMatchObject({ 'gcp.audit.method_name': 'storage.buckets.delete' });
});

it('gcp: knows Workspace events by their service', () => {
  const event = normalized(
    '{"protoPayload":{"serviceName":"admin.googleapis.com","methodName":"google.admin.AdminService.removeApplication","metadata":{"event":[{"eventName":"REMOVE_APPLICATION"}]}}}',
  );
  expect(event.logsource.services).toEqual(['google_workspace.admin']);
  expect(event.record.fields).toMatchObject({
    eventName: 'REMOVE_APPLICATION',
    eventService: 'admin.googleapis.com',
  });
});
