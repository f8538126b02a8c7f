/** Below it the collector is as good. */
const MIN_BYTES = 4096;

/** Closed: what is sent into it belongs to nobody. */
const nowhere = closedPort();

/**
 * Gives memory back at once that nobody looks at any more: afterwards `bytes` is empty. What does not own its buffer
 * stays. The collector would leave it until much more has come together, since a thread that only hands bytes on makes
 * little other garbage, and would then look through all that lives for it.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (byteLength < MIN_BYTES || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  nowhere.postMessage(null, [buffer]);
}

function closedPort() {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
