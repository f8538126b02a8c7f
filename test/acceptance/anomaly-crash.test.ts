import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeModel, modelId } from '../../src/anomaly/model-file.js';
import { seededRandom } from '../../src/anomaly/random.js';
import { train } from '../../src/anomaly/train.js';
import { MINUTE_MS } from '../../src/model/entity-minute.js';
import type { ControlRecord, RawChunk } from '../../src/model/raw-chunk.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { createWatch, type FleetMinute, fleet, summarized } from '../anomaly/helpers.js';
import { chunkOf } from '../helpers/chunks.js';
import { TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

/** A day of a fleet, as daemons would have written them to the log, with two models and people who attack. */
const MINUTES = 1440;
const MODELS_AT = [120, 700];
const PLACES = 2;
const TRIES = 3;
const folders = Array.from({ length: 3 }, () => temporaryFolder());
const [made, once, killed] = folders.map(({ path }) => path) as [string, string, string];
const chunks: RawChunk[] = [];
const random = seededRandom(11);

const CONFIG = tcpConfig('engine: { detectors: 2 }\nanomaly: { enabled: true, max_share: 0.01 }\n');

beforeAll(() => {
  const minutes = fleet(MINUTES, (place, at) => {
    if (place % 480 === 100)
      return Array.from({ length: 31 }, (_, i) => loginAt(at + i * 500, i < 30 ? 'Failed' : 'Accepted'));
    return place % 700 === 500 ? Array.from({ length: 55 }, (_, i) => scanAt(at + i * 1000, i)) : [];
  });
  const models = modelsOf(minutes);
  minutes.forEach(({ lines, at }, place) => {
    const model = models.get(place);
    if (model !== undefined) control({ kind: 'model', id: model }, at);
    for (let i = 0; i < lines.length; i += 100)
      chunks.push(
        chunkOf(chunks.length + 1, lines.slice(i, i + 100), { source: 'tcp', receivedAt: at, clock: at }),
      );
    control({ kind: 'tick', now: at + 1000 }, at);
  });
}, 300_000);

afterAll(() => {
  for (const { remove } of folders) remove();
});

function control(record: ControlRecord, at: number): void {
  const place = { source: 'vedette', transport: 'control', receivedAt: at, clock: at } as const;
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(record)));
  chunks.push({ ...chunkOf(chunks.length + 1, [], place), bytes });
}

function loginAt(at: number, outcome: string): string {
  return `<86>1 ${new Date(at).toISOString()} web-01 sshd 17 - - ${outcome} password for root from 10.1.0.9 port 40022 ssh2`;
}

function scanAt(at: number, i: number): string {
  return `<4>1 ${new Date(at).toISOString()} fw-02 kernel - - - [UFW BLOCK] IN=e OUT= SRC=10.1.0.10 DST=10.0.0.${i} PROTO=TCP SPT=4 DPT=${7000 + i}`;
}

/** Ids of models that learned from what was before, by the minute at which they are taken into use. */
function modelsOf(minutes: readonly FleetMinute[]): Map<number, string> {
  const { watch } = createWatch();
  const models = new Map<number, string>();
  mkdirSync(join(made, 'models'));
  minutes.slice(0, MODELS_AT.at(-1)).forEach(({ lines, at }, i) => {
    watch.apply(i, 'tcp', summarized(lines, at), at);
    if (!MODELS_AT.includes(i + 1)) return;
    const file = encodeModel(train(watch.learningSet(), null, { seed: i, maxShare: 0.01 }).model);
    writeFileSync(join(made, 'models', `${modelId(file)}.forest`), file);
    models.set(i + 1, modelId(file));
  });
  return models;
}

/** Puts the log up to a record into the data_dir, whatever was there. */
function putLog(folder: string, upTo: number): void {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  cpSync(join(made, 'models'), join(data, 'models'), { recursive: true });
  rmSync(join(data, 'events'), { recursive: true, force: true });
  const events = new EventLog({ dir: join(data, 'events'), maxAgeMs: 1e12, maxBytes: 1e12 });
  for (const chunk of chunks.slice(0, upTo)) events.append({ ...chunk, bytes: chunk.bytes.slice() });
  events.commit();
  events.close();
}

function appliedIn(folder: string): number {
  try {
    const state = new Database(join(folder, 'data', 'state.db'), { readonly: true });
    try {
      const row = state.prepare("SELECT value FROM meta WHERE name = 'applied_seq'").get();
      return (row as { value: number } | undefined)?.value ?? 0;
    } finally {
      state.close();
    }
  } catch {
    return 0;
  }
}

/** What a daemon that knows all of the log says of it: now that it runs it also says what ended since, by its own clock. */
async function linesOfAll(folder: string): Promise<string[]> {
  putLog(folder, chunks.length);
  const daemon = new TestDaemon(folder, CONFIG);
  await appliedUpTo(folder, chunks.length);
  await daemon.listening();
  expect(await daemon.stop()).toBe(0);
  const end = chunks.at(-1)!.receivedAt + MINUTE_MS;
  return [...daemon.alertLines(), ...daemon.incidentLines()]
    .filter((line) => Date.parse(line['@timestamp']) < end)
    .map((line) => JSON.stringify(line));
}

test('kill -9 at random records, with anomalies: every line the same, byte for byte', {
  timeout: 400_000,
}, async () => {
  const expected = await linesOfAll(once);
  const places = Array.from({ length: PLACES }, () => Math.floor(random() * chunks.length)).sort(
    (a, b) => a - b,
  );
  let died = 0;
  for (const place of places) if (await liveAndDie(place)) died++;
  expect(died).toBeGreaterThan(0);
  const found = await linesOfAll(killed);
  expect(expected.filter((line) => line.includes('Unusual Minute')).length).toBeGreaterThan(20);
  expect(expected.filter((line) => line.includes('"event.kind":"incident"')).length).toBeGreaterThan(2);
  expect(found.length).toBe(expected.length);
  expect(found.find((line, i) => line !== expected[i])).toBeUndefined();
});

/**
 * Lives that know the log up to a record: one is killed while it still runs it again, the other as soon as it has applied it, before
 * it writes anything of its own. One that came to do so is lived again from where it began; false = all of them did.
 */
async function liveAndDie(upTo: number): Promise<boolean> {
  const before = join(made, 'before');
  copyFresh(killed, before);
  for (let n = 0; n < TRIES; n++) {
    putLog(killed, upTo);
    const half = appliedIn(killed) + (upTo - appliedIn(killed)) * random();
    await killedAt(half);
    await killedAt(upTo);
    if (appliedIn(killed) === upTo) return true;
    copyFresh(before, killed);
  }
  return false;
}

async function killedAt(applied: number): Promise<void> {
  const daemon = new TestDaemon(killed, CONFIG);
  await appliedUpTo(killed, applied);
  await daemon.kill();
}

async function appliedUpTo(folder: string, applied: number): Promise<void> {
  await until(() => (appliedIn(folder) >= applied ? true : null), `record ${applied}`, 120_000);
}

function copyFresh(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
