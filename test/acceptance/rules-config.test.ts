import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendTcp, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestDaemon | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await daemon?.kill();
  daemon = null;
  folder.remove();
});

const OLD_RULE = `title: Many Refusals
id: 7d9f3a52-5a44-4a58-8e73-1f6d7b0c9a01
level: high
logsource: { product: door }
detection:
  refused: { Action: refuse, User|expand: '%guests%' }
  timeframe: 1h
  condition: refused | count() by Card > 2
`;
const PIPELINE = `name: door
transformations:
  - type: field_name_mapping
    mapping: { Action: what, User: who, Card: card.id }
`;
const OTHER_RULE = `title: Door Opened
name: door_opened
level: high
logsource: { product: door }
detection: { opened: { Action: open }, condition: opened }
`;

const config = (rules: string): string => `data_dir: ./data
sources:
  - { type: json-tcp, name: door, listen: "127.0.0.1:0", logsource: { product: door } }
sinks:
  - { type: ndjson, dir: ./alerts }
rules: { builtin: false, paths: [rules.yml], ${rules} }
`;

const events = (what: string, card: string, n: number): string =>
  `${JSON.stringify({ what, who: 'visitor', card: { id: card } })}\n`.repeat(n);

describe('rules by the configuration', () => {
  test('are renamed, filled in and chosen in every thread; what counts keeps its id and title', async () => {
    writeFileSync(join(folder.path, 'rules.yml'), `${OLD_RULE}---\n${OTHER_RULE}`);
    writeFileSync(join(folder.path, 'door.yml'), PIPELINE);
    daemon = new TestDaemon(
      folder.path,
      config('pipelines: [door.yml], placeholders: { guests: [visitor] }, disable: [door_opened, gone]'),
    );
    const running = daemon;
    const [port] = await running.ports();
    await running.told('no loaded rule has the id or name \\"gone\\"');
    await sendTcp(port!, events('open', 'x', 3) + events('refuse', 'a', 2) + events('refuse', 'b', 3));
    const alert = await until(() => running.alertLines()[0] ?? null, 'the alert');
    expect(alert).toMatchObject({
      rule: { id: '7d9f3a52-5a44-4a58-8e73-1f6d7b0c9a01', name: 'Many Refusals', level: 'high' },
      alert: { status: 'opened' },
    });
    expect(JSON.stringify(alert.evidence)).toContain('"field":"who"');
    await running.processed(8);
    expect(running.alertLines()).toHaveLength(1);

    writeFileSync(join(folder.path, 'door.yml'), PIPELINE.replace('mapping:', 'maping:'));
    running.signal('SIGHUP');
    await running.told(
      'The step needs \\"mapping\\": keys and values. The version of this file that was in use stays.',
    );
    await running.told('has no key \\"maping\\" (perhaps \\"mapping\\")');
    await running.told('The rules are the same');

    writeFileSync(join(folder.path, 'door.yml'), PIPELINE);
    writeFileSync(
      join(folder.path, 'config.yaml'),
      config('pipelines: [door.yml], placeholders: { guests: x }'),
    );
    running.signal('SIGHUP');
    await running.told('Rules reloaded.');
    await sendTcp(port!, events('open', 'x', 1));
    await until(
      () => running.alertLines().find((line) => line.rule.name === 'Door Opened') ?? null,
      'the alert of the rule that is not disabled any more',
    );
    expect(await running.stop()).toBe(0);
  });

  test('that name a pipeline which is not there do not start', async () => {
    writeFileSync(join(folder.path, 'rules.yml'), OTHER_RULE);
    daemon = new TestDaemon(folder.path, config('pipelines: [esc]'));
    expect(await daemon.exited).toBe(78);
    await daemon.told('rules.pipelines: there is no pipeline "esc" (did you mean "ecs"?)');
  });
});
