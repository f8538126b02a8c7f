import { RecencyList, type RecencyNode } from '../model/recency-list.js';
import type { OpenIncident } from './open-incident.js';

type Node = RecencyNode<OpenIncident>;

/**
 * Incidents that nobody was told of, by the rule that began them: when one must go, it is the longest untouched of the rule
 * with most. A flood of forged senders that all set off one rule costs that rule's, not what others saw.
 */
export class UntoldIncidents implements Iterable<OpenIncident> {
  readonly #byRule = new Map<string, RecencyList<OpenIncident>>();

  append(node: Node): void {
    const { firstRule } = node.item;
    let list = this.#byRule.get(firstRule);
    if (list === undefined) {
      list = new RecencyList();
      this.#byRule.set(firstRule, list);
    }
    list.append(node);
  }

  refresh(node: Node): void {
    this.#byRule.get(node.item.firstRule)!.refresh(node);
  }

  remove(node: Node): void {
    const { firstRule } = node.item;
    const list = this.#byRule.get(firstRule)!;
    list.remove(node);
    if (list.size === 0) this.#byRule.delete(firstRule);
  }

  /** The first to go; null = there is none. */
  get victim(): Node | null {
    let most: RecencyList<OpenIncident> | null = null;
    for (const list of this.#byRule.values()) if (most === null || list.size > most.size) most = list;
    return most?.oldest ?? null;
  }

  /** Per rule, longest untouched first. */
  get lists(): readonly RecencyList<OpenIncident>[] {
    return [...this.#byRule.values()];
  }

  *[Symbol.iterator](): Iterator<OpenIncident> {
    for (const list of this.#byRule.values()) yield* list;
  }
}
