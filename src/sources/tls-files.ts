import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ClearError } from '../telemetry/outside-fault.js';

/** PEM files: the server's certificate (with intermediates), its private key, and who signs clients'. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly client_ca?: string | undefined;
}

/** The files of a source that listens with TLS; undefined for all others. */
export function servedTls(source: object): TlsFiles | undefined {
  const { listen, cert, key } = source as Partial<TlsFiles> & { readonly listen?: unknown };
  return listen === undefined || cert === undefined || key === undefined ? undefined : (source as TlsFiles);
}

export interface TlsPems {
  readonly cert: string;
  readonly key: string;
  /** Null = clients are not asked for a certificate. */
  readonly clientCa: string | null;
}

/** Why they cannot be used; the message begins with the option. */
export class TlsFilesError extends ClearError {
  readonly option: keyof TlsFiles;
  /** It is not there, or this user may not read it. */
  readonly isUnreadable: boolean;

  constructor(option: keyof TlsFiles, message: string, by: { isUnreadable?: boolean; cause?: unknown } = {}) {
    super(`${option}: ${message}`, { cause: by.cause });
    this.name = 'TlsFilesError';
    this.option = option;
    this.isUnreadable = by.isUnreadable ?? false;
  }
}

/** Throws a TlsFilesError when one is missing, broken, or the key is not the certificate's. */
export function readTlsFiles(files: TlsFiles): TlsPems {
  const cert = readPem('cert', files.cert);
  const key = readPem('key', files.key);
  const certificate = checked('cert', files.cert, () => new X509Certificate(cert));
  const privateKey = checked('key', files.key, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new TlsFilesError('key', `${files.key} is not the private key of ${files.cert}`);
  return { cert, key, clientCa: files.client_ca === undefined ? null : readAuthorities(files.client_ca) };
}

/** What keeps them from being used; null = nothing. */
export function faultOfTlsFiles(files: TlsFiles): TlsFilesError | null {
  try {
    readTlsFiles(files);
    return null;
  } catch (error) {
    if (error instanceof TlsFilesError) return error;
    throw error;
  }
}

function readAuthorities(path: string): string {
  const pem = readPem('client_ca', path);
  checked('client_ca', path, () => new X509Certificate(pem));
  return pem;
}

function readPem(option: keyof TlsFiles, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw new TlsFilesError(option, `cannot read ${path}: ${message}`, { isUnreadable: true, cause });
  }
}

function checked<T>(option: keyof TlsFiles, path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const what = option === 'key' ? 'an unencrypted private key' : 'a certificate';
    const { message } = cause as Error;
    throw new TlsFilesError(option, `${path} does not hold ${what} in PEM form: ${message}`, { cause });
  }
}
