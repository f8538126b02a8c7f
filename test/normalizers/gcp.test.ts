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

it('gcp: gives the parameters of Workspace events the names rules use', () => {
  const names = { eventName: 'CHANGE_APPLICATION_SETTING', eventService: 'admin.googleapis.com' };
  const parameters = [
    { name: 'SETTING_NAME', value: 'ContextAwareAccess' },
    { name: 'NEW_VALUE', boolValue: false },
  ];
  const logged = {
    protoPayload: {
      serviceName: 'admin.googleapis.com',
      methodName: 'google.admin.AdminService.changeApplicationSetting',
      metadata: { event: [{ eventName: names.eventName, parameter: parameters }] },
    },
  };
  const reported = {
    kind: 'admin#reports#activity',
    id: { time: '2026-11-19T13:55:36.000Z', applicationName: 'admin' },
    actor: { email: 'a@x.example' },
    ipAddress: '192.0.2.1',
    events: [{ type: 'APPLICATION_SETTINGS', name: names.eventName, parameters }],
  };
  for (const each of [logged, reported]) {
    const event = normalized(JSON.stringify(each));
    expect(event.logsource.services).toEqual(['google_workspace.admin']);
    expect(event.record.fields).toMatchObject({
      ...names,
      setting_name: 'ContextAwareAccess',
      new_value: false,
    });
  }
  const event = normalized(JSON.stringify(reported));
  expect(event).toMatchObject({ 'user.name': 'a@x.example', 'source.ip': '192.0.2.1' });
  expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.000Z');
});

it('gcp: reads logins that the Reports API tells of', () => {
  const activity = (name: string) =>
    normalized(
      JSON.stringify({
        kind: 'admin#reports#activity',
        id: { time: '2026-11-19T13:55:36.000Z', applicationName: 'login' },
        events: [{ type: 'login', name }],
      }),
    );
  expect(activity('login_failure')).toMatchObject({
    'event.outcome': 'failure',
    logsource: { services: ['google_workspace.login'] },
  });
  expect(activity('gov_attack_warning').record.fields).toMatchObject({
    'protoPayload.metadata.event.eventName': 'gov_attack_warning',
    'protoPayload.serviceName': 'login.googleapis.com',
  });
});
