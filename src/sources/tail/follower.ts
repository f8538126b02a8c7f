import type { RawBatch } from '../../model/raw-chunk.js';
import type { SourceContext } from '../source.js';
import { Breath } from './breath.js';
import { Folders } from './folders.js';
import { isRotatedName } from './generations.js';
import { fileId, holds, type Position } from './identity.js';
import type { Lines } from './line-cutter.js';
import { type Candidate, type Family, Roster } from './roster.js';
import { Settlement } from './settle.js';
import type { TrackedFile } from './tracked-file.js';
import { WantedPaths } from './wanted-paths.js';

export interface FollowerOptions {
  /** Absolute paths and globs. */
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly from: 'start' | 'end';
  readonly backfillGz: boolean;
  /** Bytes of one compressed file. */
  readonly maxDecompressed: number;
  readonly maxMessage: number;
  /** How long a file that was rotated away is watched for late lines, ms. */
  readonly rotateWait: number;
  /** Files are as they are: no one is waited for, unfinished last lines are lines. */
  readonly once: boolean;
}

/** The cursor key that says that this source was started before, whatever it found. */
const STARTED = '.';
// Reading gives way to looking for rotations after this long.
const READ_MS = 500;

/** Where an open file stood whose content was, or may have been, replaced. */
interface Cut {
  readonly position: Position;
  /** More was there when it was last looked at. */
  readonly unread: boolean;
}

