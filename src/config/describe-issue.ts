import type { z } from 'zod';
import { nearest } from '../model/suggest.js';
import { visible } from '../telemetry/visible.js';
import type { ConfigFault } from './errors.js';
import { configSchema } from './schema.js';

/** Where the values of a configuration came from. */
export interface Origin {
  readonly file: string | null;
  /** Line of each key of the file by dotted path. */
  readonly lines: ReadonlyMap<string, number>;
  /** Variable or flag that set a path. */
  readonly origins: ReadonlyMap<string, string>;
  readonly raw: unknown;
}

/** One finding of the schema as faults: where, which key, what was expected, what was found, what may be meant. */
export function describeIssue(issue: z.core.$ZodIssue, origin: Origin): ConfigFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path, origin.raw);
    return issue.keys.map((key) => fault([...path, key], unknownKey(key, known), origin));
  }
  const given = valueAt(origin.raw, path);
  const isChoice = issue.code === 'invalid_union' && issue.errors.length === 0;
  if (isChoice) return [fault(path, choice(unionTypes(path), given), origin)];
  if (issue.code === 'invalid_value') return [fault(path, choice(issue.values.map(String), given), origin)];
  const message = issue.message.startsWith('expected') ? againstFound(issue.message, given) : issue.message;
  return [fault(path, message, origin)];
}

/** Place of the key, or of its nearest parent that is written down. */
export function placeOf(path: readonly string[], { file, lines, origins }: Origin): string {
  for (let n = path.length; n > 0; n--) {
    const key = path.slice(0, n).join('.');
    const origin = origins.get(key);
    if (origin !== undefined) return origin;
    const line = lines.get(key);
    if (line !== undefined) return `${file}:${line}`;
  }
  return file ?? 'configuration';
}

/** What a schema without a message of its own expects, beginning with `expected`; zod's own words are for programmers. */
export function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `expected ${KINDS[issue.expected as string] ?? issue.expected}`;
  if (issue.code === 'invalid_key') return (issue.issues as { message?: string }[])[0]?.message;
  if (issue.code === 'too_small')
    return tooSmall(String(issue.origin), issue.minimum as number, issue.inclusive);
  if (issue.code === 'too_big') return tooBig(String(issue.origin), issue.maximum as number);
  return undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list such as [a, b]',
  object: 'keys and values such as { key: value }',
  record: 'keys and values such as { key: value }',
};

function tooSmall(origin: string, minimum: number, inclusive: unknown): string {
  if (origin === 'string') return 'expected text that is not empty';
  if (origin === 'array') return 'expected a list that is not empty';
  return `expected a number ${inclusive === false ? 'above' : 'of at least'} ${minimum}`;
}

function tooBig(origin: string, maximum: number): string {
  return origin === 'string'
    ? `expected at most ${maximum} characters`
    : `expected a number of at most ${maximum}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== null) return `unknown key; did you mean "${near}"?`;
  return known.length > 0 ? `unknown key; known here are ${known.join(', ')}` : 'unknown key';
}

function choice(words: readonly string[], given: unknown): string {
  const near = typeof given === 'string' ? nearest(given, words) : null;
  const hint = near === null ? '' : `; did you mean "${near}"?`;
  return (
    againstFound(words.length === 1 ? `expected ${words[0]}` : `expected one of ${words.join(', ')}`, given) +
    hint
  );
}

function againstFound(expected: string, given: unknown): string {
  return given === undefined ? `this key is missing; ${expected}` : `${expected}, not ${shown(given)}`;
}

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'keys and values';
  if (typeof value !== 'string') return String(value);
  return `"${visible(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value)}"`;
}

const MAX_SHOWN = 60;

function fault(path: readonly string[], message: string, origin: Origin): ConfigFault {
  const end = /[.?]$/.test(message) ? '' : '.';
  return { where: placeOf(path, origin), path: visible(path.join('.')), message: visible(message) + end };
}

type Shape = Record<string, z.ZodType>;

/** Keys of the object the schema expects at `path`, for suggestions. */
function knownKeys(path: readonly string[], raw: unknown): string[] {
  let schema: z.ZodType | undefined = configSchema;
  for (let i = 0; i <= path.length; i++) {
    schema = unwrap(schema);
    const options = (schema as { options?: z.ZodType[] } | undefined)?.options;
    if (options !== undefined) {
      const type = valueAt(raw, [...path.slice(0, i), 'type']);
      schema = options.find((option) => shapeOf(option) !== undefined && typeOf(option) === type);
    }
    const step = path[i];
    if (step === undefined) break;
    schema = shapeOf(schema)?.[step] ?? (schema as { element?: z.ZodType } | undefined)?.element;
  }
  return Object.keys(shapeOf(unwrap(schema)) ?? {});
}

function unionTypes(path: readonly string[]): string[] {
  const list = unwrap(configSchema.shape[path[0] as 'sources' | 'sinks']) as
    | { element?: z.ZodType }
    | undefined;
  const options = (list?.element as { options?: z.ZodType[] } | undefined)?.options ?? [];
  return options.map((option) => String(typeOf(option)));
}

/** The literal that tells the members of a union apart. */
function typeOf(option: z.ZodType): unknown {
  return (shapeOf(option)?.type as { value?: unknown } | undefined)?.value;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let at = schema as (z.ZodType & { unwrap?: () => z.ZodType; out?: z.ZodType }) | undefined;
  for (;;) {
    if (at === undefined || shapeOf(at) !== undefined || 'element' in at) return at;
    const inner: z.ZodType | undefined = at.unwrap?.() ?? at.out;
    if (inner === undefined) return at;
    at = inner;
  }
}

function shapeOf(schema: z.ZodType | undefined): Shape | undefined {
  return (schema as { shape?: Shape } | undefined)?.shape;
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  let at = raw;
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}
