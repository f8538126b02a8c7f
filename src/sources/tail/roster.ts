import { closeSync, fstatSync, type Stats } from 'node:fs';
import { ClearError } from '../../telemetry/outside-fault.js';
import { isEvtxFile } from '../evtx/evtx-lines.js';
import { encodingOf, linesEnd } from './encoding.js';
import { type Age, familyOf } from './generations.js';
import { GzipReader, isGzip } from './gzip.js';
import { fileId, holds, type Position, readAt, readPosition } from './identity.js';
import { LineCutter } from './line-cutter.js';
import { openRegular, PlainReader, resumeCutter, TrackedFile } from './tracked-file.js';

/** The generations of one log, read one after the other, oldest first. */
export interface Family {
  /** Where the file being written is, as configured. */
  readonly path: string;
  /** Oldest first. A file is read while all before it are at their end. */
  readonly files: TrackedFile[];
  /** Keys whose files are gone, to be deleted from the cursors once all of the family is read. */
  readonly forget: Set<string>;
}

/** A position read from a file that is not open now. */
export interface Known {
  readonly key: string;
  readonly position: Position;
  /** Of the family that was asked about. */
  readonly own: boolean;
}

/** How a file is taken up: under a known key, or as a copy of a known generation, or as a new one. */
export interface Origin {
  readonly key?: string;
  readonly generation?: number;
}

/** A file there is, opened to be looked at. */
export interface Candidate {
  readonly path: string;
  readonly id: string;
  readonly fd: number;
  readonly stat: Stats;
  readonly age: Age;
  readonly gzip: boolean;
  /** Asked for by the configuration, not only a neighbour of what is. */
  readonly wanted: boolean;
}

export interface RosterOptions {
  readonly maxMessage: number;
  readonly maxDecompressed: number;
  /** Called at the first failure of a path, and again after it could be opened in between. */
  readonly onUnreadable: (path: string, error: unknown) => void;
}

const BLOCK_BYTES = 256 * 1024;
// Folders that hold other sources' positions, or ours of long ago, are not read back without bound.
const MAX_POSITIONS = 100_000;

/** Everything one tail knows: files open now, and positions of files it has read. */
export class Roster {
  readonly families = new Map<string, Family>();
  /** Open files by device and inode. */
  readonly open = new Map<string, TrackedFile>();
  readonly #openKeys = new Set<string>();
  /** Last position handed over by cursor key, of open files too. */
  readonly #positions = new Map<string, Position>();
  /** Their keys by family and by inode: a source may follow many thousand files. */
  readonly #byFamily = new Map<string, Set<string>>();
  readonly #byInode = new Map<number, Set<string>>();
  readonly #options: RosterOptions;
  readonly #scratch = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  readonly #unreadable = new Set<string>();
  #generation = 0;

