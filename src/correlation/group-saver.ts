import { type Group, type SavedGroup, saveGroup } from './group.js';
import type { GroupShelf } from './group-table.js';
import type { SavedWatch } from './silence.js';
import type { Watch } from './watch-queue.js';

/** Some groups of a correlation: those of all together may take more memory than the keeper should have twice. */
export interface SavedGroups {
  readonly id: string;
  /** Semantic hash: the groups of a rule that was changed are not taken over. */
  readonly hash: string;
  readonly groups: readonly SavedGroup[];
  /** What the groups wait on. */
  readonly watches: readonly SavedWatch[];
}

/** The groups of a correlation, and what it is known by. */
export interface SavedShelf {
  readonly rule: { readonly id: string; readonly hash: string };
  readonly shelf: GroupShelf;
}

const SAVED_AT_ONCE = 64;

interface Piece {
  readonly rule: SavedShelf['rule'];
  readonly groups: SavedGroup[];
  readonly watches: SavedWatch[];
}

/**
 * Saves all groups as they are when it is made, some at a time, while hits go on: a group that is about to change or to go is saved
 * first. Each group is saved once; those that come later are not.
 */
export class GroupSaver {
  readonly #number: number;
  readonly #shelves: readonly SavedShelf[];
  readonly #saveWatch: (watch: Watch) => SavedWatch;
  readonly #savedAtOnce: number;
  /** By shelf what still grows. */
  readonly #growing = new Map<GroupShelf, Piece>();
  /** What is to be handed out: soon, since the collector copies what lives on. */
  readonly #full: Piece[] = [];

  /** @param number another than any before: groups that bear it are saved, or came later */
  constructor(
    number: number,
    shelves: readonly SavedShelf[],
    saveWatch: (watch: Watch) => SavedWatch,
    savedAtOnce = SAVED_AT_ONCE,
  ) {
    this.#number = number;
    this.#shelves = shelves;
    this.#saveWatch = saveWatch;
    this.#savedAtOnce = savedAtOnce;
    for (const { rule, shelf } of shelves) this.#growing.set(shelf, newPiece(rule));
  }

  /** A group that is not to be saved. */
  passOver(group: Group): void {
    group.savedBy = this.#number;
  }

  /** A group is about to change or to go. */
  saveFirst(group: Group): void {
    if (group.savedBy === this.#number) return;
    group.savedBy = this.#number;
    const piece = this.#growing.get(group.shelf)!;
    piece.groups.push(saveGroup(group));
    for (const watch of group.watches) piece.watches.push(this.#saveWatch(watch));
    if (piece.groups.length < this.#savedAtOnce) return;
    this.#full.push(piece);
    this.#growing.set(group.shelf, newPiece(piece.rule));
  }

  /** What is saved, and then, as they are asked for, all others. */
  *all(): Generator<SavedGroups> {
    for (const { shelf } of this.#shelves) {
      // Groups may come and go meanwhile: an iterator of a map knows.
      for (const group of shelf.groups.values()) {
        this.saveFirst(group);
        while (this.#full.length > 0) yield savedGroups(this.#full.shift()!);
      }
    }
    for (const piece of this.#growing.values()) if (piece.groups.length > 0) yield savedGroups(piece);
  }
}

function newPiece(rule: SavedShelf['rule']): Piece {
  return { rule, groups: [], watches: [] };
}

function savedGroups({ rule: { id, hash }, groups, watches }: Piece): SavedGroups {
  return { id, hash, groups, watches };
}
