import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool, toolEnvironment, toolFolder } from './test-tools.js';
import { until } from './until.js';

/**
 * The real syslog senders of Debian, run as child processes without being installed (scripts/install-test-tools.sh).
 * Each works in a folder of its own and is ended by `stop`.
 */

export interface ForwardTarget {
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** PEM files for TLS: the authority of the receiver, and the client's own pair when it must show one. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** What the records say that they come from; default: a program `vedette-test` on this machine. */
  readonly program?: string;
  readonly host?: string;
}

const PROGRAM = 'vedette-test';

export interface RunningSender {
  /** Hands log lines (without PRI) to the sender, as a program on its machine would. */
  log(lines: readonly string[]): Promise<void>;
  /** What the sender wrote about itself. */
  output(): string;
  stop(): Promise<void>;
}

export interface RsyslogTarget extends ForwardTarget {
  /** Absent: the default RSYSLOG_ForwardFormat-like one; else e.g. RSYSLOG_SyslogProtocol23Format. */
  readonly template?: string;
  readonly framing?: 'traditional' | 'octet-counted';
}

/** rsyslogd that tails a file (imfile) and forwards (omfwd). */
export function startRsyslog(target: RsyslogTarget): Promise<RunningSender> {
  return startRsyslogWith((folder) => rsyslogConfig(folder, target));
}

/** The same with a whole configuration of one's own; `folder` holds `input.log`, which `log` appends to. */
export async function startRsyslogWith(config: (folder: string) => string): Promise<RunningSender> {
  const folder = senderFolder();
  const file = join(folder, 'rsyslog.conf');
  writeFileSync(file, config(folder));
  const modules = toolFolder(
    'usr/lib/x86_64-linux-gnu/rsyslog',
    'usr/lib/aarch64-linux-gnu/rsyslog',
    'usr/lib/rsyslog',
  );
  const args = ['-n', '-f', file, '-i', join(folder, 'rsyslog.pid'), '-M', modules];
  const sender = run('rsyslogd', args, folder);
  await until(
    () => existsSync(join(folder, 'rsyslog.pid')),
    () => `rsyslogd to start: ${sender.output()}`,
  );
  return sender;
}

export interface SyslogNgTarget extends ForwardTarget {
  /** `network`: RFC 3164 lines. `syslog`: RFC 5424, octet-counted over streams. */
  readonly driver: 'network' | 'syslog';
}

/** syslog-ng that tails a file and forwards. */
export function startSyslogNg(target: SyslogNgTarget): Promise<RunningSender> {
  return startSyslogNgWith((folder) => syslogNgConfig(folder, target));
}

/** The same with a whole configuration of one's own; `folder` holds `input.log`, which `log` appends to. */
export async function startSyslogNgWith(config: (folder: string) => string): Promise<RunningSender> {
  const folder = senderFolder();
  const file = join(folder, 'syslog-ng.conf');
  writeFileSync(file, config(folder));
  const modules = toolFolder('usr/lib/syslog-ng/3.38');
  const sender = run(
    'syslog-ng',
    [
      '--foreground',
      '--no-caps',
      '--stderr',
      `--cfgfile=${file}`,
      `--module-path=${modules}`,
      `--persist-file=${join(folder, 'persist')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--control=${join(folder, 'ctl')}`,
    ],
    folder,
  );
  await until(
    () => existsSync(join(folder, 'ctl')),
    () => `syslog-ng to start: ${sender.output()}`,
  );
  return sender;
}

/** util-linux logger: one message a line of `lines`, then it ends. */
export async function runLogger(
  target: { readonly port: number; readonly transport: 'udp' | 'tcp' },
  options: readonly string[],
  lines: readonly string[],
): Promise<void> {
  const args = [`--${target.transport}`, '--server', '127.0.0.1', '--port', String(target.port), ...options];
  await runToEnd('logger', args, lines);
}

