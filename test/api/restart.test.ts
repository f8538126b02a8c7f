import { afterAll, it } from 'vitest';
import { ApiClient, apiConfig } from '../helpers/api-client.js';
import { sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const folder = temporaryFolder();
const daemons: TestDaemon[] = [];
afterAll(async () => {
  for (const daemon of daemons) await daemon.stop();
  folder.remove();
});

it('the events of the day are those before the restart, too, also after a kill', {
  timeout: 90_000,
}, async () => {
  let client: ApiClient;
  const start = async (): Promise<TestDaemon> => {
    const daemon = new TestDaemon(folder.path, apiConfig());
    daemons.push(daemon);
    client = await ApiClient.login(daemon);
    return daemon;
  };
  const send = async (daemon: TestDaemon, count: number): Promise<void> => {
    const [port] = await daemon.ports();
    const line = sshdLine('Failed password for root from 203.0.113.7 port 40022 ssh2', { host: 'web-01' });
    await sendTcp(port!, `${line}\n`.repeat(count));
  };
  const today = async (): Promise<number> => (await client.get('/api/now')).json.events_since_midnight;
  const reached = (count: number) =>
    until(async () => ((await today()) === count ? true : null), `${count} events`);

  const first = await start();
  await send(first, 40);
  await reached(40);
  await first.kill();
  const second = await start();
  await reached(40);
  await send(second, 5);
  await reached(45);
  await second.stop();
  await start();
  await reached(45);
});
