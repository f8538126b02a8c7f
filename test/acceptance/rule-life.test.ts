import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Examined } from '../../src/doctor/examine.js';
import { MAIN, sendTcp, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestDaemon | null = null;
let rules: string;

beforeEach(() => {
  folder = temporaryFolder();
  rules = join(folder.path, 'rules');
  mkdirSync(rules);
});

afterEach(async () => {
  await daemon?.kill();
  daemon = null;
  folder.remove();
});

const rule = (title: string, what: string, more = ''): string => `title: ${title}
name: ${title.toLowerCase()}
level: high
logsource: { product: door }
detection: { s: { what: ${what} }, condition: s }
${more}`;

const COUNTED = `${rule('Knock', 'knock')}---
title: Knocking
level: high
correlation: { type: event_count, rules: [knock], group-by: [who], timespan: 1h, condition: { gte: 3 } }
`;

const events = (what: string, who = 'x', n = 1): string => `${JSON.stringify({ what, who })}\n`.repeat(n);

/** Writes as editors do: beside it, then in its place. */
function save(name: string, text: string): void {
  writeFileSync(join(rules, `.${name}.tmp`), text);
  renameSync(join(rules, `.${name}.tmp`), join(rules, name));
}

async function start(): Promise<{ running: TestDaemon; port: number }> {
  daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources: [{ type: json-tcp, name: door, listen: "127.0.0.1:0", logsource: { product: door } }]
sinks: [{ type: ndjson, dir: ./alerts }]
rules: { builtin: false, paths: [rules] }
`,
  );
  const [port] = await daemon.ports();
  return { running: daemon, port: port! };
}

const reloads = (running: TestDaemon, n: number): Promise<true> =>
  until(() => (running.messages.split('Rules reloaded.').length > n ? true : null), `reload ${n}`);

const alertOf = (running: TestDaemon, name: string): Promise<unknown> =>
  until(() => running.alertLines().find((line) => line.rule.name === name) ?? null, `an alert of ${name}`);

describe('the life of rules', () => {
  test('a saved file is in use a moment later, a removed one is not', async () => {
    save('open.yml', rule('Open', 'open'));
    const { running, port } = await start();
    save('close.yml', rule('Close', 'close'));
    await reloads(running, 1);
    await sendTcp(port, events('close'));
    await alertOf(running, 'Close');
    rmSync(join(rules, 'open.yml'));
    await reloads(running, 2);
    await sendTcp(port, events('open') + events('close', 'y'));
    await running.processed(3);
    expect((await running.stats()).rules).toMatchObject({ loaded: 1, refused: 0 });
    expect(running.alertLines().map((line) => line.rule.name)).not.toContain('Open');
  });

  test('a file that is broken by its new version keeps the old one; others change all the same', async () => {
    save('open.yml', rule('Open', 'open'));
    save('close.yml', rule('Close', 'close'));
    const { running, port } = await start();
    const broken = rule('Open', 'open').replace('condition: s', 'condition: t').replace('title:', 'titel:');
    save('open.yml', broken);
    save('close.yml', rule('Closed', 'close'));
    await reloads(running, 1);
    await running.told(/open\.yml:1.*The version of this file that was in use stays\./);
    await running.told(/open\.yml:5.*A refused rule has another fault\./);
    await sendTcp(port, events('open') + events('close', 'y'));
    await alertOf(running, 'Open');
    await alertOf(running, 'Closed');
    expect((await running.stats()).rules).toMatchObject({ loaded: 2, refused: 1 });

    // What was told is not told again, what is new is.
    save('more.yml', rule('More', 'more').replace('condition: s', 'condition: u'));
    save('close.yml', rule('Closing', 'close'));
    await reloads(running, 2);
    expect(running.messages.match(/open\.yml:1/g)).toHaveLength(1);
    await running.told(/"faults":2,"msg":"Faults of rules are as they were\."/);
    await running.told(/more\.yml:5.*A rule was refused\./);
    rmSync(join(rules, 'more.yml'));

    save('open.yml', rule('Opened', 'open'));
    await reloads(running, 3);
    expect((await running.stats()).rules).toMatchObject({ loaded: 2, refused: 0 });
  });

  test('rules that did not change go on counting where they were', async () => {
    save('knock.yml', COUNTED);
    const { running, port } = await start();
    await sendTcp(port, events('knock', 'mallory', 2));
    await running.processed(2);
    save('other.yml', rule('Open', 'open'));
    await reloads(running, 1);
    await sendTcp(port, events('knock', 'mallory'));
    await alertOf(running, 'Knocking');
  });

  describe('compiled rules are kept for the next start', () => {
    const kept = (): string => join(folder.path, 'data', 'rules.pack');
    /** The file that is there, told from one that replaced it. */
    const written = (): number | null => statSync(kept(), { throwIfNoEntry: false })?.ino ?? null;
    const another = (than: number | null): Promise<number> =>
      until(() => (written() === than ? null : written()), 'the rules to be kept');

    /** A start that detects, and tells of a fault as when the rules were compiled. */
    async function run(loaded: number, what: string, name: string): Promise<void> {
      const { running, port } = await start();
      await running.told(/odd\.yml:5.*"reason".*A rule was refused\./);
      expect((await running.stats()).rules).toMatchObject({ loaded, refused: 1 });
      await sendTcp(port, events(what));
      await alertOf(running, name);
      await running.stop();
    }

    beforeEach(() => {
      save('open.yml', rule('Open', 'open'));
      save('odd.yml', rule('Odd', 'odd').replace('condition: s', 'condition: t'));
    });

    test('and used while nothing that they are made of has changed', async () => {
      await run(1, 'open', 'Open');
      const first = await another(null);
      await run(1, 'open', 'Open');
      expect(written()).toBe(first);
      save('open.yml', rule('Opened', 'opened'));
      await run(1, 'opened', 'Opened');
      const second = await another(first);
      const bytes = readFileSync(kept());
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(kept(), bytes);
      await run(1, 'opened', 'Opened');
      await another(second);
    });

    test('those of a reload, too', async () => {
      const { running } = await start();
      const first = await another(null);
      save('more.yml', rule('More', 'more'));
      await reloads(running, 1);
      const reloaded = await another(first);
      await running.stop();
      await run(2, 'more', 'More');
      expect(written()).toBe(reloaded);
    });

    test('so that a file that is broken keeps its version over restarts, and the doctor says so', async () => {
      const { running } = await start();
      await another(null);
      await running.stop();
      const file = join(rules, 'open.yml');
      save('open.yml', rule('Open', 'open').replace('condition: s', 'condition: t'));
      for (let restarts = 0; restarts < 2; restarts++) {
        const { running, port } = await start();
        await running.told(/open\.yml:5.*The version of this file that was in use stays\./);
        expect((await running.stats()).rules).toEqual({ loaded: 1, refused: 2, former: [file] });
        await sendTcp(port, events('open'));
        await running.processed(1);
        expect((await running.ruleCounters())[0]).toMatchObject({ title: 'Open', matches: 1 });
        const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'doctor', '--json'], {
          cwd: folder.path,
        }).catch((findings: { stdout: string }) => findings);
        const checks = stdout.trimEnd().split('\n');
        const told = checks
          .map((line) => JSON.parse(line) as Examined)
          .find(({ check }) => check === 'rules');
        expect(told!.findings).toContainEqual(
          expect.objectContaining({ what: expect.stringMatching(/former versions/), details: [file] }),
        );
        await running.stop();
      }
      save('open.yml', rule('Opened', 'opened'));
      await run(1, 'opened', 'Opened');
    });
  });

  test('SIGHUP takes up extractors and the words of sources, though the rules are the same', async () => {
    save('gate.yml', rule('Gate', 'open').replace('what: open', 'gate: g7'));
    const { running, port } = await start();
    await sendTcp(port, events('left by g7'));
    await running.processed(1);
    const config = readFileSync(join(folder.path, 'config.yaml'), 'utf8');
    writeFileSync(
      join(folder.path, 'config.yaml'),
      `${config}extractors: [{ name: gate, pattern: 'left by (?P<gate>g[0-9])' }]\n`,
    );
    running.signal('SIGHUP');
    await reloads(running, 1);
    await sendTcp(port, events('left by g7'));
    await alertOf(running, 'Gate');
    expect(running.alertLines()).toHaveLength(1);
  });

  test('each rule tells how often it was tried and matched', async () => {
    save('open.yml', rule('Open', 'open'));
    save('shut.yml', rule('Shut', 'shut'));
    const { running, port } = await start();
    await sendTcp(port, events('open', 'x', 5) + events('shut'));
    await running.processed(6);
    const of = async (title: string) =>
      (await running.ruleCounters()).find((one) => one.title === title) as { matches: number };
    expect(await of('Open')).toMatchObject({ candidates: 5, matches: 5 });
    expect(await of('Shut')).toMatchObject({ candidates: 1, matches: 1 });
    // A new ruleset goes on where the old one was.
    save('more.yml', rule('More', 'more'));
    await reloads(running, 1);
    await sendTcp(port, events('open', 'y'));
    await running.processed(7);
    expect(await of('Open')).toMatchObject({ candidates: 6, matches: 6 });
    expect(await of('More')).toMatchObject({ candidates: 0, matches: 0 });
  });
});
