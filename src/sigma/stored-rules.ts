import { deserialize, serialize } from 'node:v8';
import type { Condition, DetectionRule, FilterRule, Rule, Selection } from '../model/rule.js';

/**
 * Rules for other threads, as bytes: `rules` says what they are; `trees`, what detections and filters look for, each for
 * itself. That is most of a ruleset, and needed of the few rules that are explained.
 */
export interface StoredRules {
  readonly rules: Uint8Array;
  readonly trees: Uint8Array;
}

/** `rules` of StoredRules, serialized. */
interface Heads {
  readonly rules: readonly (Rule | Omit<DetectionRule | FilterRule, keyof Tree>)[];
  /** By rule where its tree ends; it begins where the one before ends. */
  readonly ends: readonly number[];
}

interface Tree {
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

export function storeRules(rules: readonly Rule[]): StoredRules {
  const trees: Uint8Array[] = [];
  let end = 0;
  const ends: number[] = [];
  const heads = rules.map((rule) => {
    if (rule.kind === 'correlation') {
      ends.push(end);
      return rule;
    }
    const { selections, conditions, ...head } = rule;
    const tree = serialize({ selections, conditions } satisfies Tree);
    trees.push(tree);
    end += tree.length;
    ends.push(end);
    return head;
  });
  return { rules: serialize({ rules: heads, ends } satisfies Heads), trees: Buffer.concat(trees) };
}

/** What rules look for is read from `trees` when somebody asks. */
export function openRules(heads: Uint8Array, trees: SharedArrayBuffer): Rule[] {
  const { rules, ends } = deserialize(heads) as Heads;
  return rules.map((rule, at) =>
    rule.kind === 'correlation'
      ? (rule as Rule)
      : (Object.assign(new StoredRule(trees, ends[at - 1] ?? 0, ends[at]!), rule) as Rule),
  );
}

class StoredRule implements Tree {
  readonly #trees: SharedArrayBuffer;
  readonly #from: number;
  readonly #to: number;
  #tree: Tree | null = null;

  constructor(trees: SharedArrayBuffer, from: number, to: number) {
    this.#trees = trees;
    this.#from = from;
    this.#to = to;
  }

  get selections(): Tree['selections'] {
    return this.#read().selections;
  }

  get conditions(): Tree['conditions'] {
    return this.#read().conditions;
  }

  #read(): Tree {
    if (this.#tree === null) {
      // A copy: v8 does not read shared memory.
      const bytes = new Uint8Array(this.#trees).slice(this.#from, this.#to);
      this.#tree = deserialize(bytes) as Tree;
    }
    return this.#tree;
  }
}
