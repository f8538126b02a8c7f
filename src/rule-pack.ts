import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { knownLogsources } from './model/logsource.js';
import type { Rule, RuleFault } from './model/rule.js';
import type { RuleFile } from './protocol.js';
import { type ChosenRules, chooseRuleset, type KeptRules, type RulesetOptions } from './ruleset.js';
import { compileRules } from './sigma/compile.js';
import { RuleExplainer } from './sigma/explain.js';
import { AutomatonStore } from './sigma/index/automaton-store.js';
import type { AutomatonTables } from './sigma/index/automaton-tables.js';
import type { Placeholders } from './sigma/modifiers/expand.js';
import { neededFields } from './sigma/references.js';
import { type Ruleset, rulesetHash } from './sigma/ruleset.js';

/**
 * A ruleset on its way between threads. What is large in it, the rules and the tables of their index, is in shared memory:
 * it costs the threads that it passes through nothing.
 */
export interface RulePack {
  /** As `Ruleset.hash`. */
  readonly hash: string;
  /** SHA-256 (hex) over all that is in `rules`, names and levels included. */
  readonly digest: string;
  /** How many rules, of all kinds, loaded. */
  readonly count: number;
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly string[];
  /** A `PackedRules`. */
  readonly rules: SharedArrayBuffer;
  readonly automata: ReadonlyMap<string, AutomatonTables>;
  /** The files that it was made of, by path: `PackedTexts`. */
  readonly texts: SharedArrayBuffer;
}

interface PackedRules {
  readonly rules: readonly Rule[];
  readonly silenced: ReadonlySet<number>;
  readonly placeholders: Placeholders;
}

/** By path. */
type PackedTexts = ReadonlyMap<
  string,
  { readonly text: string; readonly hasFault: boolean; readonly kind?: RuleFile['kind'] }
>;

/**
 * Loads and compiles rules, with the tables for all logsources that are known by now. Where the new version of a file has a
 * fault that its version in `previous` had not, that one stays.
 */
export function packRuleset(
  files: readonly RuleFile[],
  unread: readonly RuleFault[],
  options: RulesetOptions,
  previous: SharedArrayBuffer | null,
): RulePack {
  const automata = new AutomatonStore();
  const compile = (texts: readonly RuleFile[]): { chosen: ChosenRules; ruleset: Ruleset } => {
    const chosen = chooseRuleset(texts, options);
    return { chosen, ruleset: compileRules(chosen.rules, { ...options, automata }) };
  };
  let made = compile(files);
  let faults = [...unread, ...made.chosen.faults, ...made.ruleset.faults];
  const kept = keptVersions(files, faults, previous);
  if (kept.size > 0) {
    faults = faults.map((fault) => (kept.has(fault.place.file) ? staying(fault) : fault));
    made = compile(withVersions(files, kept));
  }
  made.ruleset.prepare(knownLogsources());
  const { rules, silenced, warnings } = made.chosen;
  const { placeholders = {} } = options;
  const packed = serialize({ rules, silenced, placeholders } satisfies PackedRules);
  return {
    hash: rulesetHash(rules),
    digest: createHash('sha256').update(packed).digest('hex'),
    count: rules.length,
    faults,
    warnings,
    rules: shared(packed),
    automata: automata.all,
    texts: shared(serialize(textsOf(withVersions(files, kept), kept, faults))),
  };
}

/** The files that the pack was made of. */
export function filesOf({ texts }: Pick<RulePack, 'texts'>): RuleFile[] {
  return [...unshared<PackedTexts>(texts)].map(([path, { text, kind }]) => ({
    path,
    text,
    ...(kind !== undefined && { kind }),
  }));
}

/** Compiles the rules of a pack for matching; what takes long is done already. */
export function openForDetection(pack: RulePack): {
  ruleset: Ruleset;
  neededFields: readonly (readonly string[])[];
} {
  const { rules, placeholders } = unshared<PackedRules>(pack.rules);
  const ruleset = compileRules(rules, { placeholders, automata: new AutomatonStore(pack.automata) });
  ruleset.prepare(knownLogsources());
  return { ruleset, neededFields: neededFields(rules) };
}

export function openForKeeping(pack: RulePack): KeptRules {
  const { rules, silenced, placeholders } = unshared<PackedRules>(pack.rules);
  const explainer = new RuleExplainer(rules, placeholders);
  return {
    ruleset: { rules, explain: (rule, event) => explainer.explain(rule, event) },
    neededFields: neededFields(rules),
    silenced,
  };
}

/** Files with a fault now, whose former version had none: those versions, by path. */
function keptVersions(
  files: readonly RuleFile[],
  faults: readonly RuleFault[],
  previous: SharedArrayBuffer | null,
): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  if (previous === null || faults.length === 0) return kept;
  const former = unshared<PackedTexts>(previous);
  const now = new Map(files.map(({ path, text }) => [path, text]));
  for (const { place } of faults) {
    const known = former.get(place.file);
    if (known !== undefined && !known.hasFault && known.text !== now.get(place.file))
      kept.set(place.file, known.text);
  }
  return kept;
}

/** The files, those that cannot be read now behind the others. */
function withVersions(files: readonly RuleFile[], kept: ReadonlyMap<string, string>): readonly RuleFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const unread = [...kept].filter(([path]) => !paths.has(path)).map(([path, text]) => ({ path, text }));
  return [...files.map((file) => ({ ...file, text: kept.get(file.path) ?? file.text })), ...unread];
}

function staying(fault: RuleFault): RuleFault {
  return { ...fault, message: `${fault.message} The version of this file that was in use stays.` };
}

function textsOf(
  files: readonly RuleFile[],
  kept: ReadonlyMap<string, string>,
  faults: readonly RuleFault[],
): PackedTexts {
  const faulty = new Set(faults.map(({ place }) => place.file));
  return new Map(
    files.map(({ path, text, kind }) => [
      path,
      { text, hasFault: faulty.has(path) && !kept.has(path), ...(kind !== undefined && { kind }) },
    ]),
  );
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}

/** A copy first: v8 does not read shared memory. */
function unshared<T>(memory: SharedArrayBuffer): T {
  return deserialize(Buffer.from(new Uint8Array(memory).slice())) as T;
}
