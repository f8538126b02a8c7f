import { readFile } from 'node:fs/promises';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { z } from 'zod';
import { ClearError, faultLine, outsideReason } from '../telemetry/outside-fault.js';

/** How the source and the sink of NATS reach their servers: one set of settings, one way to connect, one way to say what failed. */

const SERVER = 'expected host:port, nats://host:port or tls://host:port, without user and password';

const serverField = z
  .string({ error: SERVER })
  .regex(/^(?:(?:nats|tls):\/\/)?(?:\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/i, SERVER);

const pathField = z.string().min(1);

export const natsOptions = {
  /** Servers of one cluster, tried in turn. */
  servers: z.array(serverField).min(1).prefault(['127.0.0.1:4222']),
  /** A file of credentials (JWT and seed), as `nsc` writes it. */
  creds_file: pathField.optional(),
  user: z.string().min(1).optional(),
  password_file: pathField.optional(),
  token_file: pathField.optional(),
  /** PEM: who signed the servers' certificates, instead of the authorities of the system. */
  ca: pathField.optional(),
  /** PEM: our own certificate and its key, where servers ask for one. */
  cert: pathField.optional(),
  key: pathField.optional(),
};

export type NatsSettings = z.output<z.ZodObject<typeof natsOptions>>;

/** Why NATS cannot be used; `ours`: a file that the settings name, not a server. */
export class NatsError extends ClearError {
  readonly ours: boolean;

  constructor(message: string, by: { ours: boolean; cause?: unknown }) {
    super(message, { cause: by.cause });
    this.name = 'NatsError';
    this.ours = by.ours;
  }
}

const CONNECT_MS = 5000;
/** A connection whose other end is gone without a word is given up after two of them. */
const PING_MS = 10_000;

/**
 * Connects once. A connection that ends stays ended: whoever has it starts again, where what was in flight is known.
 * The library is loaded here, so that those who do not use it carry none of its 11 MB.
 */
export async function connectNats(settings: NatsSettings, name: string): Promise<NatsConnection> {
  const options = await connectOptions(settings);
  const { connect, credsAuthenticator } = await import('@nats-io/transport-node');
  try {
    return await connect({
      ...options.plain,
      ...(options.creds !== null && { authenticator: credsAuthenticator(options.creds) }),
      name,
      servers: settings.servers,
      reconnect: false,
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
    });
  } catch (cause) {
    throw new NatsError(`cannot connect to ${placeOf(settings)}: ${natsReason(cause)}`, {
      ours: false,
      cause,
    });
  }
}

/** Where it connects to, for people. */
export function placeOf({ servers }: Pick<NatsSettings, 'servers'>): string {
  return `NATS at ${servers.join(', ')}`;
}

/** What the library's errors mean to a person, in one line. */
export function natsReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch (error.name) {
    case 'AuthorizationError':
    case 'UserAuthenticationExpiredError':
      return 'it does not accept these credentials. Look at creds_file, user, password_file and token_file.';
    case 'PermissionViolationError':
      return `this user may not do that (${error.message}). Give it the right in the server's configuration.`;
    case 'TimeoutError':
      return 'no answer in time. Look whether it runs and the network lets it be reached.';
    case 'JetStreamNotEnabled':
      return 'it has no JetStream. Start nats-server with -js, or set jetstream in its configuration.';
    case 'NoRespondersError':
      return 'nobody answers there. Look whether JetStream is enabled and the stream is there.';
    default:
      return error.cause instanceof Error ? outsideReason(error.cause) : faultLine(error);
  }
}

async function connectOptions(settings: NatsSettings): Promise<{
  readonly plain: NodeConnectionOptions;
  readonly creds: Uint8Array | null;
}> {
  const { creds_file, user, password_file, token_file, ca, cert, key } = settings;
  const [creds, password, token, caPem, certPem, keyPem] = await Promise.all([
    textOf('creds_file', creds_file),
    textOf('password_file', password_file),
    textOf('token_file', token_file),
    textOf('ca', ca),
    textOf('cert', cert),
    textOf('key', key),
  ]);
  const asksTls = settings.servers.some((server) => server.startsWith('tls://'));
  const plain: NodeConnectionOptions = {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password.trim() }),
    ...(token !== undefined && { token: token.trim() }),
    ...((asksTls || caPem !== undefined || certPem !== undefined) && {
      tls: {
        ...(caPem !== undefined && { ca: caPem }),
        ...(certPem !== undefined && { cert: certPem }),
        ...(keyPem !== undefined && { key: keyPem }),
      },
    }),
  };
  return { plain, creds: creds === undefined ? null : new TextEncoder().encode(creds) };
}

async function textOf(option: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new NatsError(`${option}: cannot read ${path}: ${outsideReason(cause)}`, { ours: true, cause });
  }
}
