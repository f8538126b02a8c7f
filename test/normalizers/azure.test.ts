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
