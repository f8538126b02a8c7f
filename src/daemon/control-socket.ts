import { createHash } from 'node:crypto';
import { chmodSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A Unix socket in data_dir over which the CLI asks the running daemon: one line of JSON in (`{"command":"stats"}`),
 * one line out. Only the daemon's user can connect.
 */
export type ControlHandler = (command: string) => Promise<unknown>;

const MAX_REQUEST = 4096;
/** The keeper answers between two chunks, after those that wait: under a flood of alerts that takes seconds. */
const PATIENCE_MS = 10_000;
/** sun_path of Linux holds 108 bytes. */
const MAX_SOCKET_PATH = 100;

export function controlSocketPath(dataDir: string): string {
  const path = join(resolve(dataDir), 'control.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  return join(tmpdir(), `vedette-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.sock`);
}

export function serveControl(dataDir: string, handle: ControlHandler): Promise<Server> {
  const path = controlSocketPath(dataDir);
  removeOld(path);
  const server = createServer((socket) => {
    let request = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (text: string) => {
      request += text;
      const end = request.indexOf('\n');
      if (end === -1) {
        if (request.length > MAX_REQUEST) socket.destroy();
        return;
      }
      socket.removeAllListeners('data');
      socket.setTimeout(0);
      void answer(request.slice(0, end), handle).then((reply) => socket.end(`${reply}\n`));
    });
  });
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      done(server);
    });
  });
}

function removeOld(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** There may be a daemon, and this user may not ask it. */
export class NotForThisUser extends Error {
  constructor(path: string) {
    super(`Only root and the user that the daemon runs as may ask it (${path}): try again as one of them.`);
    this.name = 'NotForThisUser';
  }
}

/** There is a daemon, and it has more to do than to answer. */
export class NoAnswer extends Error {
  constructor(path: string, ms: number) {
    super(`The daemon behind ${path} runs, but has not answered for ${ms / 1000} s: it is busy. Try again.`);
    this.name = 'NoAnswer';
  }
}

/** The daemon's answer, or null when none runs on this data_dir; NotForThisUser when that cannot be known. */
export function askDaemon(dataDir: string, command: string, timeoutMs = PATIENCE_MS): Promise<unknown> {
  return new Promise((done, fail) => {
    let reply = '';
    const path = controlSocketPath(dataDir);
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => {
      fail(new NoAnswer(path, timeoutMs));
      socket.destroy();
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EACCES') fail(new NotForThisUser(path));
      else done(null);
    });
    socket.on('connect', () => socket.write(`${JSON.stringify({ command })}\n`));
    socket.on('data', (text: string) => {
      reply += text;
    });
    socket.on('close', () => done(parsedOrNull(reply)));
  });
}

async function answer(line: string, handle: ControlHandler): Promise<string> {
  try {
    const { command } = JSON.parse(line) as { command?: unknown };
    return JSON.stringify(await handle(String(command)));
  } catch (error) {
    return JSON.stringify({ error: (error as Error).message });
  }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
