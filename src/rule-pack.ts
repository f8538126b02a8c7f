import { createHash } from 'node:crypto';
import { join, sep } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { knownLogsources } from './model/logsource.js';
import type { Rule, RuleFault } from './model/rule.js';
import type { RuleFile } from './protocol.js';
import { type ChosenRules, chooseRuleset, type KeptRules, type RulesetOptions } from './ruleset.js';
import { compileIndexed, openIndexed } from './sigma/compile.js';
import { RuleExplainer } from './sigma/explain.js';
import { AutomatonStore, type PackedAutomata } from './sigma/index/automaton-store.js';
import type { IndexedRuleset } from './sigma/index/indexed-ruleset.js';
import type { PackedIndex } from './sigma/index/packed-index.js';
import type { Placeholders } from './sigma/modifiers/expand.js';
import { canonical } from './sigma/read/semantic-hash.js';
import { neededFields } from './sigma/references.js';
import { type Ruleset, rulesetHash } from './sigma/ruleset.js';
import { openRules, storeRules, textOfRules } from './sigma/stored-rules.js';
import type { Blocks } from './storage/block-file.js';

/**
 * A ruleset on its way between threads. What is large in it, the rules and the tables of their index, is in shared memory:
 * it costs the threads that it passes through nothing.
 */
export interface RulePack {
  /** As `Ruleset.hash`. */
  readonly hash: string;
  /** SHA-256 (hex) over all that is in `rules` and `settings`, names and levels included. */
  readonly digest: string;
  /** How many rules, of all kinds, loaded. */
  readonly count: number;
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly string[];
  /** Files and folders with a fault of which the former version is in use. */
  readonly former: readonly string[];
  /** As `StoredRules`. */
  readonly rules: SharedArrayBuffer;
  readonly trees: SharedArrayBuffer;
  /** A `PackedSettings`. */
  readonly settings: SharedArrayBuffer;
  /** A `PackedIndex`. */
  readonly index: SharedArrayBuffer;
  readonly automata: PackedAutomata;
  /** The files that it was made of, by path: `PackedTexts`. */
  readonly texts: SharedArrayBuffer;
}

/** What the keeper needs of a pack: it matches nothing. */
export type KeptPack = Pick<RulePack, 'rules' | 'trees' | 'settings'>;

interface PackedSettings {
  readonly silenced: ReadonlySet<number>;
  readonly placeholders: Placeholders;
  readonly neededFields: readonly (readonly string[])[];
}

/** By path. */
type PackedTexts = ReadonlyMap<
  string,
  { readonly text: string; readonly hasFault: boolean; readonly kind?: RuleFile['kind'] }
>;

/**
 * Loads and compiles rules, with the tables for all logsources that are known by now. Where the new version of a file has a
 * fault that its version in `previous` (`texts` of a pack, asked for when there is a fault) had not, that one stays.
 */
export function packRuleset(
  files: readonly RuleFile[],
  unread: readonly RuleFault[],
  options: RulesetOptions,
  previous: () => SharedArrayBuffer | null,
): RulePack {
  const automata = new AutomatonStore();
  const compile = (texts: readonly RuleFile[]): { chosen: ChosenRules; ruleset: IndexedRuleset } => {
    const chosen = chooseRuleset(texts, options);
    return { chosen, ruleset: compileIndexed(chosen.rules, { ...options, automata }) };
  };
  let made = compile(files);
  let faults = [...unread, ...made.chosen.faults, ...made.ruleset.faults];
  const kept = keptVersions(files, faults, faults.length === 0 ? null : previous());
  const former = new Set(faults.map(({ place }) => place.file).filter((file) => isKept(file, kept)));
  if (kept.size > 0) {
    faults = faults.map((fault) =>
      fault.further !== true && former.has(fault.place.file) ? staying(fault) : fault,
    );
    made = compile(withVersions(files, kept));
  }
  made.ruleset.prepare(knownLogsources());
  const { rules, silenced, warnings } = made.chosen;
  const { placeholders = {} } = options;
  const stored = storeRules(rules);
  const settings = { silenced, placeholders, neededFields: neededFields(rules) } satisfies PackedSettings;
  return {
    hash: rulesetHash(rules),
    digest: digestOf(rules, settings),
    count: rules.length,
    faults,
    warnings,
    former: [...former],
    rules: shared(stored.rules),
    trees: shared(stored.trees),
    settings: shared(serialize(settings)),
    index: shared(serialize(made.ruleset.pack())),
    automata: automata.pack(),
    texts: shared(serialize(textsOf(withVersions(files, kept), kept, faults))),
  };
}

function digestOf(rules: readonly Rule[], { silenced, placeholders, neededFields }: PackedSettings): string {
  return createHash('sha256')
    .update(textOfRules(rules))
    .update(canonical([[...silenced], placeholders, neededFields]))
    .digest('hex');
}

