import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';

/** A line as its labels, or as what stands behind a parser: enough of Loki to run what we write for it. */
type Labels = Map<string, string>;
type Stage = (line: string, labels: Labels) => boolean;

/** Does the query find the line? Its selector is taken to hold. Throws for what is no query. */
export function findsLine(query: string, line: string): boolean {
  const reader = new Reader(query);
  const stages = reader.query();
  const labels: Labels = new Map();
  return stages.every((stage) => stage(line, labels));
}

const TOKEN =
  /\s*(?:(`[^`]*`|"(?:[^"\\\n]|\\.)*")|([A-Za-z_][A-Za-z0-9_]*)|(-?[0-9]+(?:\.[0-9]+)?)|(\|=|\|~|!=|!~|=~|>=|<=|[=<>|{}(),]))/y;

class Reader {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(query: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < query.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(query);
      if (match === null) throw new Error(`no LogQL at ${from}: ${query}`);
      this.#tokens.push(match[0].trim());
    }
  }

  query(): Stage[] {
    this.#selector();
    const stages: Stage[] = [];
    while (this.#peek() !== undefined) stages.push(this.#stage());
    return stages;
  }

  #selector(): void {
    this.#expect('{');
    for (;;) {
      this.#name();
      if (!/^(?:=|!=|=~|!~)$/.test(this.#take())) throw new Error('a matcher');
      this.#string();
      if (this.#take() === '}') return;
    }
  }

  #stage(): Stage {
    const sign = this.#take();
    if (sign !== '|') return this.#lineFilter(sign);
    const word = this.#peek();
    if (word === 'json' || word === 'logfmt') {
      this.#take();
      return (line, labels) => parse(word, line, labels);
    }
    if (word === 'label_format') return this.#labelFormat();
    const filter = this.#or();
    return (_, labels) => filter(labels);
  }

  #lineFilter(sign: string): Stage {
    if (this.#peek() === 'ip') {
      const isIn = this.#ip();
      const words = (line: string): string[] => line.split(/[^0-9.]+/);
      return (line) => words(line).some(isIn) === (sign === '|=');
    }
    const text = this.#string();
    if (sign === '|=' || sign === '!=') return (line) => line.includes(text) === (sign === '|=');
    const regex = RE2JS.compile(text);
    if (sign !== '|~' && sign !== '!~') throw new Error(`no line filter ${sign}`);
    return (line) => regex.matcher(line).find() === (sign === '|~');
  }

  #labelFormat(): Stage {
    this.#take();
    const made: ((labels: Labels) => void)[] = [];
    do {
      const label = this.#name();
      this.#expect('=');
      const work = template(this.#string());
      made.push((labels) => {
        const value = work(labels);
        if (value !== null) labels.set(label, value);
      });
    } while (this.#peek() === ',' && this.#take());
    return (_, labels) => {
      for (const make of made) make(labels);
      return true;
    };
  }

  #or(): (labels: Labels) => boolean {
    const of = [this.#and()];
    while (this.#peek() === 'or' && this.#take()) of.push(this.#and());
    return (labels) => of.some((part) => part(labels));
  }

  #and(): (labels: Labels) => boolean {
    const of = [this.#operand()];
    while (this.#peek() === 'and' && this.#take()) of.push(this.#operand());
    return (labels) => of.every((part) => part(labels));
  }

  #operand(): (labels: Labels) => boolean {
    if (this.#peek() === '(') {
      this.#take();
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const label = this.#name();
    const sign = this.#take();
    const value = this.#peek()!;
    if (value === 'ip') {
      const isIn = this.#ip();
      return (labels) => labels.has(label) && isIn(labels.get(label)!) === (sign === '=');
    }
    if (/^-?[0-9]/.test(value)) {
      const number = Number(this.#take());
      return (labels) => labels.has(label) && NUMBERS[sign]!(Number(labels.get(label)), number);
    }
    const text = this.#string();
    if (sign === '=' || sign === '!=')
      return (labels) => ((labels.get(label) ?? '') === text) === (sign === '=');
    const regex = RE2JS.compile(text);
    return (labels) => regex.matches(labels.get(label) ?? '') === (sign === '=~');
  }

  #ip(): (text: string) => boolean {
    this.#take();
    this.#expect('(');
    const text = this.#string();
    const block = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
    this.#expect(')');
    return (value) => {
      if (!ipaddr.isValid(value)) return false;
      const address = ipaddr.parse(value);
      return address.kind() === block[0].kind() && address.match(block as never);
    };
  }

  #name(): string {
    const name = this.#take();
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`no label: ${name}`);
    return name;
  }

  #string(): string {
    const token = this.#take();
    if (token[0] === '`') return token.slice(1, -1);
    if (token[0] === '"') return JSON.parse(token.replace(/(?<!\\)((?:\\\\)*)\\v/g, '$1\\u000b')) as string;
    throw new Error(`no string: ${token}`);
  }

  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw new Error(`${token} was expected, not ${found}`);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Error('the query ends too early');
    return token;
  }
}

