import type { Socket } from 'node:net';

/** Room for a query of the longest kind (16,384 characters of nine bytes each, as an address writes them), and the rest. */
export const MAX_HEAD = 160 * 1024;

/** `[status line, code, message]` of what never became a request. */
const TOO_LONG = [
  '431 Request Header Fields Too Large',
  'too_large',
  `The head of a request has at most ${MAX_HEAD / 1024} KiB.`,
];
const TOO_SLOW = ['408 Request Timeout', 'invalid', 'The request took too long to arrive.'];
const NO_HTTP = ['400 Bad Request', 'invalid', 'This is no HTTP request that can be read.'];

const ANSWERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['HPE_HEADER_OVERFLOW', TOO_LONG],
  ['ERR_HTTP_REQUEST_TIMEOUT', TOO_SLOW],
]);

/** Answers what could not be read as a request in the words of all other errors, and hangs up. */
export function refuseUnread(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const [status, code, message] = ANSWERS.get(error.code ?? '') ?? NO_HTTP;
    const body = JSON.stringify({ error: { code, message } });
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}
