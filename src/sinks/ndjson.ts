import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Change, isIncident } from '../model/change.js';
import { toJsonText } from '../model/json.js';
import { asDeliveryError, FILE_MODE, makeFolder, syncFolder, writeAt } from './files.js';
import { commonOptions, defineSink, type OutboxItem, type Sink, type SinkState } from './sink.js';

const options = z.strictObject({
  ...commonOptions,
  type: z.literal('ndjson'),
  dir: z.string().min(1).default('./alerts'),
  /** `never` leaves it to the system when lines reach the disk: a power failure may cost some. */
  fsync: z.enum(['always', 'never']).default('always'),
});

/** One line per change, appended to a file per day; incidents in a folder of their own. */
export const ndjson = defineSink({
  type: 'ndjson',
  summary: 'Changes of alerts and incidents as JSON lines in daily files, each line exactly once.',
  options,
  create: (settings, context) => new NdjsonSink(settings, context.name),
});

/**
 * The day is the UTC date of the change's own `@timestamp`, so that a replay writes the same files. A sink with a name
 * of its own has it in the file name: two sinks never share a file.
 *
 * Exactly once: the state is file name → bytes delivered, for the files of the last delivery. A file is cut back to
 * that length after a failed delivery, and after a start when what is beyond it is the beginning of what is to be delivered:
 * that is what a crash leaves. Beside a data_dir out of a backup it is what was told since, and stays. A file
 * the state does not name is never cut; `prepare` has it named before the first byte is written. Files are opened for
 * each delivery, so a log rotation may rename or empty them between deliveries, and somebody else may append: a file
 * that is not as we left it is taken as it is found.
 */
class NdjsonSink implements Sink {
  readonly #dir: string;
  readonly #suffix: string;
  readonly #sync: boolean;
  #lengths = new Map<string, number>();
  /** Files that were not written to since the start: a crash may have left something at their ends. */
  #untouched = new Set<string>();
  /** A delivery failed: files may hold more than was delivered. */
  #hasLeftovers = false;

  constructor(settings: z.output<typeof options>, name: string) {
    this.#dir = settings.dir;
    this.#suffix = name === 'ndjson' ? '' : `-${name}`;
    this.#sync = settings.fsync === 'always';
  }

  async open(state: SinkState | null): Promise<void> {
    await asDeliveryError(`cannot write to ${this.#dir}`, () => makeFolder(this.#dir));
    this.#lengths = lengthsOf(state);
    this.#untouched = new Set(this.#lengths.keys());
  }

  async prepare(items: readonly OutboxItem[]): Promise<SinkState | null> {
    const lines = this.#linesOf(items);
    const found = await asDeliveryError(`cannot read ${this.#dir}`, () => this.#findUnknown(lines));
    for (const file of lines.keys()) this.#untouched.delete(file);
    if (found.size === 0) return null;
    for (const [file, size] of found) this.#lengths.set(file, size);
    return Object.fromEntries(this.#lengths);
  }

  async deliver(items: readonly OutboxItem[]): Promise<SinkState> {
    const lines = this.#linesOf(items);
    const lengths = new Map<string, number>();
    this.#hasLeftovers = true;
    for (const [file, text] of lines) {
      const what = `cannot write to ${this.#path(file)}`;
      lengths.set(file, await asDeliveryError(what, () => this.#append(file, text)));
    }
    this.#hasLeftovers = false;
    this.#lengths = lengths;
    return Object.fromEntries(lengths);
  }

  /** Nothing stays open between deliveries. */
  async reopen(): Promise<void> {}

  async close(): Promise<void> {}

  #linesOf(items: readonly OutboxItem[]): Map<string, string> {
    const lines = new Map<string, string>();
    for (const { change } of items) {
      const file = this.#fileOf(change);
      lines.set(file, `${lines.get(file) ?? ''}${toJsonText(change)}\n`);
    }
    return lines;
  }

  #fileOf(change: Change): string {
    const kind = isIncident(change) ? 'incidents/incidents' : 'alerts';
    return `${kind}${this.#suffix}-${dayOf(change['@timestamp'])}.ndjson`;
  }

  /** Files that the committed state does not name, or that are not as we left them, with their size now. */
  async #findUnknown(lines: ReadonlyMap<string, string>): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const [file, text] of lines) {
      const known = this.#lengths.get(file);
      const size = await sizeOf(this.#path(file));
      const isOurs =
        size === known ||
        (known !== undefined &&
          size > known &&
          (this.#hasLeftovers ||
            (this.#untouched.has(file) && (await endsWithPart(this.#path(file), known, text)))));
      if (!isOurs) found.set(file, size);
    }
    return found;
  }

  /** Returns the file's new length. */
  async #append(file: string, text: string): Promise<number> {
    const folder = dirname(this.#path(file));
    await makeFolder(folder);
    const handle = await open(this.#path(file), constants.O_RDWR | constants.O_CREAT, FILE_MODE);
    try {
      const { size } = await handle.stat();
      const length = Math.min(this.#lengths.get(file) ?? 0, size);
      if (size > length) await handle.truncate(length);
      const bytes = Buffer.from((await endsInsideLine(handle, length)) ? `\n${text}` : text);
      await writeAt(handle, bytes, length);
      if (this.#sync) await handle.sync();
      if (this.#sync && length === 0) await syncFolder(folder);
      return length + bytes.length;
    } finally {
      await handle.close();
    }
  }

  #path(file: string): string {
    return join(this.#dir, file);
  }
}

/** `2026-11-20`; `undated` for what is not an ISO time, so that no time can name another folder. */
function dayOf(timestamp: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(timestamp) ? timestamp.slice(0, 10) : 'undated';
}

/** Nothing of a state may lead out of the folder. */
const OURS = /^(?:incidents\/)?[^/]+$/;

function lengthsOf(state: SinkState | null): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const [file, length] of Object.entries(state ?? {})) {
    if (typeof length === 'number' && OURS.test(file)) lengths.set(file, length);
  }
  return lengths;
}

/** 0 when there is no such file. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** A file taken over from somebody whose last line was cut short. */
async function endsInsideLine(handle: FileHandle, length: number): Promise<boolean> {
  if (length === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, length - 1);
  return buffer[0] !== 0x0a;
}

/** Whether what is behind `from` is the beginning of `text`, or what a power failure leaves of it: NULs. */
async function endsWithPart(path: string, from: number, text: string): Promise<boolean> {
  const whole = Buffer.from(text);
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(whole.length + 1),
      0,
      whole.length + 1,
      from,
    );
    const end = buffer.subarray(0, bytesRead);
    return whole.subarray(0, bytesRead).equals(end) || end.includes(0);
  } finally {
    await handle.close();
  }
}
