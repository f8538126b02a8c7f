import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benignLines, intrusion } from '../../src/api/demo/lines.js';
import { sendTcp, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

const lines: string[] = [...benignLines(Date.now()), ...intrusion(Date.now()).flatMap((step) => step.lines)];

test('the same log gives byte-identical alerts, with 1 or 4 detectors and without the old state', {
  timeout: 90_000,
}, async () => {
  const folder = temporaryFolder();
  const again = temporaryFolder();
  try {
    const first = new TestDaemon(folder.path, tcpConfig('engine: { detectors: 1 }\n'));
    const [port] = await first.ports();
    let sent = 0;
    // Small parts, so that the log holds many chunks.
    for (let at = 0; at < lines.length; at += 7) {
      const part = lines.slice(at, at + 7);
      await sendTcp(port!, `${part.join('\n')}\n`);
      sent += part.length;
      await first.processed(sent);
    }
    expect(await first.stop()).toBe(0);
    const expected = first.alertLines();
    const incidents = first.incidentLines();
    expect(new Set(incidents.map(({ incident }) => incident.id)).size).toBe(1);
    expect(expected.map((line) => line.rule.name)).toContain('Intrusion: Scan, Guessing, Login, Root');

    mkdirSync(join(again.path, 'data'));
    cpSync(join(folder.path, 'data', 'events'), join(again.path, 'data', 'events'), { recursive: true });
    const second = new TestDaemon(again.path, tcpConfig('engine: { detectors: 4 }\n'));
    await until(
      () => (second.alertLines().length >= expected.length ? true : null),
      'the alerts of the replay',
    );
    expect(await second.stop()).toBe(0);
    expect(JSON.stringify(second.alertLines())).toBe(JSON.stringify(expected));
    expect(JSON.stringify(second.incidentLines())).toBe(JSON.stringify(incidents));
  } finally {
    folder.remove();
    again.remove();
  }
});
