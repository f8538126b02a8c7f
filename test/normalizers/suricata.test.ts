import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const HEAD = {
  timestamp: '2026-11-19T13:55:36.123456+0000',
  src_ip: '192.0.2.6',
  src_port: 5,
  dest_ip: '198.51.100.1',
  dest_port: 80,
  proto: 'TCP',
};

describe('suricata', () => {
  it('keeps the verdict on an alert apart from the status of its request', () => {
    const alert = { action: 'allowed', signature_id: 1, signature: 'x', severity: 1 };
    const event = normalized(
      JSON.stringify({
        ...HEAD,
        event_type: 'alert',
        alert,
        http: { status: 404, url: '/x?y=1', hostname: 'h' },
      }),
    );
    expect(event['event.action']).toBe('allowed');
    expect(event['event.outcome']).toBeNull();
    expect(event['http.response.status_code']).toBe(404);
    expect(event['url.query']).toBe('y=1');
    expect(event['event.severity']).toBe(1);
  });

  it('takes its own statistics for no connection', () => {
    const event = normalized(
      JSON.stringify({ timestamp: HEAD.timestamp, host: 'ids', event_type: 'stats', stats: {} }),
    );
    expect([event['event.category'], event['event.type']]).toEqual([['host'], ['info']]);
    expect(event).toMatchObject({ 'event.action': 'stats', 'host.name': 'ids' });
  });

  it('reads questions of both dns record versions', () => {
    const name = (dns: object) =>
      normalized(JSON.stringify({ ...HEAD, event_type: 'dns', dns }))['dns.question.name'];
    expect(name({ type: 'query', rrname: 'a.example', rrtype: 'A' })).toBe('a.example');
    expect(name({ version: 3, queries: [{ rrname: 'b.example', rrtype: 'A' }] })).toBe('b.example');
  });

  it('routes by event type and leaves other JSON with an event_type alone', () => {
    expect(
      normalized(JSON.stringify({ ...HEAD, event_type: 'tls', tls: { sni: 'x.example' } })),
    ).toMatchObject({
      'tls.server.name': 'x.example',
      logsource: { product: 'suricata', services: ['tls'] },
    });
    expect(normalized('{"event_type":"alert","user":"x"}').logsource.closed).toBe(false);
    expect(normalized(JSON.stringify({ ...HEAD, event_type: 'evil' })).logsource.closed).toBe(false);
  });

  it('takes the time of the event, also behind a syslog header', () => {
    const line = `<134>Nov 19 14:00:00 ids suricata[812]: ${JSON.stringify({ ...HEAD, event_type: 'flow', flow: {} })}`;
    expect(new Date(normalized(line).timestamp).toISOString()).toBe('2026-11-19T13:55:36.123Z');
  });
});
