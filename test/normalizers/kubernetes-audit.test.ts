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

  const AUDIT = {
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/x/pods',
    verb: 'create',
    user: { username: 'bob' },
    objectRef: { resource: 'pods', namespace: 'x', apiGroup: 'apps' },
    requestObject: {
      spec: {
        volumes: [{ name: 'a' }, { hostPath: { path: '/etc' } }, 7],
        containers: [{ securityContext: { capabilities: { add: ['SYS_ADMIN'], drop: ['ALL'] } } }, {}],
        initContainers: [{ securityContext: { capabilities: { add: ['NET_RAW'] } } }],
      },
    },
  };

  it('has the names that rules use', () => {
    const { record } = normalized(JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...AUDIT }));
    expect(record.fields).toMatchObject({
      apiGroup: 'apps',
      hostPath: ['/etc'],
      capabilities: ['SYS_ADMIN', 'NET_RAW'],
    });
    const spec = { volumes: {}, containers: [{ securityContext: { capabilities: { drop: ['ALL'] } } }] };
    const plain = normalized(JSON.stringify({ ...AUDIT, objectRef: null, requestObject: { spec } }));
    for (const name of ['apiGroup', 'hostPath', 'capabilities'])
      expect(plain.record.fields).not.toHaveProperty(name);
  });

  it('knows a member of an EventList, which leaves its kind to the list', () => {
    const event = normalized(JSON.stringify(AUDIT));
    expect(event.logsource.services).toEqual(['audit']);
    expect(event).toMatchObject({ 'user.name': 'bob', 'event.action': 'create' });
  });

  it('is what Azure has as text of AKS', () => {
    const log = `${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...AUDIT })}\n`;
    const AKS = {
      operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
      category: 'kube-audit-admin',
      resourceId: '/SUBSCRIPTIONS/X',
      time: '2026-11-19T13:55:37Z',
    };
    const event = normalized(JSON.stringify({ ...AKS, properties: { log, stream: 'stdout' } }));
    expect(event.logsource).toMatchObject({ product: 'kubernetes', services: ['audit'] });
    expect(event).toMatchObject({ 'user.name': 'bob', 'event.action': 'create' });
    expect(event.record.fields).toMatchObject({
      verb: 'create',
      hostPath: ['/etc'],
      resourceId: '/SUBSCRIPTIONS/X',
    });
    for (const other of ['I1120 text', '{"kind":"Pod"}'])
      expect(normalized(JSON.stringify({ ...AKS, properties: { log: other } })).logsource.product).toBe(
        'azure',
      );
  });
});
