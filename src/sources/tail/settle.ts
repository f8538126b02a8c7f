import { closeSync } from 'node:fs';
import type { Code } from '../../telemetry/codes.js';
import type { Folders } from './folders.js';
import { byAge, byNumber, countsUp, type Generation } from './generations.js';
import { HEAD_BYTES, holds, type Position, readAt, sameBeginning } from './identity.js';
import { type Candidate, type Family, isSameFile, type Known, lastLineStart, type Roster } from './roster.js';
import type { TrackedFile } from './tracked-file.js';

export interface SettleOptions {
  readonly backfillGz: boolean;
  readonly maxMessage: number;
  /** New files are read from their end: the first start of a source with `from: end`. */
  readonly fromEnd: boolean;
  /** Whether a compressed file is whole: nobody is still writing it. */
  readonly isComplete: (candidate: Candidate) => boolean;
}

export interface Settled {
  /** Files whose position is to be committed before anything is read of them. */
  readonly announce: TrackedFile[];
  /** What went wrong. */
  readonly counted: Code[];
  /** Paths that are of no interest until they change. */
  readonly ignored: string[];
}

// Read generations remembered so that their compressed copies are not read again.
const MAX_REMEMBERED = 64;

/**
 * Decides, for a family in which files came, went or were cut, which file continues which known position and which
 * is new:
 *
 * 1. A file of a known inode that still holds what was read goes on at its offset.
 * 2. A position whose own file lost that content (copytruncate, compression, a move to another device) goes on in
 *    the file that is a copy of it: same first bytes, same bytes before the offset.
 * 3. Files that are neither and lie, by name or time, between the last known generation and the live file came and
 *    went between two looks: they are read from their start.
 * 4. What the configuration asks for and is none of these is new. Copies of a file still being read are left alone.
 *
 * Positions that found no file are stale: they are forgotten once everything else of the family is read.
 */
export class Settlement {
  readonly announce: TrackedFile[] = [];
  readonly counted: Code[] = [];
  readonly ignored: string[] = [];
  readonly #roster: Roster;
  readonly #folders: Folders;
  readonly #family: Family;
  readonly #cut: readonly Position[];
  readonly #options: SettleOptions;
  readonly #known: readonly Known[];
  readonly #open: readonly TrackedFile[];
  /** What nothing is known about so far. */
  readonly #candidates: Set<Candidate>;
  /** The newest generation known before. */
  readonly #last: Position | null;
  /** Where that is now, if it still is. */
  #lastPlace: Pick<Generation, 'age' | 'stat'> | undefined;

