import { codeAt } from '../model/code-at.js';
import type { Json, JsonObject } from '../model/json.js';
import { newFields } from './bag.js';
import { isWhitespace } from './characters.js';

const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;
/** Elements in elements, and elements in all, that are read. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 4096;

/** An element that is not closed yet. */
interface Open {
  readonly name: string;
  readonly attributes: JsonObject | null;
  members: JsonObject | null;
  text: string;
}

/**
 * The object that an XML text is, as our reader of EVTX writes events: an element is a member, with attributes an object of `#attributes`
 * and `#text`; elements of one name are a list; `<Data Name="x">` is a member `x`; namespaces are left out. All values are text.
 * Null where it is not one whole element; a declaration, comments, CDATA and entities of one's own are nothing that an
 * event has. Time is linear in the text.
 */
export function readXml(text: string, from: number): JsonObject | null {
  const root = newFields();
  const open: Open[] = [{ name: '', attributes: null, members: root, text: '' }];
  let elements = 0;
  for (let at = from; at < text.length; ) {
    const start = text.indexOf('<', at);
    if (start < 0) return null;
    const top = open.at(-1)!;
    if (start > at) top.text += text.slice(at, start);
    if (codeAt(text, start + 1) === SLASH) {
      const end = text.indexOf('>', start);
      if (end < 0 || text.slice(start + 2, end).trimEnd() !== top.name || open.length === 1) return null;
      open.pop();
      put(open.at(-1)!, top);
      at = end + 1;
    } else {
      const tag = readTag(text, start + 1);
      if (tag === null || ++elements > MAX_ELEMENTS || open.length > MAX_DEPTH) return null;
      if (tag.isEmpty) put(top, tag.element);
      else open.push(tag.element);
      at = tag.end;
    }
    if (open.length === 1) return text.slice(at).trim() === '' ? root : null;
  }
  return null;
}

interface Tag {
  readonly element: Open;
  readonly isEmpty: boolean;
  readonly end: number;
}

/** What follows a `<`. */
function readTag(text: string, from: number): Tag | null {
  let at = nameEnd(text, from);
  const name = text.slice(from, at);
  if (name === '') return null;
  let attributes: JsonObject | null = null;
  for (;;) {
    at = skipWhitespace(text, at);
    const code = codeAt(text, at);
    const isEmpty = code === SLASH && codeAt(text, at + 1) === GREATER;
    if (isEmpty || code === GREATER) {
      const element = { name, attributes, members: null, text: '' };
      return { element, isEmpty, end: at + (isEmpty ? 2 : 1) };
    }
    const end = nameEnd(text, at);
    const equals = skipWhitespace(text, end);
    const quote = skipWhitespace(text, equals + 1);
    const mark = text.charAt(quote);
    if (end === at || codeAt(text, equals) !== EQUALS || (mark !== '"' && mark !== "'")) return null;
    const close = text.indexOf(mark, quote + 1);
    if (close < 0) return null;
    const attribute = text.slice(at, end);
    if (attribute !== 'xmlns' && !attribute.startsWith('xmlns:')) {
      attributes ??= newFields();
      attributes[attribute] = unescaped(text.slice(quote + 1, close));
    }
    at = close + 1;
  }
}

/** Adds an element that ended to the one that it stands in. */
function put(parent: Open, { name, attributes, members, text }: Open): void {
  let value: Json = members ?? unescaped(text);
  let key = name;
  let others = attributes;
  if (name === 'Data' && typeof attributes?.Name === 'string') {
    const { Name, ...rest } = attributes;
    key = Name as string;
    others = rest;
  }
  if (others !== null && Object.keys(others).length > 0)
    value = { '#attributes': others, ...(members ?? (value === '' ? {} : { '#text': value })) };
  parent.members ??= newFields();
  const known = parent.members[key];
  if (known === undefined) parent.members[key] = value;
  else if (Array.isArray(known)) known.push(value);
  else parent.members[key] = [known, value];
}

const ENTITY = /&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};

function unescaped(text: string): string {
  return text.includes('&') ? text.replace(ENTITY, characterOf) : text;
}

function characterOf(entity: string): string {
  const known = ENTITIES[entity];
  if (known !== undefined) return known;
  const code = entity.charAt(2) === 'x' ? Number.parseInt(entity.slice(3), 16) : Number(entity.slice(2, -1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}

function nameEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isNameCharacter(codeAt(text, at))) at++;
  return at;
}

/** All but blanks, `=`, `/`, `<`, `>` and quotes. */
function isNameCharacter(code: number): boolean {
  return (
    !isWhitespace(code) &&
    !(code === EQUALS || code === SLASH || code === 60 || code === GREATER || code === 34 || code === 39)
  );
}

function skipWhitespace(text: string, from: number): number {
  let at = from;
  while (isWhitespace(codeAt(text, at))) at++;
  return at;
}
