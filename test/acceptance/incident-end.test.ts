import { expect, test } from 'vitest';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

test('an incident ends though nothing comes any more and the daemon has gone idle', {
  timeout: 90_000,
}, async () => {
  const folder = temporaryFolder();
  // Longer than an idle daemon goes on looking at what its last record left open.
  const config = tcpConfig('alerts: { dedup_window: 1s }\nincidents: { quiet_after: 15s }\n');
  const daemon = new TestDaemon(folder.path, config);
  const [port] = await daemon.ports();
  const lines = Array.from({ length: 12 }, (_, i) =>
    sshdLine(`Failed password for root from 203.0.113.7 port ${40_000 + i} ssh2`),
  );
  lines.push(sshdLine('Accepted password for root from 203.0.113.7 port 40999 ssh2'));
  await sendTcp(port!, `${lines.join('\n')}\n`);
  const last = (): string | undefined => daemon.incidentLines().at(-1)?.incident.status;
  await until(() => (last() === undefined ? null : true), 'the incident');
  expect(last()).not.toBe('ended');
  await until(() => (last() === 'ended' ? true : null), 'its end', 40_000);
  expect(await daemon.stop()).toBe(0);
  folder.remove();
});
