import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const record = { time: '2026-11-19T13:55:36Z', resourceId: '/tenants/1', callerIpAddress: '192.0.2.1' };

it('azure: routes by category and lifts the properties', () => {
  const properties = { userPrincipalName: 'a@example.com', riskEventType: 'unfamiliarFeatures' };
  const signIn = normalized(
    JSON.stringify({
      ...record,
      operationName: 'Sign-in activity',
      category: 'SignInLogs',
      resultType: '50126',
      properties,
    }),
  );
  expect(signIn).toMatchObject({
    'user.name': 'a@example.com',
    'source.ip': '192.0.2.1',
    'event.outcome': 'failure',
    logsource: { product: 'azure', services: ['signinlogs'] },
  });
  expect(signIn.record.fields).toMatchObject({ riskEventType: 'unfamiliarFeatures' });
  const services = (category: string) =>
    normalized(JSON.stringify({ ...record, operationName: 'x', category })).logsource.services;
  expect(services('AuditLogs')).toEqual(['auditlogs']);
  expect(services('UserRiskEvents')).toEqual(['pim', 'riskdetection']);
  expect(services('Administrative')).toEqual(['activitylogs']);
});

it('azure: leaves JSON alone that is no resource log', () => {
  expect(normalized('{"operationName":"x","category":"y","time":"z"}').logsource.closed).toBe(false);
});

it('azure: reads who did what to whom in audit and activity logs', () => {
  const initiatedBy = { user: { userPrincipalName: 'admin@x.example', ipAddress: '203.0.113.7' } };
  const targetResources = [{ type: 'Role' }, { type: 'User', userPrincipalName: 'eve@x.example' }];
  const properties = { result: 'success', initiatedBy, targetResources };
  const audit = {
    time: record.time,
    resourceId: record.resourceId,
    operationName: 'Add member to role',
    category: 'AuditLogs',
  };
  expect(normalized(JSON.stringify({ ...audit, properties }))).toMatchObject({
    'user.name': 'admin@x.example',
    'source.ip': '203.0.113.7',
    'user.target.name': 'eve@x.example',
    'event.outcome': 'success',
  });
  const upn = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
  const activity = {
    ...record,
    operationName: 'X/WRITE',
    category: 'Administrative',
    identity: { claims: { [upn]: 'alice@x.example' } },
  };
  expect(normalized(JSON.stringify(activity))['user.name']).toBe('alice@x.example');
});

it('azure: reads sign-ins as Microsoft Graph returns them', () => {
  const signIn = {
    createdDateTime: '2026-11-19T13:55:36Z',
    userPrincipalName: 'a@x.example',
    appDisplayName: 'Azure Portal',
    ipAddress: '203.0.113.7',
    status: { errorCode: 50053, failureReason: 'locked' },
  };
  const event = normalized(JSON.stringify(signIn));
  expect(event).toMatchObject({
    'user.name': 'a@x.example',
    'source.ip': '203.0.113.7',
    'event.outcome': 'failure',
    'event.reason': 'locked',
    logsource: { product: 'azure', services: ['signinlogs'] },
  });
  expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.000Z');
  expect(normalized(JSON.stringify({ ...signIn, status: { errorCode: 0 } }))['event.outcome']).toBe(
    'success',
  );
  expect(normalized(JSON.stringify({ ...signIn, status: {} })).logsource.closed).toBe(false);
});
