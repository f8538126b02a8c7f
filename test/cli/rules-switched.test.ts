import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from '../helpers/api-client.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const [OFF, ON, FILED] = [
  '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01',
  '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02',
  '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b03',
] as const;
const rule = (id: string, title: string): string => `title: ${title}
id: ${id}
level: high
logsource: { product: linux }
detection:
  selection: { user.name: root }
  condition: selection
`;

const folder = temporaryFolder();
let daemon: TestDaemon;

beforeAll(() => {
  mkdirSync(join(folder.path, 'rules'));
  writeFileSync(
    join(folder.path, 'rules', 'own.yml'),
    [rule(OFF, 'Turned off'), rule(ON, 'Turned on'), rule(FILED, 'As it is written')].join('---\n'),
  );
  daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources: [{ type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }]
rules: { builtin: false, paths: [./rules], disable: [${ON}], watch: false }
sinks: [{ type: ndjson, dir: ./alerts }]
api: { listen: "127.0.0.1:0" }
`,
  );
});
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

it('rules list says what is off and on, and who turned it so, with a daemon and without', {
  timeout: 90_000,
}, async () => {
  const client = await ApiClient.login(daemon);
  const list = async (...options: string[]): Promise<string> =>
    (await runCommand(['rules', 'list', '-c', join(folder.path, 'config.yaml'), ...options])).out;
  expect(await list()).toMatch(/^LEVEL +KIND +TITLE +ATT&CK +FILE\n/);
  expect(await list()).toContain('\n2 rules, 0 refused\n');
  await client.post(`/api/rules/${OFF}/disable`, { reason: 'too loud' });
  await client.post(`/api/rules/${ON}/enable`, {});

  const check = async (): Promise<void> => {
    const table = await list();
    expect(table).toMatch(/^LEVEL +KIND +TITLE +ATT&CK +STATE +FILE\n/);
    expect(table).toMatch(/Turned off +off by \S+, \d{4}-\d\d-\d\dT\d\d:\d\dZ: too loud +\S+own\.yml\n/);
    expect(table).toMatch(/Turned on +on by \S+, \d{4}-\d\d-\d\dT\d\d:\d\dZ +\S+own\.yml\n/);
    expect(table).toMatch(/As it is written +\S+own\.yml\n/);
    expect(table).toContain('\n3 rules, 1 of them off, 0 refused\n');
  };
  await until(
    async () => ((await list()).includes('3 rules, 1 of them off,') ? true : null),
    'the rule that was turned on',
  );
  await check();
  const lines = jsonLines<{ id: string; enabled: boolean; switched?: object }>(await list('--json'));
  const told = Object.fromEntries(lines.map(({ id, enabled, switched }) => [id, { enabled, switched }]));
  expect(told[OFF]).toMatchObject({ enabled: false, switched: { enabled: false, reason: 'too loud' } });
  expect(told[ON]).toMatchObject({ enabled: true, switched: { enabled: true } });
  expect(told[FILED]).toEqual({ enabled: true, switched: undefined });
  // Rules that are named are no daemon's.
  expect(await list('-r', join(folder.path, 'rules'))).toContain('\n3 rules, 0 refused\n');

  await daemon.stop();
  await check();
});
