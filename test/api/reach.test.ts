import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RuleRow } from '../../src/api/routes/rules.js';
import { ApiClient } from '../helpers/api-client.js';
import { sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const RULES = [
  'title: Of Windows\nlogsource: { product: windows, service: security }\ndetection:\n  a: { EventID: 1 }\n  condition: a\n',
  'title: Of Nobody\nlogsource: { product: quux }\ndetection:\n  a: { user.name: sam }\n  condition: a\n',
  'title: Of a Field\nlogsource: { product: linux, service: sshd }\ndetection:\n  a: { unheard.of: 1 }\n  condition: a\n',
  'title: Of Others\nlogsource: { product: linux, service: sshd }\ndetection:\n  a: { user.name: nobody-ever }\n  condition: a\n',
  'title: Of Logins\nlogsource: { product: linux, service: sshd }\ndetection:\n  a: { user.name: sam }\n  condition: a\n',
];

const folder = temporaryFolder();
let daemon: TestDaemon;
let client: ApiClient;

beforeAll(async () => {
  mkdirSync(join(folder.path, 'rules'));
  writeFileSync(join(folder.path, 'rules', 'own.yml'), RULES.join('---\n'));
  daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources:
  - { type: syslog-tcp, name: first, listen: "127.0.0.1:0" }
  - { type: syslog-tcp, name: second, listen: "127.0.0.1:0" }
  - { type: syslog-tcp, name: third, listen: "127.0.0.1:0" }
rules: { builtin: false, paths: [./rules] }
api: { listen: "127.0.0.1:0" }
sinks: [{ type: ndjson, dir: ./alerts }]
`,
  );
  client = await ApiClient.login(daemon);
  const [first, second] = await daemon.ports();
  await sendTcp(first!, `${sshdLine('Accepted password for sam from 203.0.113.7 port 1 ssh2')}\n`);
  await sendTcp(second!, 'what is this\n');
  await daemon.stored(2);
});
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

it('rules say what arrives for them: what they lack, or by whom it comes', async () => {
  const rows = async () => {
    const { items } = (await client.get('/api/rules')).json;
    return new Map((items as RuleRow[]).map((row) => [row.title, row]));
  };
  await until(
    async () => ((await rows()).get('Of Logins')!.sources.length > 0 ? true : null),
    'a look at the log',
  );
  const byTitle = await rows();
  expect(byTitle.get('Of Windows')).toMatchObject({
    state: 'no_data',
    lacks: { what: 'logsource', recognised: true },
    sources: [],
  });
  expect(byTitle.get('Of Nobody')).toMatchObject({
    state: 'no_data',
    lacks: { what: 'logsource', recognised: false },
  });
  expect(byTitle.get('Of a Field')).toMatchObject({
    state: 'no_data',
    lacks: { what: 'fields', fields: ['unheard.of'] },
    sources: ['first'],
  });
  // Nothing woke it, but what it looks at does arrive.
  expect(byTitle.get('Of Others')).toMatchObject({
    state: 'quiet',
    candidates: 0,
    lacks: null,
    sources: ['first'],
  });
  expect(byTitle.get('Of Logins')).toMatchObject({ state: 'fires', lacks: null, sources: ['first'] });
});

it('sources say how many rules could match what they send; of those that sent nothing nothing is known', async () => {
  const { items } = (await client.get('/api/sources')).json;
  expect(items.map(({ name, rules }: { name: string; rules: unknown }) => [name, rules])).toEqual(
    expect.arrayContaining([
      ['first', 2],
      ['second', 0],
      ['third', null],
    ]),
  );
});
