import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { outsideReason } from '../../telemetry/outside-fault.js';
import { DeliveryError } from '../sink.js';

/** Where a secret is: a file, or a variable of the environment; both null = there is none. */
export interface SecretPlace {
  readonly file: string | undefined;
  readonly env: string | undefined;
}

const MAX_SECRET = 4096;

/** Reads it, without white space around it. The error names the place, never what stands there. */
export async function readSecret(what: string, { file, env }: SecretPlace): Promise<string | null> {
  if (file === undefined && env === undefined) return null;
  const place = file ?? `the variable ${env}`;
  const found = file === undefined ? process.env[env!] : await textOf(what, file);
  if (found === undefined) throw new DeliveryError(`${what}: ${place} is not set`, { retryable: true });
  const secret = found.trim();
  // What goes into a header must not end it.
  if (/^[\x21-\x7e]+$/.test(secret) && secret.length <= MAX_SECRET) return secret;
  throw new DeliveryError(`${what}: ${place} must hold 1 to ${MAX_SECRET} printable ASCII characters`, {
    retryable: true,
  });
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`, so that an old message cannot be sent again as new. */
export function signature(secret: string, body: Buffer, seconds: number): string {
  const hash = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${hash}`;
}

async function textOf(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new DeliveryError(`${what}: cannot read ${file}: ${outsideReason(error)}`, { retryable: true });
  }
}
