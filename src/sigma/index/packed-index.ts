import type { FieldItem, RuleLogsource } from '../../model/rule.js';
import { itemMatcher } from '../match/item-matcher.js';
import { SlotTable } from '../match/match-state.js';
import { PRESENCE, type Predicate } from '../match/predicate.js';
import { compileItem } from '../modifiers/compile-item.js';
import type { Placeholders } from '../modifiers/expand.js';
import { EqualNumber } from '../modifiers/number.js';
import { literalPredicate } from '../modifiers/text.js';
import { type Clue, type Group, type GroupSource, isDeciding, type Sight } from './groups.js';
import type { CompiledIndex, IndexedCompiledRule } from './indexed-ruleset.js';
import { Check, Count, type Programs } from './program.js';

/**
 * A compiled index as columns of plain data, which `v8.serialize` takes: other threads open it in a tenth of the time that
 * compiling the rules takes, and have nothing of them but what matching needs.
 */
export interface PackedIndex {
  readonly fields: readonly string[];
  readonly marks: number;
  readonly clues: {
    readonly slots: Int32Array;
    readonly marks: Int32Array;
    /** Places in SIGHTS. */
    readonly sights: Uint8Array;
    /** What is looked for, where a sight has something. */
    readonly values: readonly (string | number | bigint | null)[];
  };
  readonly groups: {
    readonly ids: Int32Array;
    readonly slots: Int32Array;
    readonly clues: Lists;
    readonly sources: readonly (GroupSource | null)[];
  };
  readonly rules: {
    readonly indexes: Int32Array;
    readonly starts: Int32Array;
    /** Places in `logsources`. */
    readonly logsources: Int32Array;
    readonly haveWitness: Uint8Array;
    readonly groups: Lists;
    readonly wait: Uint8Array;
    readonly waitFor: Lists;
  };
  readonly logsources: readonly RuleLogsource[];
  readonly programs: Omit<Programs, 'checks'>;
  readonly checks: readonly (FieldItem | { readonly count: number; readonly starts: readonly number[] })[];
}

/** Lists of numbers, end to end: where each begins, and where the last one ends. */
interface Lists {
  readonly from: Int32Array;
  readonly members: Int32Array;
}

const SIGHTS = ['whole', 'start', 'end', 'anywhere', 'number', 'presence', 'beyond-ascii'] as const;

export function packIndex({ fields, marks, groups, compiled, programs }: CompiledIndex): PackedIndex {
  const clues = new Numbered<Clue>();
  const logsources = new Numbered<string>();
  const asked = groups.filter((group) => group !== undefined);
  const places = new Map(asked.map((group, place) => [group, place]));
  const groupClues = listsOf(asked, (group) => group.clues.map((clue) => clues.of(clue)));
  const waitFor = listsOf(compiled, ({ wait }) => (wait?.clues ?? []).map((clue) => clues.of(clue)));
  const ofRule = compiled.map(({ logsource }) => logsources.of(JSON.stringify(logsource)));
  const { tests, ifSo, ifNot, checks } = programs;
  return {
    fields,
    marks,
    groups: {
      ids: Int32Array.from(asked, ({ id }) => id),
      slots: Int32Array.from(asked, ({ slot }) => slot),
      clues: groupClues,
      sources: asked.map(({ source }) => source),
    },
    rules: {
      indexes: Int32Array.from(compiled, ({ index }) => index),
      starts: Int32Array.from(compiled, ({ start }) => start),
      logsources: Int32Array.from(ofRule),
      haveWitness: Uint8Array.from(compiled, ({ hasWitness }) => Number(hasWitness)),
      groups: listsOf(compiled, (rule) => rule.groups.map((group) => places.get(group)!)),
      wait: Uint8Array.from(compiled, ({ wait }) => Number(wait !== null)),
      waitFor,
    },
    clues: {
      slots: Int32Array.from(clues.all, ({ slot }) => slot),
      marks: Int32Array.from(clues.all, ({ mark }) => mark),
      sights: Uint8Array.from(clues.all, ({ sight }) =>
        SIGHTS.indexOf(sight.kind === 'text' ? sight.at : sight.kind),
      ),
      values: clues.all.map(({ sight }) =>
        sight.kind === 'text' ? sight.text : sight.kind === 'number' ? sight.value : null,
      ),
    },
    logsources: logsources.all.map((text) => JSON.parse(text) as RuleLogsource),
    programs: { tests, ifSo, ifNot },
    checks: checks.map((check) =>
      check instanceof Count ? { count: check.count, starts: check.starts } : check.item,
    ),
  };
}

