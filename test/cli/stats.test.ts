import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serveControl } from '../../src/daemon/control-socket.js';
import { asNobody } from '../helpers/as-nobody.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const STATS = {
  version: '0.1.0',
  pid: 4711,
  at: '2026-11-20T10:00:00.000Z',
  uptime_seconds: 3725,
  sources: {
    udp: {
      reads: '0.0.0.0:5140/udp',
      up: true,
      records: 1234567,
      last_seen: '2026-11-20T09:59:59.000Z',
      counts: { 'source.kernel_drops': 12 },
    },
    'evil\x1b[2J': {
      ...{ reads: 'x', up: false, records: 0, last_seen: null, counts: {} },
      last_error: 'gone\x07',
    },
  },
  queue: { bytes: 0, maxBytes: 64 * 1024 ** 2, peakBytes: 1024 ** 2 },
  detection: {
    records: 1234567,
    signals: 9,
    formats: { rfc3164: 1234560, plain: 7 },
    counts: { 'parse.bad_json': 3, 'source.kernel_drops': 1 },
  },
  rules: { loaded: 40, refused: 1, former: ['/r/a\x07.yml', '/r/b.yml', '/r/c.yml', '/r/d.yml'] },
  alerts: { opened: 3, open: 2, suppressed: 1, by_severity: { high: 2, low: 1 } },
  incidents: { opened: 1, open: 1 },
  log: { segments: 2, bytes: 3 * 1024 ** 3 },
  sinks: {
    ndjson: { state: 'ok', delivered: 3, deadLettered: 0 },
    stix: { state: 'retrying', delivered: 1, deadLettered: 2, last_error: 'cannot write\x07' },
  },
  process: { rss_bytes: 200 * 1024 ** 2 },
};

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

async function daemonIn(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  server = await serveControl(dataDir, async () => STATS);
}

describe('stats', () => {
  it('asks the running daemon', async () => {
    const cwd = temporaryFolder();
    await daemonIn(join(cwd, 'data'));
    const { code, out } = await runCommand(['stats'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('Vedette 0.1.0, pid 4711, up 1h2m, 200 MiB of memory\n');
    expect(out).toContain('Events    1,234,567 (1,234,560 rfc3164, 7 plain)\n');
    expect(out).toContain(
      'Rules     40 loaded, 1 refused; the version before the fault is in use of /r/a\\x07.yml, /r/b.yml, /r/c.yml, …\n',
    );
    expect(out).toContain('Alerts    3 opened (2 high, 1 low), 2 open, 1 hit below min_severity\n');
    expect(out).toContain('● udp  0.0.0.0:5140/udp  1,234,567 records, last 2026-11-20T09:59:59.000Z\n');
    expect(out).toContain('○ evil\\x1b[2J  x  0 records, last never: gone\\x07\n');
    expect(out).toContain('stix  retrying, 1 delivered, 2 set aside: cannot write\\x07\n');
  });

  it('does not call a daemon stopped that is too busy to answer', async () => {
    const cwd = temporaryFolder();
    const dataDir = join(cwd, 'data');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'stats.json'), JSON.stringify(STATS));
    server = await serveControl(dataDir, () => new Promise(() => {}));
    const [shown, counters] = await Promise.all([
      runCommand(['stats'], { cwd }),
      runCommand(['rules', 'counters'], { cwd }),
    ]);
    expect(shown.out).toContain('Running, but too busy to answer. Figures of 2026-11-20T10:00:00.000Z:\n');
    expect([counters.code, counters.err]).toEqual([
      74,
      `The daemon behind ${join(dataDir, 'control.sock')} runs, but has not answered for 10 s: it is busy. Try again.\n`,
    ]);
  });

  it('adds up what was lost, with the sentence of each code', async () => {
    const cwd = temporaryFolder();
    await daemonIn(join(cwd, 'data'));
    const { out } = await runCommand(['stats'], { cwd });
    expect(out).toMatch(
      /Lost, cut or unusual\n +3 {2}parse\.bad_json {2}Text that looks like JSON and is not\.\n +13 {2}source\.kernel_drops {2}Datagrams /,
    );
  });

  it('shows nothing that a terminal would obey', async () => {
    const cwd = temporaryFolder();
    await daemonIn(join(cwd, 'data'));
    const { out } = await runCommand(['stats'], { cwd });
    expect([...out].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
    expect(out).toContain('evil\\x1b[2J');
  });

  it('prints all figures as JSON and says whether they are live', async () => {
    const cwd = temporaryFolder();
    await daemonIn(join(cwd, 'data'));
    expect(JSON.parse((await runCommand(['stats', '--json'], { cwd })).out)).toEqual({
      live: true,
      ...STATS,
    });
    expect(await runCommand(['stats', '--live', '--data-dir', 'data'], { cwd })).toMatchObject({
      code: 0,
      err: '',
    });
  });

  it('does not take a daemon that this user may not ask for one that does not run', async () => {
    const cwd = temporaryFolder();
    const dataDir = join(cwd, 'data');
    await daemonIn(dataDir);
    writeFileSync(join(dataDir, 'stats.json'), JSON.stringify(STATS));
    chmodSync(cwd, 0o755);
    chmodSync(dataDir, 0o755);
    chmodSync(join(dataDir, 'control.sock'), 0);
    const { code, out, err } = await asNobody(() => runCommand(['stats'], { cwd }));
    expect([code, out]).toEqual([74, '']);
    expect(err).toBe(
      `Only root and the user that the daemon runs as may ask it (${dataDir}/control.sock): try again as one of them.\n`,
    );
  });

  it('falls back on what the last daemon wrote, unless --live asks for more', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'data'));
    writeFileSync(join(cwd, 'data', 'stats.json'), JSON.stringify(STATS));
    const last = await runCommand(['stats'], { cwd });
    expect(last.code).toBe(0);
    expect(last.out).toContain('Not running. Last figures of 2026-11-20T10:00:00.000Z:\n');
    expect(JSON.parse((await runCommand(['stats', '--json'], { cwd })).out)).toMatchObject({
      live: false,
      pid: 4711,
    });
    expect(await runCommand(['stats', '--live'], { cwd })).toEqual({
      code: 74,
      out: '',
      err: `No daemon answers on ${join(cwd, 'data')}.\n`,
    });
  });

  it('exits 74 when nothing ever ran there', async () => {
    const cwd = temporaryFolder();
    const { code, err } = await runCommand(['stats'], { cwd });
    expect([code, err]).toEqual([
      74,
      `No daemon runs on ${join(cwd, 'data')}, and none has left figures there.\n`,
    ]);
  });
});
