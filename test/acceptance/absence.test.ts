import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

/** A backup that has to end within two seconds. */
const RULES = `title: Backup Began
id: 0d6bb5e6-27a2-4ed7-a7ad-0d5bd8ed5e6b
name: backup_began
level: informational
logsource: { product: linux }
detection: { words: ['backup began'], condition: words }
---
title: Backup Ended
id: 4c9f64f4-0b8f-4a5a-92c2-8a4ecf2bbd21
name: backup_ended
level: informational
logsource: { product: linux }
detection: { words: ['backup ended'], condition: words }
---
title: Backup Never Ended
id: 5f0b3c1e-6b57-4b63-9a0c-8c7f6d4f5a10
level: high
correlation: { type: temporal_ordered, rules: [backup_began, backup_ended], group-by: [host.name], timespan: 2s }
vedette: { absent: backup_ended }
`;
const CONFIG = tcpConfig(`rules: { builtin: false, paths: [rules] }
correlation: { allowed_lateness: 1s }
alerts: { dedup_window: 1s }
`).replace('name: tcp,', 'name: tcp, logsource: { product: linux },');

const folders: { remove: () => void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

async function start(): Promise<{ daemon: TestDaemon; port: number }> {
  const folder = temporaryFolder();
  folders.push(folder);
  mkdirSync(join(folder.path, 'rules'));
  writeFileSync(join(folder.path, 'rules', 'backup.yml'), RULES);
  const daemon = new TestDaemon(folder.path, CONFIG);
  return { daemon, port: (await daemon.ports())[0]! };
}

const said = (text: string, host: string): string =>
  sshdLine(text, { host }).replace('sshd[999]', 'backup[7]');
const opened = (daemon: TestDaemon): AlertChange[] =>
  daemon.alertLines().filter(({ alert }) => alert.status === 'opened');

describe('what does not happen', () => {
  test('is told of by a daemon to which nothing more comes, and its alert ends', async () => {
    const { daemon, port } = await start();
    await sendTcp(
      port,
      `${said('backup began', 'nas-1')}\n${said('backup began', 'nas-2')}\n${said('backup ended', 'nas-2')}\n`,
    );
    await until(() => (opened(daemon).length > 0 ? true : null), 'the alert');
    await until(
      () => (daemon.alertLines().some(({ alert }) => alert.status === 'ended') ? true : null),
      'its end',
    );
    expect(opened(daemon).map(({ rule, host }) => [rule.name, host?.name])).toEqual([
      ['Backup Never Ended', 'nas-1'],
    ]);
    expect(await daemon.stop()).toBe(0);
  });

  test('while the daemon is dead is told of after its start, once', { timeout: 150_000 }, async () => {
    const { daemon, port } = await start();
    await sendTcp(port, `${said('backup began', 'nas-1')}\n`);
    await daemon.stored(1);
    await daemon.kill();
    expect(opened(daemon)).toEqual([]);
    const again = new TestDaemon(daemon.folder, CONFIG);
    await until(() => (opened(again).length > 0 ? true : null), 'the alert');
    await again.kill();
    const third = new TestDaemon(daemon.folder, CONFIG);
    await third.listening();
    expect(await third.stop()).toBe(0);
    expect(opened(third).map(({ host }) => host?.name)).toEqual(['nas-1']);
  });
});