/** `placeholders`: those that it was compiled with. */
export function openIndex(packed: PackedIndex, placeholders: Placeholders): CompiledIndex {
  const { fields, marks, rules, logsources } = packed;
  const clues = packed.clues.values.map((_, at) => clueAt(packed, at));
  const groups: (Group | undefined)[] = [];
  const asked = packed.groups.sources.map((source, at): Group => {
    const id = packed.groups.ids[at]!;
    const group = new OpenedGroup(
      id,
      packed.groups.slots[at]!,
      listAt(packed.groups.clues, at, clues),
      source,
      placeholders,
    );
    groups[id] = group;
    return group;
  });
  const compiled = Array.from(rules.indexes, (index, position): IndexedCompiledRule => {
    return {
      index,
      position,
      start: rules.starts[position]!,
      logsource: logsources[rules.logsources[position]!]!,
      hasWitness: rules.haveWitness[position] === 1,
      groups: listAt(rules.groups, position, asked),
      wait: rules.wait[position] === 1 ? { clues: listAt(rules.waitFor, position, clues) } : null,
    };
  });
  const slots = new SlotTable(fields);
  const checks = packed.checks.map((check) =>
    'count' in check
      ? new Count(check.count, check.starts)
      : new Check(check, itemMatcher(compileItem(check, placeholders), slots)),
  );
  // Copies: what was read keeps alive all that it was read from.
  const { tests, ifSo, ifNot } = packed.programs;
  const programs = { tests: tests.slice(), ifSo: ifSo.slice(), ifNot: ifNot.slice(), checks };
  return { fields, marks, groups, compiled, programs };
}

/** Its predicates are made when they are first tried: those of most groups never are. */
class OpenedGroup implements Group {
  readonly id: number;
  readonly slot: number;
  readonly clues: readonly Clue[];
  readonly source: GroupSource | null;
  readonly #placeholders: Placeholders;
  #predicates: readonly Predicate[] | null = null;
  #rest: readonly Predicate[] | null = null;

  constructor(
    id: number,
    slot: number,
    clues: readonly Clue[],
    source: GroupSource | null,
    placeholders: Placeholders,
  ) {
    this.id = id;
    this.slot = slot;
    this.clues = clues;
    this.source = source;
    this.#placeholders = placeholders;
  }

  get hasRest(): boolean {
    return this.source !== null;
  }

  get predicates(): readonly Predicate[] {
    this.#predicates ??=
      this.source === null
        ? this.clues.map(({ sight }) => predicateOf(sight))
        : predicatesOf(this.source, this.#placeholders);
    return this.#predicates;
  }

  get rest(): readonly Predicate[] {
    this.#rest ??= this.hasRest ? this.predicates.filter(({ witness }) => !isDeciding(witness)) : [];
    return this.#rest;
  }
}

function predicatesOf({ item, value }: GroupSource, placeholders: Placeholders): readonly Predicate[] {
  const plan = compileItem(item, placeholders);
  if (plan.kind !== 'values') return [];
  return value === null ? plan.values.flatMap(({ any }) => any) : plan.values[value]!.any;
}

/** What holds whenever the sight is seen. */
function predicateOf(sight: Sight): Predicate {
  if (sight.kind === 'number') return new EqualNumber(sight.value);
  if (sight.kind !== 'text') throw new Error(`No question is answered by ${sight.kind} alone.`);
  const openStart = sight.at === 'end' || sight.at === 'anywhere';
  const openEnd = sight.at === 'start' || sight.at === 'anywhere';
  return literalPredicate(sight.text, { openStart, openEnd, cased: false });
}

function clueAt({ clues }: PackedIndex, at: number): Clue {
  return {
    slot: clues.slots[at]!,
    mark: clues.marks[at]!,
    sight: sightOf(SIGHTS[clues.sights[at]!]!, clues.values[at]!),
    popularity: UNKNOWN,
  };
}

/** It decides what rules wait for, which is known. */
const UNKNOWN = { uses: 0 };

function sightOf(name: (typeof SIGHTS)[number], value: string | number | bigint | null): Sight {
  switch (name) {
    case 'presence':
      return PRESENCE;
    case 'beyond-ascii':
      return { kind: name };
    case 'number':
      return { kind: name, value: value as number | bigint };
    default:
      return { kind: 'text', at: name, text: value as string, decides: true };
  }
}

/** Things by the order in which they were first met. */
class Numbered<T> {
  readonly #places = new Map<T, number>();

  of(thing: T): number {
    const known = this.#places.get(thing);
    if (known !== undefined) return known;
    this.#places.set(thing, this.#places.size);
    return this.#places.size - 1;
  }

  get all(): T[] {
    return [...this.#places.keys()];
  }
}

function listsOf<T>(things: readonly T[], listOf: (thing: T) => readonly number[]): Lists {
  const lists = things.map(listOf);
  const from = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, at) => {
    from[at + 1] = from[at]! + length;
  });
  return { from, members: Int32Array.from(lists.flat()) };
}

function listAt<T>({ from, members }: Lists, at: number, things: readonly T[]): T[] {
  const list: T[] = [];
  for (let i = from[at]!; i < from[at + 1]!; i++) list.push(things[members[i]!]!);
  return list;
}
