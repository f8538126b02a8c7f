import { MOVED_TECHNIQUES, RETIRED_TACTIC_TAGS, TACTICS, TECHNIQUES } from './attack-table.js';

export { ATTACK_VERSION } from './attack-table.js';

/** A tactic of MITRE ATT&CK Enterprise. */
export interface AttackTactic {
  /** `TA0006` */
  readonly id: string;
  /** `Credential Access` */
  readonly name: string;
  /** As in Sigma tags: `credential-access`. */
  readonly tag: string;
}

/** A technique or sub-technique of MITRE ATT&CK Enterprise. */
export interface AttackTechnique {
  /** `T1110.001` */
  readonly id: string;
  readonly name: string;
  readonly tactics: readonly AttackTactic[];
}

const tacticsById = new Map<string, AttackTactic>();
const tacticsByTag = new Map<string, readonly AttackTactic[]>();
const techniques = new Map<string, AttackTechnique>();
const moved = new Map<string, string>(MOVED_TECHNIQUES);

for (const [id, name, tag] of TACTICS) {
  const tactic = { id, name, tag };
  tacticsById.set(id, tactic);
  tacticsByTag.set(tag, [tactic]);
}
for (const [tag, ids] of RETIRED_TACTIC_TAGS) tacticsByTag.set(tag, tacticsOf(ids));
for (const [id, name, ids] of TECHNIQUES) techniques.set(id, { id, name, tactics: tacticsOf(ids) });

/** The technique of an id in any case; a retired id leads to the one that took its place. Null = unknown. */
export function attackTechnique(id: string): AttackTechnique | null {
  const upper = id.toUpperCase();
  return techniques.get(upper) ?? techniques.get(moved.get(upper) ?? '') ?? null;
}

/** The id that took the place of a retired technique id, null for ids in force and unknown ones. */
export function movedTechnique(id: string): string | null {
  return moved.get(id.toUpperCase()) ?? null;
}

/**
 * The tactics of a tag without its `attack.`, written with `-` or `_`. More than one for the tag of a tactic that
 * was split (`defense-evasion`); empty = unknown.
 */
export function attackTactics(tag: string): readonly AttackTactic[] {
  return tacticsByTag.get(tag.toLowerCase().replaceAll('_', '-')) ?? [];
}

/** For sorting tactics by their ids as ATT&CK's matrix has them; unknown ones last. */
export function tacticPlace(id: string): number {
  const place = TACTICS.findIndex(([own]) => own === id);
  return place < 0 ? TACTICS.length : place;
}

/** Whether the tag names a tactic that is no more. */
export function isRetiredTactic(tag: string): boolean {
  const name = tag.toLowerCase().replaceAll('_', '-');
  return RETIRED_TACTIC_TAGS.some(([retired]) => retired === name);
}

function tacticsOf(ids: string): AttackTactic[] {
  return ids.split(' ').flatMap((id) => tacticsById.get(id) ?? []);
}

/** All techniques and sub-techniques in force, in the order of their ids. */
export function attackTechniques(): AttackTechnique[] {
  return [...techniques.values()];
}
