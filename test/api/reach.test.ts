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
  'title: Windows Often\ncorrelation: { type: event_count, rules: [of_windows], group-by: [host.name], timespan: 5m, condition: { gte: 5 } }\n',
  'title: Login Then Windows\ncorrelation: { type: temporal_ordered, rules: [of_logins, of_windows], group-by: [host.name], timespan: 5m }\n',
  'title: Login Or Windows\ncorrelation: { type: event_count, rules: [of_logins, of_windows], group-by: [host.name], timespan: 5m, condition: { gte: 500 } }\n',
  'title: Windows Often Again\ncorrelation: { type: event_count, rules: [windows_often], group-by: [host.name], timespan: 1h, condition: { gte: 2 } }\n',
].map((text) =>
  text.replace(
    /^title: (.+)$/m,
    (line, title) => `${line}\nname: ${title.toLowerCase().replaceAll(' ', '_')}`,
  ),
);

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
  const windows = { what: 'logsource', rule: { title: 'Of Windows', logsource: { product: 'windows' } } };
  for (const title of ['Windows Often', 'Login Then Windows', 'Windows Often Again'])
    expect(byTitle.get(title), title).toMatchObject({ state: 'no_data', lacks: windows });
  expect(byTitle.get('Login Or Windows')).toMatchObject({ state: 'quiet', lacks: null });
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
