import type { AlertChange } from '../model/alert.js';
import { type AttackTactic, type AttackTechnique, attackTactics, attackTechnique } from '../model/attack.js';

type Threat = AlertChange['threat'];

/**
 * Sigma tags in the ATT&CK namespace (Sigma appendix "tags") as tactics and techniques of the current ATT&CK, each
 * once, in the order of the tags. A technique that was moved is given under its new id. The tag of a tactic that
 * was split stands for those of its successors that a tagged technique belongs to, or for all when none does.
 * Groups, software and unknown ids are left out.
 */
export function threatOfTags(tags: readonly string[]): Threat {
  const techniques = new Map<string, AttackTechnique>();
  for (const name of attackNames(tags)) {
    const technique = attackTechnique(name);
    if (technique !== null) techniques.set(technique.id, technique);
  }

  const tactics = new Map<string, AttackTactic>();
  for (const name of attackNames(tags)) {
    const named = attackTactics(name);
    const meant = named.length > 1 ? named.filter((tactic) => isTacticOf(tactic, techniques)) : named;
    for (const tactic of meant.length > 0 ? meant : named) tactics.set(tactic.id, tactic);
  }

  return {
    tactic: [...tactics.values()].map(({ id, name }) => ({ id, name })),
    technique: [...techniques.values()].map(({ id, name }) => ({ id, name })),
  };
}

/** The threats of an alert so far with those of a new hit added; `before` itself when there is nothing new. */
export function mergeThreats(before: Threat, added: Threat): Threat {
  const tactic = withNew(before.tactic, added.tactic);
  const technique = withNew(before.technique, added.technique);
  return tactic === before.tactic && technique === before.technique ? before : { tactic, technique };
}

function attackNames(tags: readonly string[]): string[] {
  return tags.filter((tag) => /^attack\./i.test(tag)).map((tag) => tag.slice('attack.'.length));
}

function isTacticOf(tactic: AttackTactic, techniques: ReadonlyMap<string, AttackTechnique>): boolean {
  return [...techniques.values()].some((technique) => technique.tactics.includes(tactic));
}

function withNew<T extends { readonly id: string }>(before: readonly T[], added: readonly T[]): readonly T[] {
  const fresh = added.filter(({ id }) => !before.some((known) => known.id === id));
  return fresh.length === 0 ? before : [...before, ...fresh];
}
