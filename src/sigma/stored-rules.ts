import { deserialize, serialize } from 'node:v8';
import type { Json } from '../model/json.js';
import type { Condition, DetectionRule, FilterRule, Rule, Selection } from '../model/rule.js';
import { canonical } from './read/semantic-hash.js';

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
    const tree = storeTree({ selections, conditions });
    trees.push(tree);
    end += tree.length;
    ends.push(end);
    return head;
  });
  return { rules: serialize({ rules: heads, ends } satisfies Heads), trees: Buffer.concat(trees) };
}

/**
 * Text of all that rules say, the same for the same rules: that of v8 also tells how it keeps their lists, which depends on
 * what it has optimized by then.
 */
export function textOfRules(rules: readonly Rule[]): string {
  return rules
    .map((rule) => {
      if (rule.kind === 'correlation' || Object.keys(rule.custom).length > 0) return canonical(rule);
      const { selections: _, conditions: __, ...head } = rule;
      // What it looks for is in its hash.
      return JSON.stringify(head);
    })
    .join('\n');
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
      this.#tree = openTree(Buffer.from(bytes.buffer));
    }
    return this.#tree;
  }
}

/** As JSON, a tenth of the work of `v8.serialize`, where that says all; which it is, the first byte tells. */
function storeTree(tree: Tree): Uint8Array {
  const selections = [...tree.selections];
  if (!selections.every(([, selection]) => isJson(selection))) return serialize(tree);
  return Buffer.from(JSON.stringify({ selections, conditions: tree.conditions } satisfies JsonTree));
}

function openTree(bytes: Buffer): Tree {
  if (bytes[0] !== BRACE) return deserialize(bytes) as Tree;
  const { selections, conditions } = JSON.parse(bytes.toString()) as JsonTree;
  return { selections: new Map(selections), conditions };
}

interface JsonTree {
  readonly selections: readonly (readonly [string, Selection])[];
  readonly conditions: readonly Condition[];
}

const BRACE = '{'.charCodeAt(0);

function isJson(selection: Selection): boolean {
  if (selection.kind !== 'all') return selection.of.every(isJson);
  return selection.items.every(
    ({ values, placeholders }) => placeholders === undefined && values.every(isExactInJson),
  );
}

/** Numbers that JSON has no words for, and those that it takes for others, are not. */
function isExactInJson(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}
