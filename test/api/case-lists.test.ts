import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { CaseReader } from '../../src/storage/case-reader.js';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { temporaryFolder } from '../helpers/run-daemon.js';

const { CaseLists } = (await import(
  join(process.cwd(), 'dist', 'api', 'case-lists.js')
)) as typeof import('../../src/api/case-lists.js');

const folder = temporaryFolder();
const [statePath, deskPath] = [join(folder.path, 'state.db'), join(folder.path, 'desk.db')];
const at = (i: number): string => new Date(1.8e12 + i * 1000).toISOString();
const lists = new CaseLists({ statePath, deskPath });
let reader: CaseReader;

beforeAll(() => {
  const state = new StateStore(statePath);
  const changes = Array.from({ length: 300 }, (_, i) => ({
    '@timestamp': at(i),
    'event.kind': 'alert',
    alert: { id: `a-${i}`, revision: 1, status: 'opened', count: 1, first_seen: at(i), last_seen: at(i) },
    severity: 'low',
    rule: { id: `r-${i % 3}`, name: 'A Rule' },
    entity: `10.0.0.${i % 5}`,
    reason: i === 7 ? 'a zebra in "C:\\Zoo"' : 'x',
    evidence: i === 8 ? [{ original: '{"path":"C:\\\\Zoo\\\\gnu"}' }] : [],
  })) as unknown as AlertChange[];
  state.commit({ appliedSeq: 1, changes, cursors: [] });
  state.close();
  createDesk(deskPath).close();
  reader = new CaseReader(statePath, deskPath);
});
afterAll(() => {
  lists.close();
  reader.close();
  folder.remove();
});

it('lists of a thread are those of the reader', async () => {
  const page = { limit: 20, offset: 3, entity: '10.0.0.2', silenced: false };
  expect(await lists.ask('alerts', page)).toEqual(reader.alerts(page));
  expect((await lists.ask('alerts', { limit: 5, offset: 0, text: 'ZEBRA' }))!.items).toHaveLength(1);
  const holding = (text: string): string[] =>
    reader.alerts({ limit: 5, offset: 0, text }).items.map(({ alert }) => alert.id);
  expect(['zebra in "', '"c:\\zoo"', 'C:\\Zoo\\gnu', 'C:\\Zoo', 'c:\\\\\\zoo'].map(holding)).toEqual([
    ['a-7'],
    ['a-7'],
    ['a-8'],
    ['a-8', 'a-7'],
    [],
  ]);
  expect(await lists.ask('incidents', { limit: 5, offset: 0 }, 'risk')).toEqual({ total: 0, items: [] });
  expect(await lists.ask('byRule', at(0))).toEqual(reader.byRule(at(0)));
  expect(await lists.ask('histogram', 60_000, at(0), at(400))).toEqual(
    reader.histogram(60_000, at(0), at(400)),
  );
});

it('what fails there fails here, and the next question is answered', async () => {
  await expect(lists.ask('alerts', { limit: Number.NaN, offset: {} as number })).rejects.toThrow();
  expect((await lists.ask('newestAlerts', { limit: 1, offset: 0 }))![0]!.alert.id).toBe('a-299');
});

it('too many questions at once are not taken', async () => {
  const asked = Array.from({ length: 60 }, () => lists.ask('newestAlerts', { limit: 1, offset: 0 }));
  expect(asked.filter((answer) => answer === null)).toHaveLength(10);
  await Promise.all(asked);
});

it('tell what a silence would have hidden, with the newest of it', async () => {
  const preview = await lists.ask('previewSilence', { entity: '10.0.0.2' }, at(100));
  expect(preview).toMatchObject({ alerts: 40, incidents: 0, partial: false });
  expect(preview!.items).toHaveLength(20);
  expect(preview!.items[0]!.alert.id).toBe('a-297');
  expect((await lists.ask('previewSilence', { rule: 'r-1' }, at(0)))!.alerts).toBe(100);
});
