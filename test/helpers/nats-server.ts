import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';
import { findTool, toolEnvironment } from './test-tools.js';
import { until } from './until.js';

/** Debian's nats-server with JetStream on a free port of loopback; gone with the test. */
export interface NatsServer {
  /** `127.0.0.1:port`, the same after `start`. */
  readonly address: string;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
  /** Starts it again with what is on its disk. */
  start(): Promise<void>;
  /** A client of the test's own, as user of JetStream. */
  client(options?: NodeConnectionOptions): Promise<NatsClient>;
}

export interface NatsClient {
  readonly streams: JetStreamManager['streams'];
  readonly publish: JetStreamClient['publish'];
  /** Payloads of all messages of a stream, in their order. */
  messages(stream: string): Promise<{ subject: string; text: string }[]>;
}

/** `config`: more lines of its configuration file, such as TLS or users. */
export async function startNats(config = ''): Promise<NatsServer> {
  const folder = temporaryFolder();
  const file = join(folder, 'nats.conf');
  let port = -1;
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    writeFileSync(file, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}/js" }\n${config}\n`);
    const running = spawn(findTool('nats-server')!, ['-c', file], {
      env: toolEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = running;
    let output = '';
    running.stderr!.on('data', (text: Buffer) => {
      output = (output + text.toString('utf8')).slice(-4096);
    });
    await until(
      () => output.includes('Server is ready'),
      () => `nats-server to start: ${output}`,
    );
    port = Number(/Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(output)![1]);
  };
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  onTestFinished(kill);
  return {
    get address() {
      return `127.0.0.1:${port}`;
    },
    kill,
    start,
    client: (options) => newClient({ servers: `127.0.0.1:${port}`, ...options }),
  };
}

/** A stream of all subjects below its name in lower case, unless told otherwise. */
export function addStream(
  client: NatsClient,
  config: Partial<StreamConfig> & { name: string },
): Promise<unknown> {
  return client.streams.add({ subjects: [`${config.name.toLowerCase()}.>`], ...config });
}

async function newClient(options: NodeConnectionOptions): Promise<NatsClient> {
  const connection = await connect({
    ...options,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  onTestFinished(() => connection.close());
  const js = jetstream(connection);
  const { streams } = await jetstreamManager(connection);
  return {
    streams,
    publish: js.publish.bind(js),
    messages: async (stream) => {
      const { messages } = (await streams.info(stream)).state;
      const found: { subject: string; text: string }[] = [];
      if (messages === 0) return found;
      const consumer = await js.consumers.get(stream);
      for await (const message of await consumer.fetch({ max_messages: messages, expires: 2000 }))
        found.push({ subject: message.subject, text: message.string() });
      return found;
    },
  };
}
