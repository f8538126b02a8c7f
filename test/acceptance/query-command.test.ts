import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { SearchOutcome, search } from '../../src/search/search.js';
import { MAIN, sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder } from '../helpers/run-daemon.js';

const folders: { remove: () => void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function vedette(folder: string, ...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, ...args, '-c', join(folder, 'config.yaml')],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  return { code: status, out: stdout, err: stderr };
}

/** Searched by the program as it is shipped, with its figures. */
async function searchAs(folder: string, text: string): Promise<SearchOutcome> {
  const module = (await import(join(process.cwd(), 'dist', 'search', 'search.js'))) as {
    search: typeof search;
  };
  const { config } = loadConfig({ file: join(folder, 'config.yaml'), cwd: folder, env: {} });
  return await module.search({
    search: {
      text,
      now: Date.now(),
      from: null,
      until: null,
      id: null,
      want: { kind: 'values', field: 'user.name' },
    },
    config,
    dir: join(folder, 'data', 'events'),
    threads: 2,
    deadlineMs: null,
    onItems: () => {},
  });
}

const LINES = 4000;

async function daemonWithLog(): Promise<TestDaemon> {
  const folder = temporaryFolder();
  folders.push(folder);
  const daemon = new TestDaemon(
    folder.path,
    `${tcpConfig()}extractors:\n  - { name: order, pattern: 'order (?P<order>\\d+)' }\n`,
  );
  const [port] = await daemon.ports();
  const lines = Array.from({ length: LINES }, (_, i) =>
    sshdLine(`Failed password for user${i % 7} from 198.51.100.${i % 200} port ${1024 + i} ssh2`, {
      host: `web-0${i % 3}`,
    }),
  );
  lines[10] = sshdLine('Failed password for =cmd|calc from 203.0.113.7 port 4711 ssh2');
  lines[20] = sshdLine('order 4711 is \u001b[31mred\u202e');
  await sendTcp(port!, `${lines.join('\n')}\n`);
  await daemon.processed(LINES);
  return daemon;
}