/**
 * Follows all files of one source. `poll` does everything, once: looks what there is, decides which file is which,
 * reads what is new and hands it over. It keeps no time of its own.
 *
 * Each batch is of one file; its cursor is that file's position after the batch. A cursor value of "" means: delete
 * this key. Batches without records carry only a cursor: the end of a rotated file, a copy found, a key to delete.
 * Whatever prefix of the batches is committed, a follower started with the cursors of that prefix goes on after it.
 *
 * How stale cursors are told apart: a position whose inode no longer holds its content, and of which no copy lies
 * beside the live file, is stale. It is looked for at start, whenever its family is rotated, and when its file is
 * closed, and deleted once the younger files of the family are read (until then it says where they begin). So there
 * is one cursor per file that exists, plus at most 64 per log with `backfill_gz`.
 *
 * Generations that were renamed while nobody looked are found beside the log once there is a log at its path again:
 * while it is absent, nothing says that anything has come.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #context: SourceContext;
  readonly #wanted: WantedPaths;
  readonly #roster: Roster;
  readonly #breath = new Breath();
  /** Files looked at and left alone, by path: size and mtime then. */
  readonly #ignored = new Map<string, string>();
  #firstPoll = true;
  #stopped = false;
  #bytes = 0;
  #stop: () => void = () => {};
  readonly #whenStopped = new Promise<void>((resolve) => {
    this.#stop = resolve;
  });

  constructor(options: FollowerOptions, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#wanted = new WantedPaths(options.paths, options.exclude);
    this.#roster = new Roster(
      {
        maxMessage: options.maxMessage,
        maxDecompressed: options.maxDecompressed,
        onUnreadable: (path, error) => {
          context.counters.add('source.unreadable');
          context.log.warn({ path, err: error }, 'A file cannot be read');
        },
      },
      context.cursors,
    );
  }

  /** The first look: opens what is there and hands over where each file stands, before anything is read of it. */
  async begin(): Promise<void> {
    await this.#find(new Folders(this.#breath));
  }

  /** Resolves to true when more is there to be read at once. */
  async poll(): Promise<boolean> {
    const folders = new Folders(this.#breath);
    await this.#find(folders);
    const more = await this.#read();
    await this.#retire(folders);
    await this.#forget();
    return more;
  }

  /** Hands nothing over from now on; what `poll` waits for is given up. */
  stop(): void {
    this.#stopped = true;
    this.#stop();
  }

  close(): void {
    for (const file of [...this.#roster.open.values()]) this.#roster.drop(file);
  }

  stats(): Record<string, number> {
    let lag = 0;
    for (const file of this.#roster.open.values()) lag += file.lag;
    return { files: this.#roster.open.size, bytes: this.#bytes, lag };
  }

  async #find(folders: Folders): Promise<void> {
    const { fresh, left } = await this.#look();
    await this.#settle(fresh, left, await this.#observe(), folders);
  }

  /** What is at the configured paths: the files not open, and the open ones that have just left their path. */
  async #look(): Promise<{ fresh: Candidate[]; left: TrackedFile[] }> {
    const now = this.#context.now();
    const seen = new Map<string, string[]>();
    const fresh: Candidate[] = [];
    const left: TrackedFile[] = [];
    const wanted = await this.#wanted.list(this.#context.now, this.#breath);
    for (const path of wanted) {
      if (this.#breath.isDue) await this.#breath.take();
      const stat = this.#wanted.stat(path, (error) => this.#roster.report(path, error));
      if (stat === null || this.#ignored.get(path) === signature(stat)) continue;
      this.#ignored.delete(path);
      const paths = seen.get(fileId(stat));
      if (paths !== undefined) paths.push(path);
      else {
        seen.set(fileId(stat), [path]);
        const candidate = this.#roster.open.has(fileId(stat)) ? null : this.#roster.look(path, true);
        if (candidate !== null) fresh.push(candidate);
      }
    }
    if (this.#ignored.size > wanted.length) this.#ignored.clear();
    for (const file of this.#roster.open.values()) {
      const paths = seen.get(file.id) ?? [];
      file.reachable = paths.length > 0;
      const rotated = !paths.includes(file.path) || isRotatedName(file.path);
      if (rotated && file.leftAt === null) left.push(file);
      file.leftAt = rotated ? (file.leftAt ?? now) : null;
    }
    return { fresh, left };
  }

  /** Looks at the open files. Returns those whose content was or may have been replaced, with where they stood. */
  async #observe(): Promise<Map<TrackedFile, Cut>> {
    const cut = new Map<TrackedFile, Cut>();
    for (const file of this.#roster.open.values()) {
      if (this.#breath.isDue) await this.#breath.take();
      const { lag, offset, stat } = file;
      try {
        // Of a file not begun nothing shows whether this is the content that it had before.
        if (file.observe(this.#context.now()) && (offset > 0 || !file.justChanged)) continue;
      } catch (error) {
        file.atEnd = true;
        this.#roster.report(file.path, error);
        continue;
      }
      cut.set(file, { position: { ...file.position(), mtime: stat.mtimeMs }, unread: lag > 0 });
    }
    return cut;
  }

  async #settle(
    fresh: readonly Candidate[],
    left: readonly TrackedFile[],
    cut: ReadonlyMap<TrackedFile, Cut>,
    folders: Folders,
  ): Promise<void> {
    const { backfillGz, from, maxMessage, once, rotateWait } = this.#options;
    const families = new Set<Family>();
    const freshOf = new Map<Family, Candidate[]>();
    for (const candidate of fresh) {
      const family = this.#roster.family(candidate.path);
      families.add(family);
      freshOf.set(family, [...(freshOf.get(family) ?? []), candidate]);
    }
    for (const file of [...left, ...cut.keys()]) families.add(this.#roster.family(file.path));
    const first = this.#firstPoll;
    this.#firstPoll = false;
    const fromEnd = first && from === 'end' && this.#context.cursors.size === 0;
    if (fromEnd) await this.#push({ key: STARTED, value: '{}' });
    if (first) {
      for (const path of this.#roster.knownPaths()) {
        if (this.#wanted.includes(path)) families.add(this.#roster.family(path));
      }
    }
    for (const family of families) {
      if (this.#breath.isDue) await this.#breath.take();
      this.#letGoOfCopies(family, cut);
      const files = family.files.filter((file) => cut.has(file));
      const settled = await new Settlement(
        this.#roster,
        folders,
        family,
        freshOf.get(family) ?? [],
        files.map((file) => cut.get(file)!.position),
        {
          backfillGz,
          maxMessage,
          fromEnd,
          isComplete: ({ stat }) =>
            once || this.#context.now() - Math.max(stat.mtimeMs, stat.ctimeMs) >= rotateWait,
        },
      ).run();
      for (const file of files) file.restart(this.#roster.nextGeneration());
      family.files.sort((a, b) => a.generation - b.generation);
      for (const code of settled.counted) this.#context.counters.add(code);
      // Cut back without a copy: what was seen there and not read is nowhere.
      const gone =
        settled.counted.includes('source.file_truncated') && files.some((file) => cut.get(file)!.unread);
      if (gone) this.#context.counters.add('source.file_lost');
      for (const path of settled.ignored) {
        const stat = this.#wanted.stat(path, () => {});
        if (stat !== null) this.#ignored.set(path, signature(stat));
      }
      for (const file of settled.announce) await this.#push(this.#cursorOf(file, false), file);
    }
  }

  /**
   * A copy that copytruncate made and that the next one has overwritten with what was read of another file: as a copy that
   * nobody knows yet it is gone on with where that was left.
   */
  #letGoOfCopies(family: Family, cut: ReadonlyMap<TrackedFile, Cut>): void {
    const places = family.files.map((file) => ({
      file,
      position: cut.get(file)?.position ?? file.position(),
    }));
    for (const { file, position } of places) {
      if (file.leftAt === null || !cut.has(file)) continue;
      const isCopy = places.some((other) => other.file !== file && isCopyOf(file, other.position));
      if (!isCopy) continue;
      const { unread } = cut.get(file)!;
      this.#roster.remember(file.key, { ...position, ...(!unread && { done: true }) });
      this.#roster.drop(file);
    }
  }

  /** A block of each family in turn, until all is read or it is time to look again. Resolves to true in that case. */
  async #read(): Promise<boolean> {
    const deadline = this.#context.now() + READ_MS;
    for (let reading = true; reading && !this.#stopped; ) {
      reading = false;
      for (const family of [...this.#roster.families.values()]) {
        const file = family.files.find(({ atEnd }) => !atEnd);
        if (file === undefined || this.#stopped) continue;
        reading = true;
        await this.#readBlock(file);
      }
      if (this.#context.now() > deadline) return reading;
    }
    return false;
  }

  async #readBlock(file: TrackedFile): Promise<void> {
    try {
      const lines = await file.read();
      // Rotated away with nothing but an unfinished line: only a cursor says that it still waits for its end, and
      // it has to come before those of younger files.
      const waits = file.atEnd && file.lag > 0 && (file.leftAt !== null || !file.reachable);
      const unknown = this.#roster.position(file.key)?.generation !== file.generation;
      if (lines !== null || (waits && unknown)) await this.#push(this.#cursorOf(file, false), file, lines);
    } catch (error) {
      file.atEnd = true;
      this.#roster.report(file.path, error);
    }
  }

  /** Ends files that nobody will add to: their last line is whole as it is. */
  async #retire(folders: Folders): Promise<void> {
    const now = this.#context.now();
    const { once, rotateWait } = this.#options;
    for (const file of [...this.#roster.open.values()]) {
      if (this.#breath.isDue) await this.#breath.take();
      const waited = file.leftAt !== null && now - Math.max(file.leftAt, file.changedAt) >= rotateWait;
      if (this.#stopped || !file.atEnd || !(waited || once || file.gzip)) continue;
      const lines = file.flush();
      const leaves = (file.leftAt !== null && !file.reachable) || file.gzip;
      const known = lines !== null || this.#roster.position(file.key) !== undefined;
      if (lines !== null || (leaves && known)) await this.#push(this.#cursorOf(file, leaves), file, lines);
      if (!leaves) continue;
      const family = this.#roster.family(file.path);
      this.#roster.drop(file);
      if (known && !file.gzip && !this.#options.backfillGz && !(await isBeside(folders, family, file)))
        family.forget.add(file.key);
    }
  }

  /** Deletes stale cursors of families that are read. */
  async #forget(): Promise<void> {
    for (const family of [...this.#roster.families.values()]) {
      if (this.#breath.isDue) await this.#breath.take();
      if (this.#stopped || family.files.some(({ atEnd }) => !atEnd)) continue;
      for (const key of family.forget) {
        family.forget.delete(key);
        if (!this.#roster.isOpen(key)) await this.#push({ key, value: '' });
      }
      if (family.files.length === 0) this.#roster.families.delete(family.path);
    }
  }

  #cursorOf(file: TrackedFile, done: boolean): { key: string; value: string } {
    const position = file.position(done);
    this.#roster.remember(file.key, position);
    return { key: file.key, value: JSON.stringify(position) };
  }

  async #push(
    cursor: RawBatch['cursor'] & object,
    file?: TrackedFile,
    lines: Lines | null = null,
  ): Promise<void> {
    if (this.#stopped) return;
    if (cursor.value === '') this.#roster.erase(cursor.key);
    const { counters, name, now, out } = this.#context;
    const receivedAt = now();
    const room = out.push({
      source: name,
      transport: 'file',
      receivedAt,
      clock: file === undefined ? receivedAt : Math.trunc(file.stat.mtimeMs),
      cursor,
      records: lines?.records ?? 0,
      bytes: lines?.bytes ?? new Uint8Array(0),
      ends: null,
      peers: file === undefined ? [] : [{ address: file.path }],
      peerRuns: null,
      truncated: lines?.truncated ?? null,
    });
    this.#bytes += lines?.bytes.length ?? 0;
    if (lines?.truncated) counters.add('frame.truncated', lines.truncated.length);
    if (!room) await Promise.race([out.ready(), this.#whenStopped]);
  }
}

function isCopyOf(file: TrackedFile, position: Position): boolean {
  return position.offset > 0 && position.gzip !== true && holds(file.fd, position);
}

async function isBeside(folders: Folders, family: Family, file: TrackedFile): Promise<boolean> {
  const places = await folders.generations(family.path);
  return places.some(({ stat }) => stat.ino === file.stat.ino);
}

function signature(stat: {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}): string {
  return `${fileId(stat)}:${stat.size}:${stat.mtimeMs}`;
}
