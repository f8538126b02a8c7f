import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { emptyFields, type Json } from '../../model/json.js';
import { RuleError } from '../rule-error.js';
import { readPlainYaml } from './plain-yaml.js';
import { type DocumentText, splitDocuments } from './yaml-documents.js';
import { plainValue } from './yaml-scalar.js';

/** A YAML value that knows its line (1-based), so that a refused rule can be pointed at. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | bigint | boolean | null;
}

export interface YamlList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly line: number;
  readonly value: YamlNode;
}

export interface YamlDocument {
  readonly line: number;
  readonly root: YamlNode | RuleError;
}

/** Files longer than this (UTF-16 units) are refused unread. */
export const MAX_FILE_LENGTH = 1024 * 1024;
const MAX_DEPTH = 32;
/** Nodes of one document, every use of an alias counted in full: bounds what a "billion laughs" file can cost. */
const MAX_NODES = 100_000;

/**
 * The documents of a YAML 1.2 text (core schema: `yes` and dates are text, `007` is 7; integers beyond 2^53 are
 * bigint). Documents are cut at `---` lines first, so that a malformed one spoils only itself. Empty documents are
 * left out.
 */
export function parseYaml(text: string): YamlDocument[] {
  if (text.length > MAX_FILE_LENGTH) {
    return [{ line: 1, root: new RuleError('rule.limit', 'The file is larger than 1 MiB; split it up.', 1) }];
  }
  const documents: YamlDocument[] = [];
  for (const part of splitDocuments(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)) {
    const plain = readPlainYaml(part.text, part.line);
    // One by one: a part may hold more than a call takes arguments.
    if (plain === null) for (const document of parsedDocuments(part)) documents.push(document);
    else if (plain.root !== null) documents.push({ line: plain.root.line, root: plain.root });
  }
  return documents;
}

/** What the parser makes of the text, whatever is in it. */
export function parsedDocuments(part: DocumentText): YamlDocument[] {
  const documents: YamlDocument[] = [];
  try {
    for (const root of new Composer(part.text, part.line).documents())
      documents.push({ line: root.line, root });
  } catch (error) {
    documents.push({ line: part.line, root: asRuleError(error, part) });
  }
  return documents;
}

function asRuleError(error: unknown, { text, line }: DocumentText): RuleError {
  if (error instanceof RuleError) return error;
  if (!(error instanceof YAMLException)) throw error;
  const { mark, reason } = error;
  const lines = text.trimEnd().split('\n').length;
  // What is never closed is found out behind the last line.
  const place = line + Math.min(mark?.line ?? 0, lines - 1);
  const column = mark === undefined || mark.line >= lines ? '' : ` (column ${mark.column + 1})`;
  return new RuleError('rule.yaml', `This is not valid YAML${column}: ${reason}.`, place);
}

/** Builds nodes from the parser's events; `take` returns the node and adds up its size. */
class Composer {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #lineStarts: readonly number[];
  readonly #firstLine: number;
  #next = 0;
  #nodes = 0;
  #anchors = new Map<string, { node: YamlNode; nodes: number }>();

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#firstLine = firstLine;
    this.#events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
  }

  *documents(): Generator<YamlNode> {
    for (let event = this.#events[this.#next++]; event !== undefined; event = this.#events[this.#next++]) {
      if (event.type !== EVENT_ID.DOCUMENT) continue;
      this.#anchors = new Map();
      this.#nodes = 0;
      if (this.#events[this.#next]?.type === EVENT_ID.POP) continue;
      const root = this.#take();
      if (root.kind !== 'scalar' || root.value !== null) yield root;
    }
  }

  #take(): YamlNode {
    const event = this.#events[this.#next++]!;
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    const before = this.#nodes;
    this.#count(1, event);
    let node: YamlNode;
    if (event.type === EVENT_ID.SCALAR) node = this.#scalar(event);
    else if (event.type === EVENT_ID.SEQUENCE) node = this.#list(event.start);
    else if (event.type === EVENT_ID.MAPPING) node = this.#map(event.start);
    else throw new RuleError('rule.yaml', 'This is not valid YAML.', this.#firstLine);
    if (event.anchorStart >= 0) {
      const name = this.#text.slice(event.anchorStart, event.anchorEnd);
      this.#anchors.set(name, { node, nodes: this.#nodes - before });
    }
    return node;
  }

  #alias(start: number, end: number): YamlNode {
    const name = this.#text.slice(start, end);
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      throw new RuleError(
        'rule.yaml',
        `The alias *${name} has no anchor &${name} before it.`,
        this.#line(start),
      );
    }
    this.#nodes += anchor.nodes;
    this.#count(0, { line: this.#line(start) });
    return anchor.node;
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): YamlScalar {
    const text = getScalarValue(this.#text, event);
    const line = this.#line(event.valueStart);
    if (event.tagStart >= 0) {
      const tag = this.#text.slice(event.tagStart, event.tagEnd);
      if (tag !== '!!str' && tag !== '!') {
        throw new RuleError(
          'rule.yaml',
          `The YAML tag ${tag} is not supported; write the plain value.`,
          line,
        );
      }
      return { kind: 'scalar', line, value: text };
    }
    return { kind: 'scalar', line, value: event.style === SCALAR_STYLE.PLAIN ? plainValue(text) : text };
  }

  #list(start: number): YamlList {
    const items: YamlNode[] = [];
    while (this.#events[this.#next]!.type !== EVENT_ID.POP) items.push(this.#take());
    this.#next++;
    return { kind: 'list', line: this.#line(start), items };
  }

  #map(start: number): YamlMap {
    const entries = new Map<string, YamlEntry>();
    while (this.#events[this.#next]!.type !== EVENT_ID.POP) {
      const key = this.#take();
      if (key.kind !== 'scalar') {
        throw new RuleError('rule.yaml', 'A key must be text, not a list or a map.', key.line);
      }
      const name = String(key.value);
      if (entries.has(name)) {
        const first = entries.get(name)!.line;
        throw new RuleError(
          'rule.yaml',
          `The key "${name}" is given twice (first in line ${first}); merge the two.`,
          key.line,
        );
      }
      const value = this.#take();
      if (name === '<<' && mergesMaps(value)) {
        throw new RuleError(
          'rule.yaml',
          'Merge keys ("<<") are not part of YAML 1.2; write out here the keys of the map that is meant.',
          key.line,
        );
      }
      entries.set(name, { line: key.line, value });
    }
    this.#next++;
    return { kind: 'map', line: this.#line(start), entries };
  }

  #count(nodes: number, event: Event | { line: number }): void {
    this.#nodes += nodes;
    if (this.#nodes > MAX_NODES) {
      const line = 'line' in event ? event.line : this.#firstLine;
      throw new RuleError('rule.limit', `The document has more than ${MAX_NODES} values.`, line);
    }
  }

  /** Binary search for the line of an offset. */
  #line(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#firstLine + low;
  }
}

/** Of another value `<<` is the name of a field like others. */
function mergesMaps(value: YamlNode): boolean {
  return value.kind === 'map' || (value.kind === 'list' && value.items.some(({ kind }) => kind === 'map'));
}

/** The value without its lines. Maps become null-prototype objects. */
export function toJson(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  const object = emptyFields();
  for (const [key, entry] of node.entries) object[key] = toJson(entry.value);
  return object;
}
