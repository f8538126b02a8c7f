import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeModel, modelId } from '../../src/anomaly/model-file.js';
import { train } from '../../src/anomaly/train.js';
import type { AlertChange } from '../../src/model/alert.js';
import { MINUTE_MS } from '../../src/model/entity-minute.js';
import type { ControlRecord, RawChunk } from '../../src/model/raw-chunk.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { createWatch, fleet, START, summarized } from '../anomaly/helpers.js';
import { chunkOf } from '../helpers/chunks.js';
import { runCommand } from '../helpers/run-cli.js';
import { TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

/** A log of hours, as a daemon would have written it: real daemons only have to run it again. */
const QUIET_MINUTES = 120;
const SWITCH_AT = 90;
const folders = Array.from({ length: 4 }, () => temporaryFolder());
const [log] = folders;
let model = '';

const CONFIG = (detectors: number): string =>
  tcpConfig(`engine: { detectors: ${detectors} }\nanomaly: { enabled: true, max_share: 0.01 }\n`);

beforeAll(() => {
  const minutes = fleet(QUIET_MINUTES + 3, (place, at) =>
    place !== QUIET_MINUTES
      ? []
      : Array.from({ length: 55 }, (_, i) => {
          const time = new Date(at + i * 1000).toISOString();
          return `<4>1 ${time} fw-02 kernel - - - [UFW BLOCK] IN=e OUT= SRC=10.1.0.10 DST=10.0.0.${i} PROTO=TCP SPT=4 DPT=${7000 + i}`;
        }),
  );
  const { watch } = createWatch();
  minutes.slice(0, SWITCH_AT).forEach(({ lines, at }, i) => {
    watch.apply(i, 'tcp', summarized(lines, at), at);
  });
  const file = encodeModel(train(watch.learningSet(), null, { seed: 3, maxShare: 0.01 }).model);
  model = modelId(file);
  mkdirSync(join(log!.path, 'models'), { recursive: true });
  writeFileSync(join(log!.path, 'models', `${model}.forest`), file);

  const events = new EventLog({ dir: join(log!.path, 'events'), maxAgeMs: 1e12, maxBytes: 1e12 });
  let seq = 0;
  const control = (record: ControlRecord, at: number): RawChunk => ({
    ...chunkOf(++seq, [], { source: 'vedette', transport: 'control', receivedAt: at, clock: at }),
    bytes: new Uint8Array(Buffer.from(JSON.stringify(record))),
  });
  minutes.forEach(({ lines, at }, place) => {
    if (place === SWITCH_AT) events.append(control({ kind: 'model', id: model }, at));
    for (let i = 0; i < lines.length; i += 40)
      events.append(chunkOf(++seq, lines.slice(i, i + 40), { source: 'tcp', receivedAt: at, clock: at }));
    events.append(control({ kind: 'tick', now: at + 1000 }, at));
  });
  events.append(control({ kind: 'tick', now: minutes.at(-1)!.at + 3 * MINUTE_MS }, minutes.at(-1)!.at));
  events.commit();
  events.close();
});

afterAll(() => {
  for (const { remove } of folders) remove();
});

/** A daemon that finds the log in its data_dir and nothing else. */
function daemonOn(folder: string, detectors: number): TestDaemon {
  cpSync(log!.path, join(folder, 'data'), { recursive: true });
  return new TestDaemon(folder, CONFIG(detectors));
}

function anomaliesOf(lines: readonly AlertChange[]): AlertChange[] {
  return lines.filter(({ anomaly }) => anomaly !== undefined);
}

test('the same log gives byte-identical anomalies, with 1 or 4 detectors, by the model that the log names', {
  timeout: 300_000,
}, async () => {
  const results: AlertChange[][] = [];
  for (const [i, detectors] of [1, 4].entries()) {
    const daemon = daemonOn(folders[i + 1]!.path, detectors);
    await daemon.listening();
    const stats = (await daemon.stats()) as unknown as { anomaly: { model: string; scored: number } };
    expect(stats.anomaly.model).toBe(model);
    expect(stats.anomaly.scored).toBeGreaterThan(1000);
    if (i === 0) {
      const shown = await runCommand(['anomaly', 'show', '--data-dir', join(daemon.folder, 'data')]);
      expect(shown.out).toContain(model);
      expect(shown.out).toContain('10.1.0.10');
    }
    expect(await daemon.stop()).toBe(0);
    // Now that it runs it also says what ended since, by its own clock.
    results.push(daemon.alertLines().filter((one) => Date.parse(one['@timestamp']) < START + 86_400_000));
  }
  expect(anomaliesOf(results[0]!).length).toBeGreaterThan(2);
  expect(JSON.stringify(results[1]) === JSON.stringify(results[0])).toBe(true);
  const scan = anomaliesOf(results[0]!).find(({ source }) => source?.ip === '10.1.0.10');
  expect(scan).toMatchObject({
    severity: 'medium',
    rule: { name: 'Unusual Minute of an Entity' },
    host: { name: expect.any(String) },
  });
  expect(scan!.anomaly!.score).toBeGreaterThan(scan!.anomaly!.threshold);
  expect(scan!.reason).toContain('usually at most');
  expect(scan!.evidence[0]!.original).toContain('10.1.0.10');
});

test('anomaly train learns from files, and the next start uses the model', { timeout: 150_000 }, async () => {
  const folder = folders[3]!.path;
  const file = join(folder, 'old.log');
  writeFileSync(
    file,
    fleet(60)
      .flatMap(({ lines }) => lines)
      .join('\n'),
  );
  const config = join(folder, 'config.yaml');
  writeFileSync(config, CONFIG(1));
  const trained = await runCommand(['anomaly', 'train', file, '-c', config]);
  expect(trained.out).toMatch(/^Model [0-9a-f]{64}: \d+ entity-minutes, .* the next start uses it\.\n$/);
  const id = /[0-9a-f]{64}/.exec(trained.out)![0];
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  expect((await runCommand(['anomaly', 'train', `${file}.gz`, '-c', config])).out).toBe(trained.out);
  expect(await runCommand(['anomaly', 'train', folder, '-c', config])).toMatchObject({
    code: 74,
    err: `${folder}: it is a folder\n`,
  });
  const shown = await runCommand(['anomaly', 'show', '-c', config]);
  expect(shown.out).toContain(id);
  const daemon = new TestDaemon(folder, CONFIG(1));
  await daemon.listening();
  await until(async () => {
    const { anomaly } = (await daemon.stats()) as unknown as { anomaly: { model: string } };
    return anomaly.model === id ? true : null;
  }, 'the model to be in use');
  expect(await daemon.stop()).toBe(0);
  const [stored] = readdirSync(join(folder, 'data', 'models')).filter((name) => name.includes(id));
  expect(readFileSync(join(folder, 'data', 'models', stored!)).length).toBeGreaterThan(1000);
});
