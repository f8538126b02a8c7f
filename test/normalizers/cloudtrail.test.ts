import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('cloudtrail', () => {
  const record = {
    eventVersion: '1.08',
    eventTime: '2026-11-19T13:55:36Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.90',
  };

  it('names who acted: user, role, root or service', () => {
    const user = (userIdentity: object) =>
      normalized(JSON.stringify({ ...record, userIdentity }))['user.name'];
    expect(user({ type: 'IAMUser', userName: 'alice' })).toBe('alice');
    expect(user({ type: 'Root' })).toBe('root');
    expect(user({ type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: 'Admin' } } })).toBe(
      'Admin',
    );
    expect(user({ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' })).toBe('ec2.amazonaws.com');
  });

  it('takes an errorCode, and a failed console login, as failure', () => {
    expect(
      normalized(JSON.stringify({ ...record, errorCode: 'AccessDenied', errorMessage: 'no' })),
    ).toMatchObject({
      'event.outcome': 'failure',
      'event.reason': 'no',
      logsource: { product: 'aws', services: ['cloudtrail'] },
    });
    const login = { ...record, eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' } };
    expect(normalized(JSON.stringify(login))['event.outcome']).toBe('failure');
  });

  it('lifts the record out of an EventBridge event', () => {
    const event = normalized(
      JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.iam', detail: record }),
    );
    expect(event['event.action']).toBe('CreateUser');
    expect(event.record.fields).toMatchObject({ eventName: 'CreateUser', source: 'aws.iam' });
  });
});