  constructor(options: RosterOptions, cursors: ReadonlyMap<string, string>) {
    this.#options = options;
    for (const [key, value] of cursors) {
      const position = readPosition(value);
      if (position === null || this.#positions.size >= MAX_POSITIONS) continue;
      this.remember(key, position);
      this.#generation = Math.max(this.#generation, position.generation);
    }
  }

  /** Configured paths of all positions. */
  knownPaths(): Set<string> {
    return new Set([...this.#positions.values()].map(({ path }) => path));
  }

  position(key: string): Position | undefined {
    return this.#positions.get(key);
  }

  isOpen(key: string): boolean {
    return this.#openKeys.has(key);
  }

  remember(key: string, position: Position): void {
    const before = this.#positions.get(key);
    if (before !== undefined && (before.path !== position.path || before.ino !== position.ino))
      this.erase(key);
    this.#positions.set(key, position);
    addTo(this.#byFamily, familyOf(position.path).path, key);
    addTo(this.#byInode, position.ino, key);
  }

  erase(key: string): void {
    const position = this.#positions.get(key);
    if (position === undefined) return;
    this.#positions.delete(key);
    removeFrom(this.#byFamily, familyOf(position.path).path, key);
    removeFrom(this.#byInode, position.ino, key);
  }

  nextGeneration(): number {
    return ++this.#generation;
  }

  family(path: string): Family {
    const { path: live } = familyOf(path);
    let family = this.families.get(live);
    if (family === undefined) {
      family = { path: live, files: [], forget: new Set() };
      this.families.set(live, family);
    }
    return family;
  }

  /**
   * Positions of files that are not open, oldest first: the family's own, and any whose inode is among `inodes`,
   * for files that moved here from elsewhere.
   */
  closedPositions(family: Family, inodes: ReadonlySet<number>): Known[] {
    const keys = new Set(this.#byFamily.get(family.path));
    for (const ino of inodes) for (const key of this.#byInode.get(ino) ?? []) keys.add(key);
    return [...keys]
      .filter((key) => !this.#openKeys.has(key) && !family.forget.has(key))
      .map((key) => {
        const position = this.#positions.get(key)!;
        return { key, position, own: familyOf(position.path).path === family.path };
      })
      .sort((a, b) => a.position.generation - b.position.generation);
  }

  /** Opens a path to look at it; null when it cannot be, or is open already. Whoever gets it tracks or closes it. */
  look(path: string, wanted: boolean): Candidate | null {
    let fd: number | undefined;
    try {
      fd = openRegular(path);
      const stat = fstatSync(fd);
      const id = fileId(stat);
      const isNew = !this.open.has(id);
      if (isNew) refuseEventLog(fd);
      this.#unreadable.delete(path);
      if (isNew) return { path, id, fd, stat, gzip: isGzip(fd), wanted, age: familyOf(path).age };
    } catch (error) {
      this.report(path, error);
    }
    if (fd !== undefined) closeSync(fd);
    return null;
  }

  /** Counts a path that is there and cannot be read, once until it can. */
  report(path: string, error: unknown): void {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || this.#unreadable.has(path)) return;
    this.#unreadable.add(path);
    this.#options.onUnreadable(path, error);
  }

  /** Tracks a plain file from `offset`. `path`: the configured path it belongs to. */
  trackPlain(candidate: Candidate, path: string, offset: number, origin: Origin = {}): TrackedFile {
    const { maxMessage } = this.#options;
    const cutter = offset > 0 ? resumeCutter(candidate.fd, offset, maxMessage) : new LineCutter(maxMessage);
    return this.#track(candidate, path, new PlainReader(candidate.fd, this.#scratch), cutter, origin);
  }

  /** Tracks a compressed file after `from`; null when it does not decompress to what that was read from. */
  async trackGzip(
    candidate: Candidate,
    path: string,
    from: Position | null,
    origin: Origin = {},
  ): Promise<TrackedFile | null> {
    const fd = openRegular(candidate.path);
    if (fileId(fstatSync(fd)) !== candidate.id) {
      closeSync(fd);
      return null;
    }
    const { maxMessage, maxDecompressed } = this.#options;
    const reader = new GzipReader(fd, maxDecompressed);
    try {
      const cutter = from === null ? new LineCutter(maxMessage) : await reader.skipTo(from, maxMessage);
      if (cutter !== null) return this.#track(candidate, path, reader, cutter, origin);
    } catch {
      // Damaged before that place: not the file it was read from.
    }
    reader.close();
    return null;
  }

  drop(file: TrackedFile): void {
    const { files } = this.family(file.path);
    files.splice(files.indexOf(file), 1);
    this.#unreadable.delete(file.path);
    this.open.delete(file.id);
    this.#openKeys.delete(file.key);
    file.close();
  }

  #track(
    candidate: Candidate,
    path: string,
    reader: PlainReader | GzipReader,
    cutter: LineCutter,
    origin: Origin,
  ): TrackedFile {
    const generation = origin.generation ?? this.nextGeneration();
    const file = new TrackedFile({
      path,
      key: origin.key ?? `${candidate.id}:${generation}`,
      generation,
      fd: candidate.fd,
      reader,
      cutter,
      maxMessage: this.#options.maxMessage,
    });
    file.reachable = candidate.wanted;
    this.open.set(file.id, file);
    this.#openKeys.add(file.key);
    const family = this.family(path);
    family.files.push(file);
    family.forget.delete(file.key);
    return file;
  }
}

/** Start of the last line that begins before the end of the file, as far as `maxMessage` bytes show it. */
export function lastLineStart(candidate: Candidate, maxMessage: number): number {
  const { size } = candidate.stat;
  const from = Math.max(0, size - maxMessage);
  const encoding = encodingOf(readAt(candidate.fd, 0, 2));
  const end = linesEnd(readAt(candidate.fd, from, size - from), from, -1, encoding);
  return end === 0 ? size : from + end;
}

/** Whether the candidate is the very file the position was taken from, unchanged up to there. */
export function isSameFile(candidate: Candidate, position: Position): boolean {
  // Device numbers may change over a reboot; the content vouches for the rest.
  if (candidate.stat.ino !== position.ino || candidate.gzip !== (position.gzip ?? false)) return false;
  return candidate.gzip ? candidate.stat.mtimeMs === position.mtime : holds(candidate.fd, position);
}

/** It is no text, and Windows writes it anywhere but at its end. */
function refuseEventLog(fd: number): void {
  if (!isEvtxFile(fd)) return;
  throw new ClearError(
    'A Windows event log (EVTX) cannot be followed; `vedette scan` and `vedette replay` read it.',
  );
}

function addTo<K>(index: Map<K, Set<string>>, at: K, key: string): void {
  const keys = index.get(at);
  if (keys === undefined) index.set(at, new Set([key]));
  else keys.add(key);
}

function removeFrom<K>(index: Map<K, Set<string>>, at: K, key: string): void {
  const keys = index.get(at);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(at);
}
