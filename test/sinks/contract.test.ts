import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { SINKS } from '../../src/sinks/registry.js';
import type { Sink } from '../../src/sinks/sink.js';
import { type SinkHarness, type SinkPromise, sinkContract } from '../contracts/sink-contract.js';
import { addStream, startNats } from '../helpers/nats-server.js';
import { sinkContext } from '../helpers/sink-context.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { startReceiver } from '../helpers/webhook-receiver.js';

const PROMISES: Record<keyof typeof SINKS, SinkPromise> = {
  ndjson: {
    keeps: 'exact',
    setUp: async () => {
      const dir = join(temporaryFolder(), 'alerts');
      return {
        create: () => SINKS.ndjson.create(SINKS.ndjson.options.parse({ type: 'ndjson', dir }), sinkContext()),
        arrived: async () => filesIn(dir).flatMap((file) => linesOf(readFileSync(file, 'utf8'))),
        break: () => breakFolder(dir),
      };
    },
  },
  stix: {
    keeps: 'latest',
    setUp: async () => {
      const dir = join(temporaryFolder(), 'alerts');
      return {
        create: () => SINKS.stix.create(SINKS.stix.options.parse({ type: 'stix', dir }), sinkContext()),
        // The bundle has no revision; each test writes one per alert.
        arrived: async () => filesIn(dir).map((file) => `${file.split('/').at(-1)?.replace('.json', '')}/1`),
        break: () => breakFolder(dir),
      };
    },
  },
  nats: {
    keeps: 'repeats',
    tools: ['nats-server'],
    setUp: async () => {
      const server = await startNats();
      await addStream(await server.client(), { name: 'VEDETTE' });
      const settings = SINKS.nats.options.parse({ type: 'nats', servers: [server.address] });
      return {
        create: () => SINKS.nats.create(settings, sinkContext()),
        arrived: async () => {
          const client = await server.client();
          return (await client.messages('VEDETTE')).flatMap(({ text }) => linesOf(text));
        },
        break: async () => {
          await server.kill();
          return server.start;
        },
      };
    },
  },
  webhook: {
    keeps: 'repeats',
    needs: { url: 'https://hooks.example.org/x' },
    setUp: () => webhookHarness({}),
  },
  stdout: {
    keeps: 'repeats',
    setUp: async () =>
      textHarness(
        (context) => SINKS.stdout.create({ type: 'stdout', min_severity: 'low', incidents: true }, context),
        linesOf,
      ),
  },
  console: {
    keeps: 'repeats',
    setUp: async () =>
      textHarness(
        (context) => SINKS.console.create({ type: 'console', min_severity: 'low', incidents: true }, context),
        (text) =>
          text
            .split('\n')
            .filter(Boolean)
            .map((line) => line.split(' ')[0]!),
      ),
  },
};

for (const [type, promise] of Object.entries(PROMISES)) sinkContract(type, promise);
sinkContract('webhook as a digest', {
  keeps: 'repeats',
  setUp: () => webhookHarness({ digest: '1h', at_once: 'informational' }),
});

it('every sink in the registry is under the name of its type and takes the common settings', () => {
  for (const [name, sink] of Object.entries(SINKS)) {
    expect(sink.type).toBe(name);
    const given = {
      type: name,
      ...PROMISES[name as keyof typeof SINKS].needs,
      name: 'mine',
      min_severity: 'high',
    };
    expect(sink.options.parse(given)).toMatchObject({ name: 'mine' });
    expect(sink.options.safeParse({ ...given, colour: true }).success).toBe(false);
  }
});

it('every file that defines a sink is in the registry', () => {
  const folder = new URL('../../src/sinks/', import.meta.url);
  const defining = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'sink.ts')
    .filter((file) => readFileSync(new URL(file, folder), 'utf8').includes('defineSink('));
  expect(defining.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(SINKS).sort());
});

/** A file in place of the folder: what a full disk or missing rights do, also to root. */
async function breakFolder(dir: string): Promise<() => Promise<void>> {
  await rename(dir, `${dir}.away`);
  writeFileSync(dir, '');
  return async () => {
    rmSync(dir);
    await rename(`${dir}.away`, dir);
  };
}

function filesIn(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as AlertChange).alert)
    .map(({ id, revision }) => `${id}/${revision}`);
}

async function webhookHarness(settings: Record<string, unknown>): Promise<SinkHarness> {
  const receiver = await startReceiver();
  const options = SINKS.webhook.options.parse({
    ...settings,
    type: 'webhook',
    url: receiver.url,
    allow_private: true,
  });
  return {
    create: () => SINKS.webhook.create(options, sinkContext()),
    arrived: async () =>
      receiver.taken.flatMap(({ body }) =>
        (JSON.parse(body) as { changes: AlertChange[] }).changes.map(
          ({ alert }) => `${alert.id}/${alert.revision}`,
        ),
      ),
    break: async () => {
      receiver.answer = { status: 503 };
      return async () => {
        receiver.answer = { status: 200 };
      };
    },
  };
}

function textHarness(
  create: (context: ReturnType<typeof sinkContext>) => Sink,
  keysIn: (text: string) => string[],
): SinkHarness {
  let written = '';
  let broken = false;
  const stdout = async (text: string): Promise<void> => {
    if (broken) throw new Error('write EAGAIN');
    written += text;
  };
  return {
    create: () => create(sinkContext({ stdout })),
    arrived: async () => keysIn(written),
    break: async () => {
      broken = true;
      return async () => {
        broken = false;
      };
    },
  };
}
