import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ApiClient } from '../helpers/api-client.js';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder } from '../helpers/run-daemon.js';

test('a port that is taken keeps nobody from detecting, and is tried again', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const squatter = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const { port } = squatter.address() as { port: number };
  const daemon = new TestDaemon(folder.path, tcpConfig(`api: { listen: "127.0.0.1:${port}" }\n`));
  try {
    const [tcp] = await daemon.ports();
    await sendTcp(tcp!, `${sshdLine('Accepted password for root from 198.51.100.9 port 1 ssh2')}\n`);
    await daemon.processed(1);
    await daemon.told(/EADDRINUSE.*cannot be served/);
    await new Promise((resolve) => squatter.close(resolve));
    const client = await ApiClient.login(daemon);
    expect((await client.get('/api/now')).status).toBe(200);
    expect(daemon.messages.match(/cannot be served/g)).toHaveLength(1);
  } finally {
    await daemon.stop();
    folder.remove();
  }
});
