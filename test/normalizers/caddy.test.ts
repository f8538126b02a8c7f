import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('caddy', () => {
  it('reads headers and duration of a Caddy request', () => {
    const request = {
      client_ip: '192.0.2.1',
      remote_ip: '192.0.2.2',
      method: 'GET',
      host: 'example.com:8443',
      uri: '/a?b',
      headers: { 'User-Agent': ['curl'] },
    };
    expect(
      normalized(
        JSON.stringify({
          level: 'info',
          ts: 1795096536.1,
          logger: 'http.log.access.log0',
          msg: 'handled request',
          request,
          status: 500,
          duration: 0.25,
        }),
      ),
    ).toMatchObject({
      'source.ip': '192.0.2.1',
      'url.domain': 'example.com',
      'user_agent.original': 'curl',
      'event.duration': 25e7,
      'event.outcome': 'failure',
      logsource: { categories: ['webserver'] },
    });
  });
});
