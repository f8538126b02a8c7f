import type { RegexNode } from '../../regex/syntax.js';

/**
 * How the time of a backtracking engine (PCRE, Java, Python, JavaScript) grows on hostile text that does not match.
 * Our own engine takes linear time whatever the expression; rules are shared with engines that do not.
 *
 * The expression becomes a Glushkov automaton: one state for each character class. It is *exponential* when from
 * some state two different paths lead back to it over the same text, and *polynomial* of a degree that is the length
 * of the longest chain of loops, each of which can pass text on to the next in more than one way (Weber and Seidl,
 * "On the degree of ambiguity of finite automata", 1991). The search for where a match begins is a loop, too.
 */
export type Growth =
  | { readonly kind: 'exponential' }
  | { readonly kind: 'polynomial'; readonly degree: number };

/** Null = the expression is too large to tell. */
export function backtracking(regex: RegexNode, anchored: boolean): Growth | null {
  const automaton = new Automaton();
  const whole = automaton.build(regex);
  if (whole === null || automaton.size > MAX_STATES) return null;
  const componentOf = automaton.components();
  if (isExponential(automaton, componentOf, whole)) return { kind: 'exponential' };
  return { kind: 'polynomial', degree: degreeOf(automaton, whole, anchored) };
}

const MAX_STATES = 400;
/** Repeats that allow this many more than they need are taken for endless. */
const LONG_REPEAT = 256;
/** Copies made of what a counted repeat repeats. */
const MAX_COPIES = 4;

/** What a part of the expression offers to its neighbours. */
interface Part {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

class Automaton {
  /** By state, the characters that lead into it. */
  readonly sets: bigint[] = [];
  /** By state, its successors; twice where two ways lead to one. */
  readonly next: number[][] = [];
  /** The expression ends with `$`: after its last character the match may still fail. */
  endsAnchored = false;

  get size(): number {
    return this.sets.length;
  }

  build(node: RegexNode): Part | null {
    if (this.size > MAX_STATES) return null;
    switch (node.kind) {
      case 'empty':
        return EMPTY;
      case 'end':
        this.endsAnchored = true;
        return EMPTY;
      case 'class': {
        this.next.push([]);
        const state = this.sets.push(node.set) - 1;
        return { nullable: false, first: [state], last: [state] };
      }
      case 'choice': {
        const parts = node.of.map((part) => this.build(part));
        if (parts.includes(null)) return null;
        return {
          nullable: parts.some((part) => part!.nullable),
          first: parts.flatMap((part) => part!.first),
          last: parts.flatMap((part) => part!.last),
        };
      }
      case 'sequence':
        return node.of.reduce<Part | null>((before, part) => {
          const after = before === null ? null : this.build(part);
          return before === null || after === null ? null : this.#join(before, after);
        }, EMPTY);
      case 'repeat':
        return this.#repeat(node);
    }
  }

  /** Strongly connected component of each state; −1 = in no loop. */
  components(): readonly number[] {
    return stronglyConnected(this.size, (state) => this.next[state]!);
  }

  #join(before: Part, after: Part): Part {
    for (const state of before.last) this.next[state]!.push(...after.first);
    return {
      nullable: before.nullable && after.nullable,
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
    };
  }

  #repeat({ of, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Part | null {
    const endless = max === null || max - min >= LONG_REPEAT;
    const copies = Math.max(1, Math.min(endless ? Math.max(min, 1) : (max ?? 1), MAX_COPIES));
    let whole: Part = EMPTY;
    for (let i = 0; i < copies; i++) {
      const part = max === 0 ? EMPTY : this.build(of);
      if (part === null) return null;
      if (endless && i === copies - 1) for (const state of part.last) this.next[state]!.push(...part.first);
      whole = this.#join(whole, i < min ? part : { ...part, nullable: true });
    }
    return whole;
  }
}

const EMPTY: Part = { nullable: true, first: [], last: [] };

/** Pairs of successors looked at, at most: beyond that nothing is said of exponential time. */
const MAX_WORK = 2_000_000;

