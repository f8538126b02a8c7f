import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askDaemon, NoAnswer } from '../../src/daemon/control-socket.js';
import type { AlertChange } from '../../src/model/alert.js';
import type { Change } from '../../src/model/change.js';
import type { IncidentChange } from '../../src/model/incident.js';
import type { RuleStats } from '../../src/protocol.js';

/** The program as it is shipped. */
export const MAIN = join(process.cwd(), 'dist', 'main.js');
const DEADLINE_MS = 120_000;

/** Figures of `vedette stats --json` that tests look at. */
export interface DaemonStats {
  readonly detection: {
    records: number;
    signals: number;
    counts: Record<string, number>;
    formats: Record<string, number>;
  };
  readonly sources: Record<
    string,
    { records: number; counts: Record<string, number> } & Record<string, unknown>
  >;
  readonly alerts: { opened: number; open: number; suppressed: number; stored: number };
  readonly log: { lastSeq: number; committedSeq: number; bytes: number; segments: number };
  readonly unwritable: readonly string[];
  readonly rules: { loaded: number; refused: number };
  readonly process: { rss_bytes: number; applied_seq: number };
}

/** A folder that goes away with the test. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'vedette-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A real daemon (dist/main.js) in a folder: config.yaml, data/, alerts/. */
export class TestDaemon {
  readonly folder: string;
  readonly child: ChildProcess;
  /** Its exit code, once all that it said has come. */
  readonly exited: Promise<number | null>;
  #messages = '';
  #out = '';

  /** `command`: what runs it instead of Node alone, for example in a mount namespace of its own. */
  constructor(
    folder: string,
    config: string,
    args: readonly string[] = [],
    command: readonly string[] = [process.execPath],
  ) {
    this.folder = folder;
    const file = join(folder, 'config.yaml');
    writeFileSync(file, config);
    const [program, ...before] = command;
    // The test run turns the API off; a configuration that speaks of it means it.
    const env = /^api:/m.test(config) ? { ...process.env, VEDETTE_API__ENABLED: 'true' } : process.env;
    this.child = spawn(program!, [...before, MAIN, 'run', '-c', file, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    });
    this.child.stderr!.on('data', (data: Buffer) => {
      this.#messages += data;
    });
    this.child.stdout!.on('data', (data: Buffer) => {
      this.#out += data;
    });
    this.exited = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  /** Everything it said on stderr. */
  get messages(): string {
    return this.#messages;
  }

  /**
   * Waits until it has said this on stderr. What it says comes in pieces, and later than its answers and files may:
   * one look at `messages` is for what it has not said, and for what it said before something that was waited for.
   */
  async told(what: string | RegExp): Promise<void> {
    const said =
      typeof what === 'string' ? () => this.#messages.includes(what) : () => what.test(this.#messages);
    await until(() => (said() ? true : null), `the daemon to say ${what}`);
  }

  get stdout(): string {
    return this.#out;
  }

  /** What its sources are bound to, in config order, e.g. `127.0.0.1:40123/udp`. */
  async listening(): Promise<string[]> {
    return await until(() => {
      if (this.child.exitCode !== null)
        throw new Error(`The daemon ended with ${this.child.exitCode}:\n${this.#messages}`);
      const line = this.#messages.split('\n').find((text) => text.includes('Vedette is watching'));
      return line === undefined ? null : (JSON.parse(line) as { sources: string[] }).sources;
    }, 'the daemon to listen');
  }

  /** Ports of its sources, in config order. */
  async ports(): Promise<number[]> {
    return (await this.listening()).map((address) => Number(/:(\d+)\//.exec(address)?.[1]));
  }

  /** The address that logs in to the page, once. */
  async loginUrl(): Promise<string> {
    return await until(() => {
      const line = this.#messages.split('\n').find((text) => text.includes('The page is ready'));
      return line === undefined ? null : (JSON.parse(line) as { page: string }).page;
    }, 'the page');
  }

  async stats(): Promise<DaemonStats> {
    return await until(async () => (await this.#ask('stats')) as DaemonStats | null, 'stats');
  }

  async ruleCounters(): Promise<RuleStats[]> {
    return await until(async () => (await this.#ask('rules')) as RuleStats[] | null, 'counters of the rules');
  }

  /** Waits until this many records have been detected and applied. */
  async processed(records: number): Promise<DaemonStats> {
    return await until(async () => {
      const stats = await this.stats();
      return stats.detection.records >= records ? stats : null;
    }, `${records} records to be processed`);
  }

  /** The same, and that the log on the disk holds them. */
  async stored(records: number): Promise<void> {
    const { process } = await this.processed(records);
    await until(
      async () => ((await this.stats()).log.committedSeq >= process.applied_seq ? true : null),
      'the log to be written',
    );
  }

  /** Null: it is not up yet, or has too much to do. */
  async #ask(command: string): Promise<unknown> {
    try {
      return await askDaemon(join(this.folder, 'data'), command);
    } catch (error) {
      if (error instanceof NoAnswer) return null;
      throw error;
    }
  }

  lastStats(): DaemonStats {
    return JSON.parse(readFileSync(join(this.folder, 'data', 'stats.json'), 'utf8')) as DaemonStats;
  }

  /** Alert lines written by the ndjson sink so far, in order. */
  alertLines(): AlertChange[] {
    return linesIn(join(this.folder, 'alerts')) as AlertChange[];
  }

  incidentLines(): IncidentChange[] {
    return linesIn(join(this.folder, 'alerts', 'incidents')) as IncidentChange[];
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGTERM, then its exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return await this.exited;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }
}

function linesIn(dir: string): Change[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Change);
}

/** Polls until `check` answers something but null; no sleeping for luck. */
export async function until<T>(
  check: () => T | null | Promise<T | null>,
  what: string,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  for (const end = Date.now() + deadlineMs; Date.now() < end; ) {
    const found = await check();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited ${deadlineMs / 1000} s for ${what}.`);
}

/** Writes everything to a TCP port and closes; resolves when the other side has closed too. */
export function sendTcp(port: number, data: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(data));
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.resume();
  });
}

/** An open connection; errors after the test are nobody's business. */
export function openTcp(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => {});
    socket.resume();
  });
}

/** Config with one TCP listener on a free port, alerts as NDJSON, everything in the folder. */
export function tcpConfig(extra = ''): string {
  return `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
sinks:
  - { type: ndjson, dir: ./alerts }
${extra}`;
}

/** An RFC 3164 line of sshd with the current time. */
export function sshdLine(
  message: string,
  options: { host?: string; pid?: number; at?: number } = {},
): string {
  const [, day, month, , time] = new Date(options.at ?? Date.now()).toUTCString().split(' ');
  return `<38>${month} ${String(Number(day)).padStart(2)} ${time} ${options.host ?? 'web-01'} sshd[${options.pid ?? 999}]: ${message}`;
}
