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

const FIELDS_OF_RULES = {
  ResultType: '50053',
  resultType: '50053',
  ResultDescription: 'Account is locked',
  AuthenticationRequirement: 'singleFactorAuthentication',
  Status: ['Failure', 'MFA denied'],
};

it('azure: names a sign-in as its rules do, whoever hands it out', () => {
  const common = {
    authenticationRequirement: 'singleFactorAuthentication',
    userPrincipalName: 'a@x.example',
  };
  const status = { errorCode: 50053, failureReason: 'Account is locked', additionalDetails: 'MFA denied' };
  const hub = {
    ...record,
    operationName: 'Sign-in activity',
    category: 'SignInLogs',
    resultType: '50053',
    resultDescription: 'Account is locked',
    properties: { ...common, status },
  };
  const graph = {
    createdDateTime: record.time,
    appDisplayName: 'x',
    ipAddress: '192.0.2.1',
    ...common,
    status,
  };
  for (const each of [hub, graph]) {
    const event = normalized(JSON.stringify(each));
    expect(event.record.fields).toMatchObject(FIELDS_OF_RULES);
    expect(event).toMatchObject({ 'user.name': 'a@x.example', 'source.ip': '192.0.2.1' });
    expect(event['event.outcome']).toBe('failure');
  }
});

it('azure: reads rows of Log Analytics, under the names of Event Hubs too', () => {
  const row = {
    TimeGenerated: '2026-11-19T13:55:36Z',
    OperationName: 'Sign-in activity',
    ResultType: '0',
    IPAddress: '192.0.2.1',
    UserPrincipalName: 'a@x.example',
    ConditionalAccessStatus: 'success',
    Type: 'SigninLogs',
  };
  const event = normalized(JSON.stringify(row));
  expect(event).toMatchObject({
    'user.name': 'a@x.example',
    'source.ip': '192.0.2.1',
    'event.outcome': 'success',
    logsource: { product: 'azure', services: ['signinlogs'] },
  });
  expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.000Z');
  expect(event.record.fields).toMatchObject({ conditionalAccessStatus: 'success', Status: ['Success'] });
  const services = (Type: string) => normalized(JSON.stringify({ ...row, Type })).logsource.services;
  expect(services('AADUserRiskEvents')).toEqual(['pim', 'riskdetection']);
  expect(services('Perf')).toEqual([]);
});

it('azure: calls the activity and the result of an audit record as rules do', () => {
  const audit = {
    activityDisplayName: 'Add owner to application',
    activityDateTime: '2026-11-19T13:55:36Z',
    loggedByService: 'Core Directory',
    category: 'ApplicationManagement',
    result: 'success',
    resultReason: '',
  };
  const words = {
    'properties.message': 'Add owner to application',
    operationName: 'Add owner to application',
    OperationName: 'Add owner to application',
    Category: 'ApplicationManagement',
    LoggedByService: 'Core Directory',
    Status: ['success'],
  };
  const { activityDisplayName: operationName } = audit;
  const hub = { ...record, operationName, category: 'AuditLogs', properties: audit };
  for (const each of [audit, hub]) {
    const event = normalized(JSON.stringify(each));
    expect(event.logsource.services).toEqual(['auditlogs']);
    expect(event.record.fields).toMatchObject(words);
  }
});

it('azure: names an activity as the table AzureActivity does', () => {
  const operationName = 'Microsoft.ADHybridHealthService/services/delete';
  const { fields } = normalized(
    JSON.stringify({ ...record, operationName, category: 'Administrative' }),
  ).record;
  expect(fields).toMatchObject({
    OperationNameValue: operationName,
    CategoryValue: 'Administrative',
    ResourceProviderValue: 'Microsoft.ADHybridHealthService',
  });
});

it('azure: reads risk detections of Microsoft Graph', () => {
  const risk = { activityDateTime: record.time, riskEventType: 'anonymizedIPAddress', riskState: 'atRisk' };
  expect(normalized(JSON.stringify(risk)).logsource.services).toEqual(['pim', 'riskdetection']);
});
