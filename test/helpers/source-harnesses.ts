import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { file } from '../../src/sources/file.js';
import { http } from '../../src/sources/http.js';
import { journald } from '../../src/sources/journald.js';
import { nats } from '../../src/sources/nats.js';
import type { Source, SourceContext, SourceType } from '../../src/sources/source.js';
import { StdinSource, stdin } from '../../src/sources/stdin.js';
import { syslogTls } from '../../src/sources/syslog-tls.js';
import { syslogUdp } from '../../src/sources/syslog-udp.js';
import type { Sender, SourceHarness } from '../contracts/source-contract.js';
import { certificates } from './certificates.js';
import { httpAsk } from './http-ask.js';
import { addStream, startNats } from './nats-server.js';
import { temporaryFolder } from './temporary-folder.js';

export const FAKE_JOURNALCTL = fileURLToPath(new URL('../fixtures/fake-journalctl.mjs', import.meta.url));

/** A source as the config would make it: options checked and filled by its schema. */
export function createSource<Options extends z.ZodType>(
  type: SourceType<Options>,
  options: Record<string, unknown>,
  context: SourceContext,
): Source {
  return type.create(type.options.parse({ type: type.type, ...options }), context);
}

/** Port that a listening source has bound. */
export function portOf(source: Source): number {
  return Number(/:(\d+)\//.exec(source.describe())?.[1]);
}

/** Requests of 500 lines, one after the other. */
export function httpHarness(): Promise<SourceHarness> {
  return Promise.resolve(
    listening(http, {}, async (port) => {
      const agent = new Agent({ keepAlive: true });
      return {
        send: async (texts) => {
          for (let at = 0; at < texts.length; at += 500) {
            const body = texts.slice(at, at + 500).join('\n');
            const { status } = await httpAsk(port, 'POST', '/', body, { agent });
            if (status !== 200) throw new Error(`answered with ${status}`);
          }
        },
        close: async () => agent.destroy(),
      };
    }),
  );
}

export function udpHarness(): Promise<SourceHarness> {
  return Promise.resolve(
    listening(syslogUdp, {}, async (port) => {
      const socket = createSocket('udp4');
      const sendOne = (text: string): Promise<void> =>
        new Promise((resolve, reject) => {
          socket.send(text, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
        });
      let open = true;
      return {
        send: async (texts) => {
          for (const text of texts) await sendOne(text);
        },
        close: async () => {
          if (open) socket.close();
          open = false;
        },
      };
    }),
  );
}

export function tcpHarness<Options extends z.ZodType>(type: SourceType<Options>): Promise<SourceHarness> {
  return Promise.resolve(
    listening(type, {}, (port) => streamSender(connectTcp(port, '127.0.0.1'), 'connect')),
  );
}

export async function tlsHarness(): Promise<SourceHarness> {
  const pem = await certificates();
  const options = { cert: pem.serverCert, key: pem.serverKey, client_ca: pem.ca };
  return listening(syslogTls, options, (port) =>
    streamSender(
      connectTls({
        port,
        host: '127.0.0.1',
        ca: readFileSync(pem.ca),
        cert: readFileSync(pem.clientCert),
        key: readFileSync(pem.clientKey),
      }),
      'secureConnect',
    ),
  );
}

export function stdinHarness(): Promise<SourceHarness> {
  // `cat` between sender and source: a pipe of the kernel, as standard input is one.
  let pipe: ReturnType<typeof startCat> | null = null;
  return Promise.resolve({
    create: (context, { maxMessage } = {}) => {
      pipe = startCat();
      const options = stdin.options.parse({ type: 'stdin', ...limit(maxMessage) });
      return new StdinSource(options, context, pipe.stdout);
    },
    connect: () => Promise.resolve(writing(pipe!.stdin)),
  });
}

function startCat(): ChildProcessByStdio<Writable, Readable, null> {
  const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  cat.stdin.on('error', () => {});
  onTestFinished(() => {
    cat.kill();
  });
  return cat;
}

export function fileHarness(): Promise<SourceHarness> {
  const path = join(temporaryFolder(), 'input.log');
  writeFileSync(path, '');
  return Promise.resolve({
    create: (context, { maxMessage } = {}) =>
      createSource(file, { paths: [path], poll_interval: '10ms', ...limit(maxMessage) }, context),
    connect: () =>
      Promise.resolve({
        send: async (texts) => appendFileSync(path, texts.map((text) => `${text}\n`).join('')),
        close: async () => {},
      }),
  });
}

export function journaldHarness(): Promise<SourceHarness> {
  const directory = temporaryFolder();
  const file = join(directory, 'journal.jsonl');
  writeFileSync(file, '');
  // One cursor per text, so that a record can be told from its text alone.
  const entry = (text: string): string => JSON.stringify({ __CURSOR: `s=${text}`, MESSAGE: text });
  return Promise.resolve({
    create: (context, { maxMessage } = {}) =>
      createSource(journald, { command: FAKE_JOURNALCTL, directory, ...limit(maxMessage) }, context),
    connect: () =>
      Promise.resolve({
        send: async (texts) => {
          appendFileSync(file, texts.map((text) => `${entry(text)}\n`).join(''));
        },
        close: async () => {},
      }),
    recordOf: entry,
  });
}

export async function natsHarness(): Promise<SourceHarness> {
  const server = await startNats();
  const client = await server.client();
  await addStream(client, { name: 'LOGS' });
  return {
    create: (context, { maxMessage } = {}) =>
      createSource(nats, { servers: [server.address], stream: 'LOGS', ...limit(maxMessage) }, context),
    connect: () =>
      Promise.resolve({
        // Three records a message, as shippers that gather lines send them.
        send: async (texts) => {
          for (let at = 0; at < texts.length; at += 3)
            await client.publish('logs.web-01', texts.slice(at, at + 3).join('\n'));
        },
        close: async () => {},
      }),
  };
}

/** A source that binds a free port at first and the same one after each restart. */
function listening<Options extends z.ZodType>(
  type: SourceType<Options>,
  options: Record<string, unknown>,
  connect: (port: number) => Promise<Sender>,
): SourceHarness {
  let port = 0;
  return {
    create: (context, { maxMessage } = {}) =>
      createSource(type, { ...options, listen: `127.0.0.1:${port}`, ...limit(maxMessage) }, context),
    connect: (source) => {
      port = portOf(source);
      return connect(port);
    },
  };
}

function limit(maxMessage: number | undefined): Record<string, unknown> {
  return maxMessage === undefined ? {} : { max_message: maxMessage };
}

async function streamSender(socket: Socket, ready: string): Promise<Sender> {
  await once(socket, ready);
  socket.on('error', () => {});
  socket.resume();
  return writing(socket);
}

function writing(stream: Writable): Sender {
  return {
    send: (texts) =>
      new Promise((resolve, reject) => {
        stream.write(`${texts.join('\n')}\n`, (error) => (error ? reject(error) : resolve()));
      }),
    close: async () => {
      stream.destroy();
    },
  };
}
