import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { sendTcp, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const UNIT = 'scripts/vedette.service';
/** SQLite gives its files away as root; the unit's user is none. */
const OF_ROOT = ['chown', 'fchown'];
/** An allowed call of which the unit takes away a part. */
const SOCKET = 'socket';

/** systemd's end of `Type=notify`: prints what it is told. */
const MANAGER = `$| = 1; my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
print "bound\n"; print "$m\n" while defined $s->recv($m, 4096);`;

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestDaemon | null = null;
let manager: ChildProcess | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  manager?.kill();
  // It would outlive strace.
  if (daemon?.child.exitCode === null) process.kill(pidOfDaemon(), 'SIGKILL');
  await daemon?.kill();
  daemon = null;
  folder.remove();
});

function pidOfDaemon(): number {
  return Number(readFileSync(join(folder.path, 'data', 'vedette.pid'), 'utf8'));
}

/** What `SystemCallFilter=` lets through: the lines add to each other, those with `~` take away. */
function allowedCalls(unit: string): ReadonlySet<string> {
  const allowed = new Set<string>();
  for (const [, tilde, names] of unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm))
    for (const call of names!.split(' ').flatMap(membersOf))
      if (tilde === '') allowed.add(call);
      else allowed.delete(call);
  return allowed;
}

function membersOf(name: string): readonly string[] {
  if (!name.startsWith('@')) return [name];
  const lines = execFileSync('systemd-analyze', ['syscall-filter', name], { encoding: 'utf8' }).split('\n');
  return lines
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(membersOf);
}

/** What `RestrictAddressFamilies=` leaves. */
function allowedFamilies(unit: string): readonly string[] {
  return /^RestrictAddressFamilies=(.*)$/m.exec(unit)![1]!.split(' ');
}

describeWithTools('the systemd unit', ['strace', 'systemd-analyze'], () => {
  test('lets the daemon make every system call that it makes, also when rules are reloaded', async () => {
    const rules = join(folder.path, 'rules');
    const calls = join(folder.path, 'calls.txt');
    mkdirSync(rules);
    const unit = readFileSync(UNIT, 'utf8');
    const allowed = allowedCalls(unit);
    expect(allowed).toContain('epoll_wait');
    const others = [...allowed, ...OF_ROOT]
      .filter((call) => call !== SOCKET)
      .map((call) => `?${call}`)
      .join(',');
    const traced = [
      'strace',
      '-f',
      '-qq',
      '--seccomp-bpf',
      '-e',
      'signal=none',
      '-o',
      calls,
      '-e',
      `trace=!${others}`,
    ];
    daemon = new TestDaemon(
      folder.path,
      `data_dir: ./data
sources: [{ type: syslog-tcp, listen: "127.0.0.1:0" }, { type: syslog-udp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }, { type: stix, dir: ./alerts }]
rules: { paths: [rules] }
api: { listen: "0.0.0.0:0", insecure_bind: true }
`,
      [],
      [...traced, process.execPath],
    );
    const running = daemon;
    const [port] = await running.ports();
    await running.loginUrl();
    await sendTcp(
      port!,
      '<38>Nov 20 18:14:15 web-01 sshd[7]: Accepted password for root from 203.0.113.9 port 5 ssh2\n',
    );
    writeFileSync(
      join(rules, 'own.yml'),
      'title: Own\nlogsource: { product: linux }\ndetection: { s: { a: b }, condition: s }\n',
    );
    await running.told('Rules reloaded.');
    // A signal to strace would leave the daemon alone.
    process.kill(pidOfDaemon(), 'SIGTERM');
    await running.exited;
    await running.told('Stopped.');
    const made = readFileSync(calls, 'utf8').split('\n');
    expect(made.filter((call) => call !== '' && !call.includes(`${SOCKET}(`))).toEqual([]);
    const families = new Set(made.map((call) => /socket\((AF_\w+)/.exec(call)?.[1]));
    families.delete(undefined);
    expect(families).toContain('AF_INET');
    expect(allowedFamilies(unit)).toEqual(expect.arrayContaining([...families]));
  });
});

describeWithTools('a service of Type=notify', ['systemd-notify', 'perl'], () => {
  test('is ready once the daemon watches', async () => {
    const socket = join(folder.path, 'notify');
    let told = '';
    manager = spawn('perl', ['-MIO::Socket::UNIX', '-MSocket', '-e', MANAGER, socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    manager.stdout!.on('data', (text: Buffer) => {
      told += text;
    });
    await until(() => (told === 'bound\n' ? true : null), 'the manager');
    daemon = new TestDaemon(
      folder.path,
      'data_dir: ./data\nsources: [{ type: syslog-udp, listen: "127.0.0.1:0" }]\nsinks: []\n',
      [],
      ['env', `NOTIFY_SOCKET=${socket}`, process.execPath],
    );
    await until(() => (told.includes('READY=1\n') ? true : null), 'the daemon to be ready');
    await daemon.told('Vedette is watching.');
    expect(daemon.messages).not.toContain('systemd-notify failed');
  });
});
