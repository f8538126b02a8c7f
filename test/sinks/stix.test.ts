import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import type { Sink } from '../../src/sinks/sink.js';
import type { StixBundle } from '../../src/sinks/stix/bundle.js';
import { stix } from '../../src/sinks/stix.js';
import { incidentChange, outboxItem } from '../helpers/alerts.js';
import { sinkContext } from '../helpers/sink-context.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const ID = '00000000-0000-5000-8000-000000000001';

it('a bundle lies in the folder of the day the alert began, under the alert id', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1, { alert: { id: ID, first_seen: '2026-11-19T23:00:00.000Z' } })]);
  expect(readdirSync(dir)).toEqual(['2026-11-19']);
  expect(readdirSync(join(dir, '2026-11-19'))).toEqual([`${ID}.json`]);
  expect(bundleIn(dir, `2026-11-19/${ID}.json`).type).toBe('bundle');
});

it('the latest revision replaces the earlier ones, in one delivery or several', async () => {
  const { dir, sink } = await opened();
  const revision = (revision: number, count: number) =>
    outboxItem(revision, { alert: { id: ID, revision, count, status: 'updated' } });
  await sink.deliver([revision(1, 10), revision(2, 100)]);
  expect(countIn(dir)).toBe(100);
  await sink.deliver([revision(3, 1000)]);
  expect(countIn(dir)).toBe(1000);
  expect(readdirSync(join(dir, '2026-11-20'))).toEqual([`${ID}.json`]);
});

it.each([
  ['the sink that wrote it', false],
  ['one opened later', true],
])('an alert whose beginning moves back keeps its file and the created time: %s', async (_, later) => {
  const { dir, sink } = await opened();
  const seen = (revision: number, first_seen: string) =>
    outboxItem(1, { alert: { id: ID, revision, first_seen } });
  await sink.deliver([seen(1, '2026-11-20T00:00:01.000Z')]);
  const next = later ? sinkFor(dir) : sink;
  await next.deliver([seen(2, '2026-11-19T23:59:58.000Z')]);
  expect(readdirSync(dir)).toEqual(['2026-11-20']);
  const { objects } = bundleIn(dir, `2026-11-20/${ID}.json`);
  expect(objects.find(({ type }) => type === 'sighting')).toMatchObject({
    created: '2026-11-20T00:00:01.000Z',
    first_seen: '2026-11-19T23:59:58.000Z',
  });
});

it('an incident lies beside its alerts and holds all that their bundles do, as they are now', async () => {
  const { dir, sink } = await opened();
  const alert = outboxItem(1);
  const incident = (revision: number, risk: number) => ({
    position: 2,
    change: incidentChange({ incident: { revision, risk } }, alert.change as AlertChange),
  });
  await sink.deliver([incident(1, 30), alert]);
  const file = `incidents/2026-11-20/${incident(1, 30).change.incident.id}.json`;
  const ids = () => bundleIn(dir, file).objects.map(({ id }) => id);
  for (const { id } of bundleIn(dir, `2026-11-20/${ID}.json`).objects) expect(ids()).toContain(id);
  const before = ids();
  await sink.deliver([incident(2, 90)]);
  expect(ids()).toEqual(before);
  expect(bundleIn(dir, file).objects[0]).toMatchObject({ type: 'grouping', confidence: 90 });
  expect(readdirSync(dir).sort()).toEqual(['2026-11-20', 'incidents']);
});

it('a bundle that somebody damaged is written anew', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1)]);
  for (const damage of [
    '',
    '{"objects":7}',
    'null',
    '{"type":"bundle","id":"x","objects":[null]}',
    '{"objects":[{"type":"indicator","created":"soon"}]}',
  ]) {
    writeFileSync(join(dir, '2026-11-20', `${ID}.json`), damage);
    await sink.deliver([outboxItem(1, { alert: { revision: 2 } })]);
    expect(countIn(dir)).toBe(12);
  }
});

it('a bundle whose folder somebody removed is written anew', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1)]);
  rmSync(join(dir, '2026-11-20'), { recursive: true });
  await sink.deliver([outboxItem(1, { alert: { revision: 2 } })]);
  expect(countIn(dir)).toBe(12);
});

it('readers of a bundle never see a part: the file is replaced, not rewritten', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1)]);
  const path = join(dir, '2026-11-20', `${ID}.json`);
  const before = statSync(path).ino;
  await sink.deliver([outboxItem(1, { alert: { revision: 2 } })]);
  expect(statSync(path).ino).not.toBe(before);
});

it('what a crash left half written is overwritten by the next delivery and never taken for a bundle', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1)]);
  writeFileSync(join(dir, '2026-11-20', `.${ID}.json.tmp`), '{"type":"bun');
  await sink.deliver([outboxItem(1, { alert: { revision: 2 } })]);
  expect(readdirSync(join(dir, '2026-11-20'))).toEqual([`${ID}.json`]);
});

it('no alert id or time leads out of the folder', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(1, { alert: { id: '../../../etc/cron.d/x', first_seen: '../..' } })]);
  expect(readdirSync(dir)).toEqual(['undated']);
  expect(readdirSync(join(dir, 'undated'))).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.json$/)]);
});

it('nothing is left behind when a bundle cannot be written', async () => {
  const { dir, sink } = await opened();
  await sink.deliver([outboxItem(2)]);
  const folder = join(dir, '2026-11-20');
  mkdirSync(join(folder, `${ID}.json`));
  await expect(sink.deliver([outboxItem(1)])).rejects.toMatchObject({
    name: 'DeliveryError',
    retryable: true,
  });
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

async function opened(): Promise<{ dir: string; sink: Sink }> {
  const dir = join(temporaryFolder(), 'alerts');
  const sink = sinkFor(dir);
  await sink.open(null);
  return { dir, sink };
}

function sinkFor(dir: string): Sink {
  return stix.create(stix.options.parse({ type: 'stix', dir }), sinkContext());
}

function bundleIn(dir: string, path: string): StixBundle {
  return JSON.parse(readFileSync(join(dir, path), 'utf8')) as StixBundle;
}

function countIn(dir: string): unknown {
  return bundleIn(dir, `2026-11-20/${ID}.json`).objects.find(({ type }) => type === 'sighting')?.count;
}
