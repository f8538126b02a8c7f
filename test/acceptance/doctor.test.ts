import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Examined } from '../../src/doctor/examine.js';
import { MAIN, sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folderWith(config: string): string {
  const folder = temporaryFolder();
  ends.push(folder.remove);
  writeFileSync(join(folder.path, 'config.yaml'), config);
  return folder.path;
}

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function doctor(folder: string, ...args: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'doctor', '-c', join(folder, 'config.yaml'), ...args],
    { encoding: 'utf8', env: { ...process.env, VEDETTE_API__ENABLED: 'true' } },
  );
  return { code: status, out: stdout, err: stderr };
}

/** By name of the check. */
function examined({ out }: Answer): Record<string, Examined> {
  const lines = out.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => JSON.parse(line) as Examined).map((one) => [one.check, one]));
}

/** `problem: what → fix` */
function saidOf({ findings }: Examined | { findings: readonly never[] } = { findings: [] }): string[] {
  return findings.map(({ kind, what, fix }) => `${kind}: ${what} → ${fix}`);
}

async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const SMALL_LOG = 'storage: { events: { max_bytes: 1MiB } }\n';

describe('vedette doctor', () => {
  it('finds a daemon well that gets what it can read', { timeout: 150_000 }, async () => {
    const folder = folderWith('');
    const limit = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
    const daemon = new TestDaemon(
      folder,
      `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
  - { type: syslog-udp, name: udp, listen: "127.0.0.1:0", receive_buffer: ${Math.min(limit, 65536)} }
sinks: [{ type: ndjson, dir: ./alerts }]
api: { listen: "127.0.0.1:0" }
${SMALL_LOG}`,
    );
    ends.push(() => daemon.stop());
    const [tcp] = await daemon.ports();
    const lines = Array.from({ length: 40 }, (_, i) =>
      sshdLine(`Accepted password for sam from 203.0.113.${i} port 1 ssh2`),
    );
    await sendTcp(tcp!, `${lines.join('\n')}\n`);
    await daemon.processed(40);
    const { sources } = await daemon.stats();
    expect(sources.udp!.last_seen).toBeNull();

    const parts = examined(doctor(folder, '--json'));
    expect(Object.keys(parts)).toEqual([
      ...[
        'daemon',
        'state',
        'listening',
        'api',
        'arriving',
        'losses',
        'udp_buffer',
        'open_files',
        'journal',
        'permissions',
        'certificates',
      ],
      ...['parsing', 'clocks', 'rules', 'sinks', 'disk'],
    ]);
    expect(parts.daemon!.well[0]).toMatch(/^runs as pid \d+ for /);
    expect(parts.listening!.well).toHaveLength(2);
    expect(parts.api!.well).toEqual([
      expect.stringMatching(/^the page is on http:\/\/127\.0\.0\.1:\d+; vedette token login/),
    ]);
    expect(parts.arriving!.well).toEqual([
      expect.stringMatching(/^tcp: 40 records, 0\.0 a second now, the last /),
    ]);
    expect(saidOf(parts.arriving)).toEqual([
      expect.stringMatching(
        /^hint: Nothing has come by udp \(127\.0\.0\.1:\d+\/udp\).* Try: logger --udp --server 127\.0\.0\.1 --port \d+/,
      ),
    ]);
    expect(parts.losses!.well).toEqual(['nothing was dropped or cut since the start']);
    expect(saidOf(parts.udp_buffer)).toEqual([]);
    expect(parts.parsing!.well).toEqual(['100 % of 40 records of tcp are recognised']);
    expect(parts.clocks!.well).toEqual(['right to 2m: 1 sender']);
    expect(saidOf(parts.disk)).toEqual([]);
    // Packaged rules for what does not come are no fault.
    expect(parts.rules!.findings.length).toBeGreaterThan(0);
    expect(parts.rules!.findings.every(({ kind }) => kind === 'hint')).toBe(true);
    expect(saidOf(parts.rules).join('\n')).toMatch(
      /rules? for windows .* cannot fire: no such events are in the 40 records/,
    );
    expect(saidOf(parts.rules).join('\n')).not.toMatch(/ for linux \/ sshd/);

    // The one thing amiss, mended.
    const [, udp] = await daemon.ports();
    spawnSync(process.execPath, [
      '-e',
      `require('dgram').createSocket('udp4').send(${JSON.stringify(lines[0])}, ${udp}, '127.0.0.1', function () { this.close() })`,
    ]);
    await daemon.processed(41);
    const text = await until(() => {
      const answer = doctor(folder);
      return answer.code === 0 ? answer.out : null;
    }, 'all to be well');
    expect(text).toContain('All is well.');
    expect(text).toMatch(/^Daemon\n {2}✓ runs as pid/);
  });

  it('says who has the port, what cannot be read, and that nothing runs', { timeout: 150_000 }, async () => {
    const port = await takenPort();
    const folder = folderWith(`data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:${port}" }
  - { type: syslog-udp, name: udp, listen: "127.0.0.1:0", receive_buffer: 2GiB }
  - { type: file, name: files, paths: ["./nowhere/*.log"] }
  - { type: journald, name: journal, command: ./no-journalctl }
sinks: [{ type: ndjson, dir: ./alerts }]
storage: { events: { max_bytes: 900TiB } }
api: { listen: "127.0.0.1:${port}" }
`);
    const answer = doctor(folder, '--json');
    expect(answer.code).toBe(1);
    const parts = examined(answer);
    expect(saidOf(parts.daemon)[0]).toMatch(
      /^problem: No daemon answers on .*, and none has run there yet\. → Start it/,
    );
    expect(saidOf(parts.listening)[0]).toBe(
      `problem: 127.0.0.1:${port}/tcp, which tcp wants, is taken by ${readFileSync('/proc/self/comm', 'utf8').trim()} (pid ${process.pid}). → Stop the other program, or change listen.`,
    );
    expect(saidOf(parts.api)[0]).toMatch(
      /^problem: 127\.0\.0\.1:\d+\/tcp, which the API wants, is taken by /,
    );
    expect(saidOf(parts.udp_buffer)[0]).toMatch(
      /^problem: udp asks for a receive buffer of 2 GiB, but the kernel gives at most .* → sysctl -w net\.core\.rmem_max=2147483648, then start the daemon again\. To keep it: net\.core\.rmem_max=2147483648 in \/etc\/sysctl\.d\//,
    );
    expect(saidOf(parts.permissions)).toEqual([
      expect.stringMatching(/^hint: No file is where files looks: .*nowhere/),
    ]);
    expect(saidOf(parts.journal)).toEqual([
      expect.stringMatching(/^problem: journal cannot run .*no-journalctl \(ENOENT\)/),
    ]);
    expect(saidOf(parts.disk)).toEqual([
      expect.stringMatching(/^problem: The event log may take .* → Lower storage\.events\.max_bytes to /),
    ]);
    const text = doctor(folder);
    expect(text.code).toBe(1);
    expect(text.out).toMatch(/ {2}✗ No daemon answers.*\n {4}→ Start it/);
    expect(text.out).toMatch(/\d problems; each says what to do\.\n$/);
  });

  it('reads the log of a daemon that has ended: clocks, records of no known kind, rules that wait in vain', {
    timeout: 60_000,
  }, async () => {
    const folder = folderWith('');
    mkdirSync(join(folder, 'rules'));
    writeFileSync(
      join(folder, 'rules', 'own.yml'),
      [
        'title: Of Windows\nlogsource: { product: windows, service: security }\ndetection:\n  a: { EventID: 1 }\n  condition: a\n',
        'title: Of a Field\nlogsource: { product: linux, service: sshd }\ndetection:\n  a: { unheard.of: 1 }\n  condition: a\n',
        'title: Of Logins\nlogsource: { product: linux, service: sshd }\ndetection:\n  a: { user.name: sam }\n  condition: a\n',
        'title: Broken\nlogsource: { product: linux }\ndetection: {}\n',
      ].join('---\n'),
    );
    const daemon = new TestDaemon(
      folder,
      `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
rules: { builtin: false, paths: [./rules] }
api: { listen: "127.0.0.1:0" }
sinks: [{ type: ndjson, dir: ./alerts }]
${SMALL_LOG}`,
    );
    const [port] = await daemon.ports();
    const lines = Array.from({ length: 20 }, (_, i) => [
      sshdLine(`Accepted password for sam from 203.0.113.${i} port 1 ssh2`, {
        host: 'zoned',
        at: Date.now() - 7200_000,
      }),
      sshdLine(`Accepted password for sam from 203.0.113.${i} port 1 ssh2`, {
        host: 'slow',
        at: Date.now() - 200_000,
      }),
      `what is this \u001b[31m${i}`,
    ]).flat();
    await sendTcp(port!, `${lines.join('\n')}\n`);
    await daemon.processed(lines.length);
    expect(await daemon.stop()).toBe(0);
    const answer = doctor(folder, '--json');
    const parts = examined(answer);
    expect(saidOf(parts.daemon)).toEqual([
      expect.stringMatching(/^problem: No daemon answers on [^,]*\. →/),
      expect.stringMatching(/^hint: What follows is of the log that it left\./),
    ]);
    expect(saidOf(parts.clocks)).toEqual([
      expect.stringMatching(
        /^problem: Stamps of zoned \(by tcp\) are 2h(?:\ds)? behind of their receipt\. → Whole quarters .* timezone: of tcp/,
      ),
      expect.stringMatching(/^problem: Stamps of slow \(by tcp\) are 3m\d+s behind .* NTP/),
    ]);
    expect(saidOf(parts.parsing)).toEqual([
      expect.stringMatching(/^hint: Only 66\.7 % of 60 records of tcp are recognised/),
      expect.stringMatching(/^hint: 33\.3 % of the records of tcp: parse\.unparsed\./),
    ]);
    expect(parts.parsing!.findings[0]!.details).toEqual([expect.stringMatching(/^what is this/)]);
    expect(saidOf(parts.rules)).toEqual([
      expect.stringMatching(/^problem: 1 rule is refused\./),
      expect.stringMatching(
        /^problem: 1 rule for windows \/ security cannot fire: no such events are in the 60 records/,
      ),
      expect.stringMatching(
        /^problem: 1 rule for linux \/ sshd cannot fire: no event has one of their fields/,
      ),
    ]);
    expect(parts.rules!.findings[2]!.details).toEqual(['Of a Field']);
    const text = doctor(folder).out;
    expect(text).toContain('| what is this \\x1b[31m');
    expect(text).not.toContain('\u001b');
  });
});
