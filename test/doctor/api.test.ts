import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Patient } from '../../src/doctor/check.js';
import { api } from '../../src/doctor/checks/api.js';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** `page`: of a running daemon; undefined = none runs. */
async function said(settings: object, page?: string | null, elsewhere: string | null = null) {
  const config = { api: { enabled: true, listen: { host: '127.0.0.1', port: 0 }, ...settings } };
  const figures = page === undefined ? null : { page, page_elsewhere: elsewhere };
  const { well, findings } = await api.run({ config, figures } as unknown as Patient);
  return { well, findings: findings.map(({ kind, what, fix }) => `${kind}: ${what} → ${fix}`) };
}

describe('the doctor, of the API', () => {
  it('says where the page is', async () => {
    const page = `http://127.0.0.1:${await takenPort()}`;
    const { well, findings } = await said({}, page);
    expect(well).toEqual([
      `the page is on ${page}; vedette token login prints an address that logs a browser in`,
    ]);
    expect(findings).toEqual([]);
    expect((await said({}, page, 'http://vedette.lan')).well[0]).toContain(
      `is on ${page}, from other machines http://vedette.lan; `,
    );
  });

  it('says when the daemon does not serve it, and who has the port', async () => {
    const port = await takenPort();
    const { findings } = await said({ listen: { host: '127.0.0.1', port } }, null);
    expect(findings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^problem: The API and the page are not served: .* 127\\.0\\.0\\.1:${port}\\. → The port is taken by .* \\(pid ${process.pid}\\)`,
        ),
      ),
    ]);
  });

  it('says without a daemon whether it could be served', async () => {
    expect(await said({})).toEqual({ well: ['127.0.0.1:0/tcp is free for the page, on http'], findings: [] });
    const port = await takenPort();
    const { findings } = await said({ listen: { host: '127.0.0.1', port } });
    expect(findings[0]).toMatch(/^problem: 127\.0\.0\.1:\d+\/tcp, which the API wants, is taken by /);
  });

  it('says when the network can reach it without TLS', async () => {
    const open = { listen: { host: '0.0.0.0', port: 0 }, insecure_bind: true };
    const { findings } = await said(open);
    expect(findings).toEqual([
      expect.stringMatching(
        /^hint: The API is open to the network on 0\.0\.0\.0 without TLS: .* → Set api\.tls/,
      ),
    ]);
    expect((await said({ ...open, tls: { cert: 'c', key: 'k' } })).findings).toEqual([]);
    expect(await said({ enabled: false }, null)).toEqual({
      well: ['off: api.enabled is false'],
      findings: [],
    });
  });
});
