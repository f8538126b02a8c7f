import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { errorCode, peerAddress, reason } from './address.js';
import type { RefusalLog } from './refusal-log.js';
import { SourceError } from './source.js';
import { readTlsFiles, type TlsFiles, type TlsPems } from './tls-files.js';

/** What listeners with TLS have in common. Throws a SourceError when the files cannot be used. */
export function tlsServerOptions(files: TlsFiles): TlsOptions {
  const { cert, key, clientCa } = readFiles(files);
  return {
    cert,
    key,
    ...(clientCa !== null && { ca: clientCa }),
    requestCert: clientCa !== null,
    rejectUnauthorized: clientCa !== null,
    minVersion: 'TLSv1.2',
  };
}

/** Common name of the verified client certificate; its alternative names when it has none. */
export function identityOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  const name: unknown = certificate.subject?.CN ?? certificate.subjectaltname;
  return name === undefined ? undefined : String(name);
}

/**
 * With TLS 1.3 a sender without an acceptable certificate sees its handshake and first write succeed; its first
 * message is lost and nothing on its side says so. That is why it is said here, with address and reason.
 */
export function refuseTls(refusals: RefusalLog, error: Error, socket: TLSSocket): void {
  // A socket that is closed already no longer knows its peer, the TCP socket below it (Node's _parent) does.
  const raw = (socket as TLSSocket & { readonly _parent?: Socket })._parent;
  // Who hangs up without a word is no sender: health checks do, and the doctor.
  if (errorCode(error) === 'ECONNRESET' && raw?.bytesRead === 0) return;
  const unauthorized = socket.authorizationError as unknown;
  const cause = unauthorized ? String(unauthorized) : (errorCode(error) ?? reason(error));
  const address = peerAddress(socket.remoteAddress ?? raw?.remoteAddress ?? 'unknown');
  refusals.refuse('source.tls_refused', address, 'A TLS sender was refused.', { reason: cause });
  socket.destroy();
  raw?.destroy();
}

function readFiles(files: TlsFiles): TlsPems {
  try {
    return readTlsFiles(files);
  } catch (cause) {
    throw new SourceError(reason(cause), { retryable: false, cause });
  }
}