/** What is worked out of labels; null = nothing, with an error. */
function template(text: string): (labels: Labels) => string | null {
  const [, layout, stamp] = /^\{\{ date "(\w+)" \(unixToTime \.(\w+)\) \}\}$/.exec(text) ?? [];
  if (layout !== undefined) return (labels) => timePart(labels.get(stamp!) ?? '', layout);
  const [, compare, other, field] =
    /^\{\{ if (\w+) \.(\w+) \.(\w+) \}\}true\{\{ else \}\}false\{\{ end \}\}$/.exec(text) ?? [];
  const holds = COMPARE[compare!]!;
  return (labels) => String(holds(labels.get(field!) ?? '', labels.get(other!) ?? ''));
}

/** Of a Unix time in seconds or milliseconds. */
function timePart(stamp: string, layout: string): string | null {
  if (!/^(?:[0-9]{10}|[0-9]{13})$/.test(stamp)) return null;
  const iso = new Date(Number(stamp.padEnd(13, '0'))).toISOString();
  const at: Readonly<Record<string, readonly [number, number]>> = {
    '2006': [0, 4],
    '01': [5, 7],
    '02': [8, 10],
    '15': [11, 13],
    '04': [14, 16],
  };
  return iso.slice(...at[layout]!);
}

const COMPARE: Readonly<Record<string, (field: string, other: string) => boolean>> = {
  eq: (field, other) => field === other,
  hasPrefix: (field, other) => field.startsWith(other),
  hasSuffix: (field, other) => field.endsWith(other),
  contains: (field, other) => field.includes(other),
};

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function parse(format: 'json' | 'logfmt', line: string, labels: Labels): boolean {
  if (format === 'json') flatten(JSON.parse(line) as object, '', labels);
  else
    for (const [, key, quoted, plain] of line.matchAll(/([^ =]+)=(?:("(?:[^"\\]|\\.)*")|([^ ]*))/g))
      labels.set(key!.replace(/\W/g, '_'), quoted === undefined ? plain! : (JSON.parse(quoted) as string));
  return true;
}

function flatten(object: object, prefix: string, labels: Labels): void {
  for (const [key, value] of Object.entries(object)) {
    const name = key.replace(/\W/g, '_');
    const label = prefix === '' && /^[0-9]/.test(name) ? `_${name}` : prefix + name;
    if (value !== null && typeof value === 'object') flatten(value as object, `${label}_`, labels);
    else if (value !== null) labels.set(label, String(value));
  }
}

/** An event as a line of logfmt: values are quoted where they must be. */
export function logfmtLine(event: Readonly<Record<string, unknown>>): string {
  return Object.entries(event)
    .map(([key, value]) => {
      const text = String(value);
      return `${key}=${/[\s="\p{C}]/u.test(text) || text === '' ? JSON.stringify(text) : text}`;
    })
    .join(' ');
}