/** Two paths over one text from a state back to it: a loop of the automaton paired with itself that leaves the diagonal. */
function isExponential(automaton: Automaton, componentOf: readonly number[], whole: Part): boolean {
  const { sets, next, size } = automaton;
  // Where the expression may end, it has matched: nothing is tried again.
  const ended = new Set(automaton.endsAnchored ? [] : whole.last.map((state) => componentOf[state]!));
  const within = (state: number): number[] =>
    next[state]!.filter((to) => componentOf[to] === componentOf[state] && componentOf[state]! >= 0);
  for (let state = 0; state < size; state++) {
    if (componentOf[state]! < 0 || ended.has(componentOf[state]!)) continue;
    const inside = within(state);
    if (new Set(inside).size < inside.length) return true;
  }
  let work = 0;
  const pairsAfter = (pair: number): number[] => {
    const [a, b] = [Math.floor(pair / size), pair % size];
    const after: number[] = [];
    if (componentOf[a] !== componentOf[b] || componentOf[a]! < 0 || ended.has(componentOf[a]!)) return after;
    if (work > MAX_WORK) return after;
    const others = within(b);
    const ones = within(a);
    work += ones.length * others.length;
    for (const x of ones) {
      for (const y of others) {
        if ((sets[x]! & sets[y]!) !== 0n) after.push(x * size + y);
      }
    }
    return after;
  };
  const pairComponents = stronglyConnected(
    size * size,
    pairsAfter,
    (pair) => Math.floor(pair / size) === pair % size,
  );
  const diagonal = new Set<number>();
  for (let state = 0; state < size; state++) diagonal.add(pairComponents[state * size + state] ?? -1);
  diagonal.delete(-1);
  return pairComponents.some(
    (component, pair) => Math.floor(pair / size) !== pair % size && diagonal.has(component),
  );
}

/**
 * Longest chain of loops that can share text. Only loops over one class are looked at (`.*`, `\s+`): a loop passes
 * text on to another when a text of what both take leads from one to the other.
 */
function degreeOf(automaton: Automaton, whole: Part, anchored: boolean): number {
  const { sets, next, size } = automaton;
  const loops = sets.map((_, state) => state).filter((state) => next[state]!.includes(state));
  const ends = new Set(automaton.endsAnchored ? [] : whole.last);
  const failing = loops.filter((state) => !ends.has(state));
  const follows = (loop: number, other: number): boolean => {
    const shared = sets[loop]! & sets[other]!;
    if (shared === 0n) return false;
    const seen = new Set([loop]);
    const pending = [loop];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      for (const to of next[state]!) {
        if (to === other && to !== loop) return true;
        if (seen.has(to) || (sets[to]! & shared) === 0n) continue;
        seen.add(to);
        pending.push(to);
      }
    }
    return false;
  };
  const longest = new Map<number, number>();
  const chainFrom = (loop: number): number => {
    const known = longest.get(loop);
    if (known !== undefined) return known;
    longest.set(loop, 1);
    const best =
      1 + Math.max(0, ...failing.filter((other) => other > loop && follows(loop, other)).map(chainFrom));
    longest.set(loop, best);
    return best;
  };
  const chain = Math.max(0, ...failing.map(chainFrom));
  const searched = anchored || failing.length === 0 || size === 0 ? 0 : 1;
  return chain + searched;
}

/** Tarjan's algorithm without recursion; −1 for nodes in no cycle. `wanted`: where to begin. */
function stronglyConnected(
  size: number,
  successors: (node: number) => readonly number[],
  wanted: (node: number) => boolean = () => true,
): number[] {
  const component = new Array<number>(size).fill(-1);
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  let components = 0;
  for (let root = 0; root < size; root++) {
    if (!wanted(root) || index.has(root)) continue;
    const work: { node: number; after: readonly number[]; at: number }[] = [];
    const enter = (node: number): void => {
      index.set(node, index.size);
      low.set(node, index.size - 1);
      stack.push(node);
      onStack.add(node);
      work.push({ node, after: successors(node), at: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const frame = work[work.length - 1]!;
      const { node } = frame;
      const to = frame.after[frame.at++];
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) low.set(node, Math.min(low.get(node)!, index.get(to)!));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1]?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      const members: number[] = [];
      for (let member = stack.pop()!; ; member = stack.pop()!) {
        onStack.delete(member);
        members.push(member);
        if (member === node) break;
      }
      if (members.length > 1 || frame.after.includes(node)) {
        for (const member of members) component[member] = components;
        components++;
      }
    }
  }
  return component;
}
