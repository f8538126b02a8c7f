import { evtxLines } from '../../src/sources/evtx/evtx-lines.js';

/** The events of an event log whose bytes come in blocks of this size. */
export async function linesOfEvtx(file: Buffer, blockBytes?: number): Promise<string[]> {
  const { lines, error } = await readEvtx(file, blockBytes);
  if (error !== null) throw error;
  return lines;
}

/** Also of a damaged one. */
export async function readEvtx(
  file: Buffer,
  blockBytes = 256 * 1024,
): Promise<{ lines: string[]; error: Error | null }> {
  const lines: string[] = [];
  try {
    for await (const block of evtxLines(blocksOf(file, blockBytes)))
      lines.push(...block.toString().trimEnd().split('\n'));
    return { lines, error: null };
  } catch (error) {
    return { lines, error: error as Error };
  }
}

async function* blocksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