  /**
   * @param wanted files there are at configured paths and that are not open; tracked or closed here
   * @param cut positions of open files whose content was, or may have been, replaced in place
   */
  constructor(
    roster: Roster,
    folders: Folders,
    family: Family,
    wanted: readonly Candidate[],
    cut: readonly Position[],
    options: SettleOptions,
  ) {
    this.#roster = roster;
    this.#folders = folders;
    this.#family = family;
    this.#cut = cut;
    this.#options = options;
    this.#known = roster.closedPositions(family, new Set(wanted.map(({ stat }) => stat.ino)));
    this.#open = [...family.files];
    this.#last = newest([
      ...cut,
      ...this.#open.map((file) => file.position()),
      ...this.#known.filter(({ own }) => own).map(({ position }) => position),
    ]);
    this.#candidates = new Set(wanted);
  }

  async run(): Promise<Settled> {
    // Of a family not met before, only what the configuration asks for counts.
    if (this.#last !== null) await this.#lookBeside(this.#last);
    const orphans = await this.#resumeKnown();
    for (const position of this.#cut) {
      const copied = position.offset > 0 && (await this.#followCopy(position));
      if (!copied && position.offset > 0) this.counted.push('source.file_truncated');
    }
    for (const { key, position } of orphans) {
      const copied = await this.#followCopy(position);
      if (!copied && position.done !== true) this.counted.push(this.#fateOf(position));
      this.#family.forget.add(key);
    }
    this.#keepRemembered(orphans);
    await this.#takeNew();
    for (const { fd } of this.#candidates) closeSync(fd);
    return this;
  }

  async #lookBeside(last: Position): Promise<void> {
    const places = await this.#folders.generations(this.#family.path);
    for (const candidate of neighbours(this.#roster, this.#candidates, places)) {
      this.#candidates.add(candidate);
    }
    const lastOpen = this.#open.find(({ generation }) => generation === last.generation);
    if (!this.#cut.some((position) => position === last)) {
      this.#lastPlace = places.find(({ stat }) => stat.ino === lastOpen?.stat.ino);
    }
  }

  /** Step 1. Returns what found no file. */
  async #resumeKnown(): Promise<Known[]> {
    const orphans: Known[] = [];
    for (const known of this.#known) {
      const same = find(this.#candidates, (candidate) => isSameFile(candidate, known.position));
      if (same === undefined) orphans.push(known);
      else await this.#resume(same, known);
    }
    const missing = orphans.filter(({ own, position }) => own && position.done !== true);
    if (missing.length === 0) return orphans.filter(({ own }) => own);
    // Renamed to something that does not look like a generation.
    const inodes = new Set(missing.map(({ position }) => position.ino));
    const places = await this.#folders.neighbours(this.#family.path, inodes);
    for (const candidate of neighbours(this.#roster, new Set(), places)) {
      const known = missing.find(({ position }) => isSameFile(candidate, position));
      if (known === undefined) closeSync(candidate.fd);
      else {
        await this.#resume(candidate, known);
        orphans.splice(orphans.indexOf(known), 1);
      }
    }
    return orphans.filter(({ own }) => own);
  }

  async #resume(candidate: Candidate, { key, position }: Known): Promise<void> {
    this.#candidates.delete(candidate);
    if (position === this.#last) this.#lastPlace = candidate;
    const origin = { key, generation: position.generation };
    const read = position.done === true && (candidate.gzip || candidate.stat.size === position.offset);
    if (read && (candidate.gzip || !candidate.wanted)) {
      this.ignored.push(candidate.path);
      closeSync(candidate.fd);
    } else if (!candidate.gzip) {
      this.#roster.trackPlain(candidate, this.#pathOf(candidate), position.offset, origin);
    } else if (
      (await this.#roster.trackGzip(candidate, this.#pathOf(candidate), position, origin)) === null
    ) {
      closeSync(candidate.fd);
    }
  }

  /** Step 2. */
  async #followCopy(position: Position): Promise<boolean> {
    if (position.offset === 0 && position.head.bytes === 0) return false;
    for (const candidate of this.#candidates) {
      if (candidate.age.kind === 'live') continue;
      const origin = { generation: position.generation };
      const path = this.#pathOf(candidate);
      let file: TrackedFile | null = null;
      if (!candidate.gzip && position.gzip !== true && holds(candidate.fd, position)) {
        file = this.#roster.trackPlain(candidate, path, position.offset, origin);
      } else if (candidate.gzip && position.done !== true) {
        file = await this.#roster.trackGzip(candidate, path, position, origin);
      }
      if (file === null) continue;
      this.#candidates.delete(candidate);
      this.announce.push(file);
      if (position === this.#last) this.#lastPlace = candidate;
      return true;
    }
    return false;
  }

  #fateOf(position: Position): Code {
    const cut = [...this.#candidates].some(({ stat }) => stat.ino === position.ino);
    return cut ? 'source.file_truncated' : 'source.file_lost';
  }

  #keepRemembered(orphans: readonly Known[]): void {
    if (!this.#options.backfillGz) return;
    for (const { key, position } of orphans.slice(-MAX_REMEMBERED)) {
      if (position.gzip !== true) this.#family.forget.delete(key);
    }
  }

  /** Steps 3 and 4, oldest first. */
  async #takeNew(): Promise<void> {
    const fresh = [...this.#candidates];
    const place = this.#lastPlace;
    const upwards = place !== undefined && fresh.some((candidate) => countsUp(place, candidate));
    fresh.sort(upwards ? byNumber : byAge);
    const inUse = this.#family.files.filter((file) => !file.gzip && !this.#isCut(file));
    const replaced =
      this.#cut.length > 0 ||
      this.#lastPlace?.age.kind !== 'live' ||
      // It was empty when it was last looked at: whatever it holds now may have come since.
      this.#last?.head.bytes === 0 ||
      fresh.some(({ wanted, age }) => wanted && age.kind === 'live');
    for (const candidate of fresh) {
      if (!candidate.wanted && !(replaced && this.#wasMissed(candidate))) continue;
      if (candidate.gzip) await this.#takeGzip(candidate);
      else if (isCopyInUse(candidate, inUse)) this.ignored.push(candidate.path);
      else {
        const { fromEnd, maxMessage } = this.#options;
        const offset = fromEnd ? lastLineStart(candidate, maxMessage) : 0;
        const file = this.#roster.trackPlain(candidate, this.#pathOf(candidate), offset);
        this.#candidates.delete(candidate);
        // Of a log never met before nothing else says where it is, should it be rotated before a line of it is committed.
        if (fromEnd || this.#last === null) this.announce.push(file);
      }
    }
  }

  async #takeGzip(candidate: Candidate): Promise<void> {
    if (!this.#options.backfillGz) {
      this.ignored.push(candidate.path);
      return;
    }
    // Its original may be what is just being read, or it is still being written.
    const busy = this.#open.some((file) => file.stat.nlink === 0 || !file.atEnd);
    if (busy || !this.#options.isComplete(candidate)) return;
    const path = this.#pathOf(candidate);
    let file: TrackedFile | null = null;
    for (const { position } of this.#known.filter(({ own }) => own).reverse()) {
      if (position.offset === 0) continue;
      file = await this.#roster.trackGzip(candidate, path, position, { generation: position.generation });
      if (file !== null) break;
    }
    file ??= await this.#roster.trackGzip(candidate, path, null);
    if (file === null) return;
    this.#candidates.delete(candidate);
    this.announce.push(file);
  }

  #isCut(file: TrackedFile): boolean {
    return this.#cut.some(({ ino }) => ino === file.stat.ino);
  }

  #wasMissed(candidate: Candidate): boolean {
    if (this.#last === null || candidate.gzip || candidate.age.kind === 'live') return false;
    // Where an empty file is says nothing about what was in it since.
    const place = this.#last.head.bytes === 0 ? undefined : this.#lastPlace;
    if (place !== undefined && place.age.kind === candidate.age.kind && place.age.kind !== 'old') {
      if (countsUp(place, candidate)) return true;
      return byAge(place, candidate) < 0 && !countsUp(candidate, place);
    }
    return candidate.stat.mtimeMs >= this.#last.mtime;
  }

  /** The configured path it belongs to. */
  #pathOf(candidate: Candidate): string {
    return candidate.wanted ? candidate.path : this.#family.path;
  }
}

/** `cp log log.1`, as copytruncate begins. */
function isCopyInUse(candidate: Candidate, inUse: readonly TrackedFile[]): boolean {
  if (candidate.age.kind === 'live' || inUse.length === 0) return false;
  const head = readAt(candidate.fd, 0, HEAD_BYTES);
  return inUse.some((file) => file.mayBegin(head) && sameBeginning(candidate.fd, file.fd));
}

/** What is at the places, opened, without what is open already. */
function neighbours(
  roster: Roster,
  opened: ReadonlySet<Candidate>,
  places: readonly { readonly path: string }[],
): Candidate[] {
  const ids = new Set([...opened].map(({ id }) => id));
  const found: Candidate[] = [];
  for (const { path } of places) {
    const candidate = roster.look(path, false);
    if (candidate === null) continue;
    if (ids.has(candidate.id)) closeSync(candidate.fd);
    else {
      ids.add(candidate.id);
      found.push(candidate);
    }
  }
  return found;
}

function find<T>(all: Iterable<T>, holds: (one: T) => boolean): T | undefined {
  for (const one of all) if (holds(one)) return one;
  return undefined;
}

/** Of equals the first. */
function newest(positions: readonly Position[]): Position | null {
  return positions.reduce<Position | null>(
    (best, position) => (best === null || position.generation > best.generation ? position : best),
    null,
  );
}
