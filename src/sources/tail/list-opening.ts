import { HEAD_BYTES } from './identity.js';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const BRACKET_OPEN = 91;
const BRACKET_CLOSE = 93;
const CURLY_OPEN = 123;
const CURLY_CLOSE = 125;

/** Bytes that show it, of those that are kept of a file to know it again. */
export const LONGEST_OPENING = HEAD_BYTES;
/** Blanks in a row in it; indented files have fewer. */
const MOST_BLANKS = 64;

type Beside = Readonly<Record<string, unknown>>;

/**
 * Under which names such lists stand in what clouds write, and what has to stand before them where an object of one line is as likely an
 * event that has a list in it. Where the object goes over lines it is none, and its first member may have any of these names.
 */
const LISTS: ReadonlyMap<string, (beside: Beside) => boolean> = new Map([
  // CloudTrail in S3; Azure's storage.
  ['Records', isAlone],
  ['records', isAlone],
  // Microsoft Graph.
  ['value', (beside) => typeof beside['@odata.context'] === 'string'],
  // Kubernetes' audit log as it is sent; Google's Reports API.
  ['items', ({ apiVersion, kind }) => begins(apiVersion, 'audit.k8s.io/') || begins(kind, 'admin#reports#')],
  // CloudWatch's subscriptions.
  ['logEvents', ({ messageType }) => messageType === 'DATA_MESSAGE'],
  // `aws cloudtrail lookup-events`, `aws logs filter-log-events`.
  ['Events', () => false],
  ['events', () => false],
]);

function isAlone(beside: Beside): boolean {
  return Object.keys(beside).length === 1;
}

function begins(value: unknown, text: string): boolean {
  return typeof value === 'string' && value.startsWith(text);
}

/** How deep in objects and lists one is, over JSON fed byte by byte. */
export class Nesting {
  depth = 0;
  quoted = false;
  #escaped = false;

  take(byte: number): void {
    if (this.quoted) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.quoted = false;
    } else if (byte === QUOTE) this.quoted = true;
    else if (byte === CURLY_OPEN || byte === BRACKET_OPEN) this.depth++;
    else if (byte === CURLY_CLOSE || byte === BRACKET_CLOSE) this.depth--;
  }

  reset(): void {
    this.depth = 0;
    this.quoted = false;
    this.#escaped = false;
  }
}

/** What stands before a list of records, fed byte by byte until it is known to be that or something else. */
export class ListOpening {
  /** Those so far. */
  readonly bytes: number[] = [];
  /** It is a list without anything around it. */
  isBare = false;
  readonly #nesting = new Nesting();
  #blanks = 0;
  /** Where the last text of the object began and ended. */
  #from = 0;
  #to = 0;

  /** Whether it may go on so; false = it is none, and the byte is no part of it. */
  take(byte: number): boolean {
    if (!this.#mayFollow(byte)) return false;
    const { bytes } = this;
    const { quoted } = this.#nesting;
    this.#nesting.take(byte);
    if (this.#nesting.depth === 1 && this.#nesting.quoted !== quoted) {
      if (quoted) this.#to = bytes.length;
      else this.#from = bytes.length + 1;
    }
    this.#blanks = isBlank(byte) ? this.#blanks + 1 : 0;
    if (bytes.length === 0) this.isBare = byte === BRACKET_OPEN;
    bytes.push(byte);
    return true;
  }

  /** Whether the list has begun. */
  get isWhole(): boolean {
    return this.isBare || (this.#isAtList && this.#isKnown());
  }

  #mayFollow(byte: number): boolean {
    const { bytes } = this;
    const { depth, quoted } = this.#nesting;
    if (bytes.length === 0) return byte === BRACKET_OPEN || byte === CURLY_OPEN;
    if (bytes.length === LONGEST_OPENING || this.#blanks > MOST_BLANKS) return false;
    // A list of one of the names that is none of ours, or the end.
    if (this.isBare || (this.#isAtList && this.#isNamed)) return false;
    if (quoted) return byte >= SPACE;
    if (depth === 1 && byte === CURLY_CLOSE) return false;
    if (bytes.at(-1) === LF && byte !== QUOTE) return isBlank(byte);
    if (bytes.length - this.#blanks === 1) return isBlank(byte) || byte === QUOTE;
    return isBlank(byte) || byte > SPACE;
  }

  get #isAtList(): boolean {
    return this.bytes.at(-1) === BRACKET_OPEN && this.#nesting.depth === 2 && !this.#nesting.quoted;
  }

  get #isNamed(): boolean {
    return LISTS.has(this.#name);
  }

  get #name(): string {
    return Buffer.from(this.bytes.slice(this.#from, this.#to)).toString();
  }

  #isKnown(): boolean {
    const name = this.#name;
    const isOurs = LISTS.get(name);
    if (isOurs === undefined) return false;
    const text = Buffer.from(this.bytes).toString();
    const beside = parsed(`${text}]}`);
    if (beside === null || !Object.hasOwn(beside, name) || !Array.isArray(beside[name])) return false;
    return isOurs(beside) || (isAlone(beside) && text.includes('\n'));
  }
}

function parsed(text: string): Beside | null {
  try {
    return JSON.parse(text) as Beside;
  } catch {
    return null;
  }
}

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}
