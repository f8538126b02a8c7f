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

const SAVED_AT_ONCE = 128;

interface Piece {
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
  /** By shelf what is saved and not handed out; the last may grow. */
  readonly #saved = new Map<GroupShelf, Piece[]>();

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
    for (const { shelf } of shelves) this.#saved.set(shelf, []);
  }

  /** A group that is not to be saved. */
  passOver(group: Group): void {
    group.savedBy = this.#number;
  }

  /** A group is about to change or to go. */
  saveFirst(group: Group): void {
    if (group.savedBy === this.#number) return;
    group.savedBy = this.#number;
    const pieces = this.#saved.get(group.shelf)!;
    let piece = pieces[pieces.length - 1];
    if (piece === undefined || piece.groups.length >= this.#savedAtOnce) {
      piece = { groups: [], watches: [] };
      pieces.push(piece);
    }
    piece.groups.push(saveGroup(group));
    for (const watch of group.watches) piece.watches.push(this.#saveWatch(watch));
  }

  /** What is saved, and then, as they are asked for, all others. */
  *all(): Generator<SavedGroups> {
    for (const { rule, shelf } of this.#shelves) {
      const pieces = this.#saved.get(shelf)!;
      // Groups may come and go meanwhile: an iterator of a map knows.
      for (const group of shelf.groups.values()) {
        this.saveFirst(group);
        while (pieces.length > 1) yield savedGroups(rule, pieces.shift()!);
      }
      for (const piece of pieces.splice(0)) yield savedGroups(rule, piece);
    }
  }
}

function savedGroups({ id, hash }: SavedShelf['rule'], { groups, watches }: Piece): SavedGroups {
  return { id, hash, groups, watches };
}
