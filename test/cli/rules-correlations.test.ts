import type { Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveControl } from '../../src/daemon/control-socket.js';
import type { OpenCorrelation } from '../../src/model/open-group.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const group = (ip: string): OpenCorrelation['open'][number] => ({
  group: [['source.ip', ip]],
  ...{ events: 5, observed: 5, seen: [], missing: 'event_count ≥ 8, 5 so far, within 5m' },
  ...{ newest: '2026-11-20T10:00:00.000Z', until: '2026-11-20T10:05:00.000Z' },
  record: 'Failed\x1b[2J password',
});
const CORRELATIONS: OpenCorrelation[] = [
  {
    ...{ id: 'a', title: 'Brute', level: 'high', type: 'event_count', timespanMs: 300_000, groups: 7 },
    open: [group('192.0.2.1'), group('evil\x1b]0;x')],
  },
  {
    ...{ id: 'b', title: 'Quiet', level: 'low', type: 'temporal', timespanMs: 1000, groups: 0 },
    open: [],
  },
];

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

async function correlations(...args: string[]) {
  const cwd = temporaryFolder();
  server = await serveControl(cwd, (command) =>
    Promise.resolve(command === 'correlations' ? CORRELATIONS : null),
  );
  return await runCommand(['rules', 'correlations', '--data-dir', cwd, ...args], { cwd });
}

describe('rules correlations', () => {
  it('lists those that have something open', async () => {
    const { code, out } = await correlations();
    expect(code).toBe(0);
    expect(out).toMatch(/^ *7 +event_count +5m +high +Brute +event_count ≥ 8, 5 so far, within 5m$/m);
    expect(out).not.toContain('Quiet');
  });

  it('explains them group by group, and nothing of it is obeyed by the terminal', async () => {
    const { out } = await correlations('--explain', 'brute');
    expect(out).toMatch(/event_count within 5m · 7 groups held, 2 of them here/);
    expect(out).toMatch(/group +source\.ip 192\.0\.2\.1/);
    expect(out).toMatch(
      /5 events, the newest at 2026-11-20 10:00:00 UTC; counts until 2026-11-20 10:05:00 UTC/,
    );
    expect(out).toMatch(/needs +event_count ≥ 8, 5 so far, within 5m/);
    expect(out).not.toContain('\x1b]');
    expect(out).not.toContain('\x1b[2J');
  });

  it('gives all of it as JSON, so many groups as asked for', async () => {
    const { out } = await correlations('--json', '-n', '1', 'b', 'a');
    const [quiet, brute] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as OpenCorrelation);
    expect(quiet).toEqual(CORRELATIONS[1]);
    expect(brute).toEqual({ ...CORRELATIONS[0], open: [CORRELATIONS[0]!.open[0]] });
  });

  it('says what it does not know', async () => {
    expect(await correlations('Nobody')).toMatchObject({ code: 2, out: '' });
    server?.close();
    expect(await correlations('-n', '0')).toMatchObject({ code: 2 });
    const cwd = temporaryFolder();
    expect(await runCommand(['rules', 'correlations', '--data-dir', cwd], { cwd })).toMatchObject({
      code: 74,
    });
  });
});