/** What the keeper is sent. */
export function keptPart({ rules, trees, settings }: RulePack): KeptPack {
  return { rules, trees, settings };
}

/** Where the pack of the last start or reload is kept: the next start need not read and compile the same again. */
export function packPath(dataDir: string): string {
  return join(dataDir, 'rules.pack');
}

/** A pack as a file may hold it. Other versions look in it for `texts`, which stays where it is among the blocks. */
export function packToBlocks(pack: RulePack): Blocks<PackHead> {
  const { rules, trees, settings, index, texts, automata, ...told } = pack;
  const { blocks, directory } = automata;
  return { head: { ...told, directory }, blocks: [rules, trees, settings, index, texts, ...blocks] };
}

export function packFromBlocks({ head, blocks }: Blocks<PackHead>): RulePack {
  const { directory, ...told } = head;
  const [rules, trees, settings, index, texts, ...automata] = blocks as [...Five, ...SharedArrayBuffer[]];
  return { ...told, rules, trees, settings, index, texts, automata: { blocks: automata, directory } };
}

export type PackHead = Pick<RulePack, 'hash' | 'digest' | 'count' | 'faults' | 'warnings' | 'former'> &
  Pick<PackedAutomata, 'directory'>;

type Five = [SharedArrayBuffer, SharedArrayBuffer, SharedArrayBuffer, SharedArrayBuffer, SharedArrayBuffer];

/** How much shared memory the pack holds, in bytes. */
export function sharedBytes({ rules, trees, settings, index, automata, texts }: RulePack): number {
  const blocks = [rules, trees, settings, index, texts, ...automata.blocks];
  return blocks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The files that the pack was made of. */
export function filesOf({ texts }: Pick<RulePack, 'texts'>): RuleFile[] {
  return [...unshared<PackedTexts>(texts)].map(([path, { text, kind }]) => ({
    path,
    text,
    ...(kind !== undefined && { kind }),
  }));
}

/** The rules of a pack, ready to match; what takes long is done already. */
export function openForDetection(pack: RulePack): {
  ruleset: Ruleset;
  neededFields: readonly (readonly string[])[];
} {
  const { placeholders, neededFields } = unshared<PackedSettings>(pack.settings);
  const automata = new AutomatonStore(pack.automata);
  const rules = openRules(bytesOf(pack.rules), pack.trees);
  const ruleset = openIndexed(unshared<PackedIndex>(pack.index), rules, { placeholders, automata });
  ruleset.prepare(knownLogsources());
  return { ruleset, neededFields };
}

export function openForKeeping(pack: KeptPack): KeptRules {
  const { silenced, placeholders, neededFields } = unshared<PackedSettings>(pack.settings);
  const rules = openRules(bytesOf(pack.rules), pack.trees);
  const explainer = new RuleExplainer(rules, placeholders);
  return {
    ruleset: { rules, explain: (rule, event) => explainer.explain(rule, event) },
    neededFields,
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
  if (previous === null) return kept;
  const former = unshared<PackedTexts>(previous);
  const now = new Map(files.map(({ path, text }) => [path, text]));
  for (const { place, code } of faults) {
    const known = former.get(place.file);
    if (known !== undefined && !known.hasFault && known.text !== now.get(place.file))
      kept.set(place.file, known.text);
    // A folder that is not there: a share that is away, a folder that is being replaced.
    else if (known === undefined && code === 'rule.file')
      for (const [path, { text, hasFault }] of former)
        if (!hasFault && !now.has(path) && isBelow(path, place.file)) kept.set(path, text);
  }
  return kept;
}

function isKept(file: string, kept: ReadonlyMap<string, string>): boolean {
  return kept.has(file) || [...kept.keys()].some((path) => isBelow(path, file));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The files, those that cannot be read now behind the others. */
function withVersions(files: readonly RuleFile[], kept: ReadonlyMap<string, string>): readonly RuleFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const unread = [...kept].filter(([path]) => !paths.has(path)).map(([path, text]) => ({ path, text }));
  return [...files.map((file) => ({ ...file, text: kept.get(file.path) ?? file.text })), ...unread];
}

function staying(fault: RuleFault): RuleFault {
  const what =
    fault.code === 'rule.file'
      ? 'What of it was in use stays.'
      : 'The version of this file that was in use stays.';
  return { ...fault, message: `${fault.message} ${what}` };
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

function unshared<T>(memory: SharedArrayBuffer): T {
  return deserialize(bytesOf(memory)) as T;
}

/** A copy: v8 does not read shared memory. */
function bytesOf(memory: SharedArrayBuffer): Buffer {
  return Buffer.from(new Uint8Array(memory).slice());
}
