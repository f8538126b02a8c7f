import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

it('m365: reads who did what from where, with any spelling of the client address', () => {
  const record = {
    CreationTime: '2026-11-19T13:55:36',
    Operation: 'UserLoginFailed',
    Workload: 'AzureActiveDirectory',
    UserId: 'a@example.com',
  };
  const ip = (ClientIP: string) => normalized(JSON.stringify({ ...record, ClientIP }))['source.ip'];
  expect([ip('192.0.2.1'), ip('192.0.2.1:443'), ip('[2001:db8::1]:443'), ip('x')]).toEqual([
    '192.0.2.1',
    '192.0.2.1',
    '2001:db8::1',
    null,
  ]);
  const event = normalized(JSON.stringify(record));
  expect(event).toMatchObject({
    'user.name': 'a@example.com',
    'event.outcome': 'failure',
    logsource: { services: ['audit'] },
  });
  expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.000Z');
});

it('m365: gives compliance alerts the names of the threat management rules', () => {
  const event = normalized(
    '{"Operation":"AlertTriggered","Workload":"SecurityComplianceCenter","Name":"Impossible travel activity"}',
  );
  expect(event.logsource.services).toContain('threat_management');
  expect(event.record.fields).toMatchObject({
    eventSource: 'SecurityComplianceCenter',
    eventName: 'Impossible travel activity',
    status: 'success',
  });
});

it('m365: gives what Exchange did the names of its rules', () => {
  const event = normalized(
    '{"Operation":"Add-FederatedDomain","Workload":"Exchange","ResultStatus":"True","Name":"other"}',
  );
  expect(event.record.fields).toMatchObject({
    eventSource: 'Exchange',
    eventName: 'Add-FederatedDomain',
    status: 'success',
  });
  const failed = normalized('{"Operation":"UserLoginFailed","Workload":"AzureActiveDirectory"}');
  expect(failed.record.fields).toMatchObject({ status: 'failed' });
});
