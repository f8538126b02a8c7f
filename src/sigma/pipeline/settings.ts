import type { Json } from '../../model/json.js';
import type { RuleFault } from '../../model/rule.js';
import { kindOf, scalarText } from '../read/structure.js';
import { toJson, type YamlEntry, type YamlMap, type YamlNode } from '../read/yaml.js';
import { quoted, RuleError, suggest } from '../rule-error.js';

/** Collects all that is wrong with a pipeline. */
export class Problems {
  readonly faults: RuleFault[] = [];
  /** Ids of steps that conditions ask for, and where. */
  readonly stepIds: { readonly id: string; readonly line: number }[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, message: string): void {
    this.faults.push({ place: { file: this.#file, line }, code: 'rule.pipeline', message });
  }

  /** Runs `read`; a RuleError becomes a problem and the result `otherwise`. */
  attempt<T>(line: number, otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      this.add(error.line > 0 ? error.line : line, error.message);
      return otherwise;
    }
  }
}

/**
 * Reads the keys of one map of a pipeline. What is missing or of the wrong kind is a problem and reads as empty, so
 * that all problems are found at once; `finish` tells of keys that nobody asked for.
 */
export class Settings {
  readonly map: YamlMap;
  readonly problems: Problems;
  readonly #what: string;
  readonly #asked = new Set<string>();

  constructor(map: YamlMap, what: string, problems: Problems) {
    this.map = map;
    this.problems = problems;
    this.#what = what;
  }

  get line(): number {
    return this.map.line;
  }

  /** Told as a key's value where the key is, else as the map's. */
  problem(key: string, message: string): void {
    this.problems.add(this.map.entries.get(key)?.line ?? this.map.line, message);
  }

  entry(key: string): YamlEntry | undefined {
    this.#asked.add(key);
    const entry = this.map.entries.get(key);
    return entry?.value.kind === 'scalar' && entry.value.value === null ? undefined : entry;
  }

  require(key: string, expected: string): YamlNode | null {
    const entry = this.entry(key);
    if (entry !== undefined) return entry.value;
    this.problem(key, `${this.#what} needs "${key}": ${expected}.`);
    return null;
  }

  text(key: string): string {
    const node = this.require(key, 'a text');
    return node === null ? '' : this.#textOf(key, node);
  }

  /** The id of a step of any of the pipelines, which may come later: what there is not is told when all are read. */
  stepId(key: string): string {
    const id = this.text(key);
    if (id !== '') this.problems.stepIds.push({ id, line: this.map.entries.get(key)!.line });
    return id;
  }

  optionalText(key: string): string | null {
    const entry = this.entry(key);
    return entry === undefined ? null : this.#textOf(key, entry.value);
  }

  /** One of `words`; the first without the key. */
  word<W extends string>(key: string, words: readonly [W, ...W[]]): W {
    const text = this.optionalText(key);
    if (text === null) return words[0];
    const word = words.find((known) => known === text);
    if (word === undefined)
      this.problem(key, `"${key}" must be one of ${words.join(', ')}, not ${quoted(text)}.`);
    return word ?? words[0];
  }

  flag(key: string): boolean {
    const node = this.entry(key)?.value;
    if (node === undefined) return false;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    this.problem(key, `"${key}" must be true or false, not ${kindOf(node)}.`);
    return false;
  }

  /** One text or a list of texts. */
  texts(key: string): readonly string[] {
    const node = this.require(key, 'a text or a list of texts');
    return node === null ? [] : this.textsOf(key, node);
  }

  optionalTexts(key: string): readonly string[] | null {
    const entry = this.entry(key);
    return entry === undefined ? null : this.textsOf(key, entry.value);
  }

  /** One value, as text, number and so on. */
  value(key: string): Json {
    const node = this.require(key, 'a value');
    if (node === null || node.kind === 'scalar') return node === null ? null : toJson(node);
    this.problem(key, `"${key}" must be one value, not ${kindOf(node)}.`);
    return null;
  }

  /** One value or a list, as texts, numbers and so on. */
  values(key: string): readonly Json[] {
    const node = this.require(key, 'a value or a list of values');
    if (node === null) return [];
    return (node.kind === 'list' ? node.items : [node]).map(toJson);
  }

  /** Names and what each becomes: one or several texts. */
  mapping(key: string): ReadonlyMap<string, readonly string[]> {
    return new Map(
      [...this.entries(key)].map(([name, { value }]) => {
        const texts = this.textsOf(key, value);
        if (texts.length === 0) this.problem(key, `The mapping gives "${name}" nothing.`);
        return [name, texts];
      }),
    );
  }

  entries(key: string): ReadonlyMap<string, YamlEntry> {
    const node = this.require(key, 'keys and values');
    if (node === null || node.kind === 'map') return node?.entries ?? new Map();
    this.problem(key, `"${key}" must be keys and values, not ${kindOf(node)}.`);
    return new Map();
  }

  textsOf(key: string, node: YamlNode): readonly string[] {
    return (node.kind === 'list' ? node.items : [node]).map((item) => this.#textOf(key, item));
  }

  /** Keys that were not asked for are problems. */
  finish(): void {
    for (const [key, { line }] of this.map.entries) {
      if (this.#asked.has(key)) continue;
      this.problems.add(line, `${this.#what} has no key ${quoted(key)}${suggest(key, this.#asked)}.`);
    }
  }

  #textOf(key: string, node: YamlNode): string {
    const text = scalarText(node);
    if (text === null) this.problems.add(node.line, `"${key}" must be text, not ${kindOf(node)}.`);
    return text ?? '';
  }
}