describe('vedette query', () => {
  it('answers the same beside the running daemon and after it has stopped', {
    timeout: 300_000,
  }, async () => {
    const daemon = await daemonWithLog();
    const { folder } = daemon;
    const questions: string[][] = [
      ['--format', 'ndjson', '--limit', '0', 'source.ip:203.0.113.0/24 and process.name:sshd and "Failed"'],
      [
        '--format',
        'csv',
        '--fields',
        'event.id,user.name,source.port,message',
        'source.ip:203.0.113.7 or order:4711',
      ],
      ['--format', 'json', '-n', '3', 'user.name:user3 and host.name:WEB-01'],
      ['--by', 'user.name', '--top', '3', '--format', 'csv', 'failed'],
      ['--by', 'host.name', '--format', 'json', '--last', '1h'],
      ['user.name:nobody'],
      ['user.nam:nobody'],
      ['-n', '2', 'order'],
      ['source.ip:'],
      ['--from', 'yesterday'],
      ['--from', '2026-11-21', '--to', '2026-11-20'],
      ['--id', 'abc'],
      ['--format', 'csv', 'order'],
      ['--histogram', '1h', '--format', 'ndjson'],
    ];
    const ask = (): Run[] => questions.map((question) => vedette(folder, 'query', ...question));
    // What is applied is in the log a commit later.
    await daemon.stats();
    const running = ask();
    expect(await daemon.stop()).toBe(0);
    const stopped = ask();
    for (const [i, run] of running.entries()) expect(stopped[i], questions[i]!.join(' ')).toEqual(run);

    const [rare, csv, json, top, hosts, nothing, misspelt, table, broken, when, ...rest] = stopped as Run[];
    const [reversed, noId, head, histogram] = rest;
    expect(rare!.code).toBe(0);
    expect(rare!.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(rare!.out)).toMatchObject({ source: { ip: '203.0.113.7', port: 4711 } });
    expect(csv!.out.split('\n')).toEqual([
      'event.id,user.name,source.port,message',
      expect.stringMatching(/^\d+-\d+,,,order 4711 is \\x1b\[31mred\\u202e$/),
      expect.stringMatching(/^\d+-\d+,'=cmd\|calc,4711,Failed password for =cmd\|calc from 203/),
      '',
    ]);
    const events = JSON.parse(json!.out) as { event: { id: string }; user: { name: string } }[];
    expect(events.map(({ user }) => user.name)).toEqual(['user3', 'user3', 'user3']);
    expect(top!.out).toMatch(/^user\.name,count\nuser[0-6],57[12]\nuser/);
    expect(top!.out.trim().split('\n')).toHaveLength(4);
    expect((JSON.parse(hosts!.out) as { count: number }[]).reduce((sum, { count }) => sum + count, 0)).toBe(
      LINES,
    );
    expect(nothing).toMatchObject({ code: 1, out: '', err: 'Nothing was found.\n' });
    expect(misspelt!.err).toContain('Did you mean user.name?');
    expect(table!.out).toMatch(/^@timestamp +event\.id .*\n.* order 4711 is \\x1b\[31mred\\u202e\n$/);
    expect(broken).toMatchObject({ code: 2, out: '' });
    expect(broken!.err).toContain('Expected a value after "source.ip:" (at character 11)');
    expect(when!.code).toBe(2);
    expect(reversed).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('--from is later than --to'),
    });
    expect(noId).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('expected an event.id such as'),
    });
    expect(head!.out.split('\n')[0]).toBe(
      '@timestamp,event.id,host.name,process.name,user.name,source.ip,message',
    );
    expect((JSON.parse(histogram!.out.split('\n')[0]!) as { count: number }).count).toBeGreaterThan(0);

    const byId = vedette(folder, 'query', '--id', events[0]!.event.id, '--format', 'ndjson');
    expect(JSON.parse(byId.out)).toEqual(events[0]);
  });

  it('skips what filters rule out, and verify finds what is damaged', { timeout: 240_000 }, async () => {
    const daemon = await daemonWithLog();
    const { folder } = daemon;
    await daemon.stop();
    const sound = vedette(folder, 'log', 'verify', '--json');
    expect(sound.code, sound.err).toBe(0);
    const [segment] = sound.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(segment!.filtered).toBe(segment!.blocks);
    expect(segment!.blocks).toBeGreaterThan(0);

    const outcome = await searchAs(folder, 'source.ip:192.0.2.99');
    expect(outcome).toMatchObject({ matches: 0, records: 0, unfiltered: 0 });
    expect(outcome.skipped).toBeGreaterThanOrEqual(LINES);
    const text = readFileSync(join(folder, 'config.yaml'), 'utf8');
    writeFileSync(
      join(folder, 'config.yaml'),
      text.replace('name: tcp,', 'name: tcp, timezone: Europe/Vienna,'),
    );
    // Read otherwise now, so that what was found out before says nothing.
    expect(await searchAs(folder, 'source.ip:192.0.2.99')).toMatchObject({ matches: 0, skipped: 0 });

    const events = join(folder, 'data', 'events');
    const path = join(events, readdirSync(events).find((name) => name.endsWith('.db'))!);
    const db = new Database(path);
    db.prepare(
      'UPDATE blocks SET body = zeroblob(100) WHERE first_seq = (SELECT MIN(first_seq) FROM blocks)',
    ).run();
    db.close();
    const damaged = vedette(folder, 'log', 'verify');
    expect(damaged.code, damaged.out).toBe(1);
    expect(damaged.out).toContain('is damaged');
    const query = vedette(folder, 'query', '--by', 'host.name', '--format', 'csv');
    expect(query.code, query.err).toBe(0);
    expect(query.err).toContain('is damaged');
  });

  it('says so when there is no log', () => {
    const folder = temporaryFolder();
    folders.push(folder);
    writeFileSync(join(folder.path, 'config.yaml'), 'data_dir: ./data\n');
    expect(vedette(folder.path, 'query', 'x')).toMatchObject({ code: 74 });
    expect(vedette(folder.path, 'log', 'verify')).toMatchObject({ code: 74 });
  });
});