/** OpenBSD netcat: pipes the lines as they are, then closes its side. */
export async function runNetcat(
  target: { readonly port: number; readonly transport: 'udp' | 'tcp' },
  lines: readonly string[],
): Promise<void> {
  const mode = target.transport === 'udp' ? ['-u', '-q', '0', '-w', '1'] : ['-N'];
  await runToEnd('nc.openbsd', [...mode, '127.0.0.1', String(target.port)], lines);
}

function rsyslogConfig(folder: string, target: RsyslogTarget): string {
  const { transport, port, template, framing } = target;
  const parameters = [
    'type="omfwd"',
    'target="127.0.0.1"',
    `port="${port}"`,
    `protocol="${transport === 'udp' ? 'udp' : 'tcp'}"`,
    ...(template === undefined ? [] : [`template="${template}"`]),
    ...(framing === undefined ? [] : [`TCP_Framing="${framing}"`]),
    ...(transport === 'tls'
      ? [
          'StreamDriver="gtls"',
          'StreamDriverMode="1"',
          `StreamDriverAuthMode="x509/name"`,
          'StreamDriverPermittedPeers="localhost"',
        ]
      : []),
    // Nothing is given up when the receiver makes it wait.
    'action.resumeRetryCount="-1"',
    'queue.type="LinkedList"',
    'queue.size="100000"',
    'queue.timeoutEnqueue="60000"',
  ];
  const tls =
    transport !== 'tls'
      ? []
      : [
          `DefaultNetstreamDriverCAFile="${target.ca}"`,
          ...(target.cert === undefined ? [] : [`DefaultNetstreamDriverCertFile="${target.cert}"`]),
          ...(target.key === undefined ? [] : [`DefaultNetstreamDriverKeyFile="${target.key}"`]),
        ];
  const host = target.host === undefined ? [] : [`localHostname="${target.host}"`];
  return `
global(workDirectory="${join(folder, 'work')}" processInternalMessages="on" ${[...host, ...tls].join(' ')})
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="${join(folder, 'input.log')}" tag="${target.program ?? PROGRAM}" ruleset="forward" severity="info" facility="auth")
ruleset(name="forward" queue.type="Direct") { action(${parameters.join(' ')}) }
`;
}

function syslogNgConfig(folder: string, target: SyslogNgTarget): string {
  const { transport, port, driver, program, host } = target;
  const tls =
    transport !== 'tls'
      ? ''
      : ` tls(ca-file("${target.ca}") peer-verify(required-trusted)${
          target.cert === undefined ? '' : ` cert-file("${target.cert}") key-file("${target.key}")`
        })`;
  return `@version: 3.38
options { keep-hostname(yes); use-dns(no); stats-freq(0); };
source s_file { file("${join(folder, 'input.log')}" follow-freq(0.1) flags(no-parse) program-override("${program ?? PROGRAM}")
  ${host === undefined ? '' : `host-override("${host}") `}log-iw-size(10000) log-fetch-limit(1000)); };
destination d_out { ${driver}("127.0.0.1" port(${port}) transport("${transport}")${tls} log-fifo-size(20000)); };
log { source(s_file); destination(d_out); flags(flow-control); };
`;
}

function senderFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-sender-'));
  mkdirSync(join(folder, 'work'));
  writeFileSync(join(folder, 'input.log'), '');
  return folder;
}

function run(program: string, args: readonly string[], folder: string): RunningSender {
  const log = join(folder, 'output');
  writeFileSync(log, '');
  const child = spawn(tool(program), args, { env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => appendFileSync(log, text));
  }
  child.on('error', (error) => appendFileSync(log, String(error)));
  return {
    log: async (lines) =>
      appendFileSync(join(folder, 'input.log'), lines.map((line) => `${line}\n`).join('')),
    output: () => readFileSync(log, 'utf8'),
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runToEnd(program: string, args: readonly string[], lines: readonly string[]): Promise<void> {
  const child = spawn(tool(program), args, { env: toolEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString('utf8');
  });
  child.stdin.on('error', () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
}

function tool(program: string): string {
  const path = findTool(program);
  if (path === null) throw new Error(`${program} is not there; run scripts/install-test-tools.sh`);
  return path;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await closed;
  clearTimeout(timer);
}
