import { Cursor, Damage } from './cursor.js';

/**
 * Binary XML as the Windows event log writes it ([MS-EVEN6] §2.2.12). Names and templates stand where a chunk first needs
 * them, others point there, so it can only be read with the whole chunk at hand. A template is read once a chunk.
 */
export type Content = string | Element | Substitution | Instance;

export interface Element {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly content: readonly Content[];
}

export interface Attribute {
  readonly name: string;
  readonly content: readonly Content[];
}

/** The place of a value in a template. Of an optional one without value the element or attribute around it is left out. */
export interface Substitution {
  readonly kind: 'substitution';
  readonly index: number;
  readonly optional: boolean;
}

/** A template with the values of its substitutions. */
export interface Instance {
  readonly kind: 'instance';
  readonly template: readonly Content[];
  readonly values: readonly TypedValue[];
}

/** A value by its type (`values.ts`) and where it stands in the chunk. */
export interface TypedValue {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** Elements in elements; those of Windows are five deep. */
export const MAX_DEPTH = 32;
/** Characters: a chunk may point at thousands of names, each as long as itself. */
const MAX_NAME = 512;

const TOKEN = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  text: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  character: 0x08,
  entity: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  instance: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragment: 0x0f,
} as const;
/** On a token: attributes follow an element's name, another attribute this one, more text this text. */
const MORE = 0x40;
const STRING = 0x01;
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The binary XML of one chunk. */
export class BinaryXml {
  readonly chunk: Buffer;
  readonly #names = new Map<number, string>();
  /** By where they begin; null = damaged, or still being read. */
  readonly #templates = new Map<number, readonly Content[] | null>();

  constructor(chunk: Buffer) {
    this.chunk = chunk;
  }

  /** What chunk[at, end) says: of a record, or of a value that is XML itself. Throws `Damage`. */
  fragment(at: number, end: number): readonly Content[] {
    return this.#fragment(new Cursor(this.chunk, at, end), false);
  }

  #fragment(cursor: Cursor, inTemplate: boolean): readonly Content[] {
    const content = this.#content(cursor, inTemplate, 0);
    if (cursor.next === TOKEN.end || cursor.next === -1) return content;
    throw new Damage('it closes an element that it did not open');
  }

  /** Up to a token that belongs to what is around it, which is not passed over. */
  #content(cursor: Cursor, inTemplate: boolean, depth: number): Content[] {
    if (depth > MAX_DEPTH) throw new Damage('its elements are too deep');
    const content: Content[] = [];
    for (;;) {
      const token = cursor.next;
      switch (token === -1 ? token : token & ~MORE) {
        case -1:
        case TOKEN.end:
        case TOKEN.closeStart:
        case TOKEN.closeEmpty:
        case TOKEN.endElement:
        case TOKEN.attribute:
          return content;
        case TOKEN.fragment:
          cursor.take(4);
          break;
        case TOKEN.openElement:
          content.push(this.#element(cursor, inTemplate, depth));
          break;
        case TOKEN.text:
          cursor.take(1);
          if (cursor.u8() !== STRING) throw new Damage('it has a text that is none');
          content.push(cursor.text(cursor.u16()));
          break;
        case TOKEN.cdata:
          cursor.take(1);
          content.push(cursor.text(cursor.u16()));
          break;
        case TOKEN.character:
          cursor.take(1);
          content.push(String.fromCharCode(cursor.u16()));
          break;
        case TOKEN.entity:
          cursor.take(1);
          content.push(entity(this.#name(cursor)));
          break;
        case TOKEN.instructionTarget:
          cursor.take(1);
          this.#name(cursor);
          break;
        case TOKEN.instructionData:
          cursor.take(1);
          cursor.take(cursor.u16() * 2);
          break;
        case TOKEN.instance:
          content.push(this.#instance(cursor));
          break;
        case TOKEN.substitution:
        case TOKEN.optionalSubstitution:
          content.push(substitution(cursor));
          break;
        default:
          throw new Damage(`it has a token ${token} that there is not`);
      }
    }
  }

  #element(cursor: Cursor, inTemplate: boolean, depth: number): Element {
    const hasAttributes = (cursor.u8() & MORE) !== 0;
    if (hasDependencyId(cursor, inTemplate)) cursor.take(2);
    cursor.take(4);
    const name = this.#name(cursor);
    const attributes: Attribute[] = [];
    if (hasAttributes) cursor.take(4);
    while ((cursor.next & ~MORE) === TOKEN.attribute) {
      cursor.take(1);
      attributes.push({
        name: this.#name(cursor),
        content: this.#content(cursor, inTemplate, depth + 1),
      });
    }
    const closing = cursor.u8();
    if (closing === TOKEN.closeEmpty) return { kind: 'element', name, attributes, content: [] };
    if (closing !== TOKEN.closeStart) throw new Damage('it has an element without end');
    const content = this.#content(cursor, inTemplate, depth + 1);
    if (cursor.u8() !== TOKEN.endElement) throw new Damage('it has an element without end');
    return { kind: 'element', name, attributes, content };
  }

  #instance(cursor: Cursor): Instance {
    cursor.take(6);
    const offset = cursor.u32();
    const isHere = offset === cursor.at;
    const template = this.#template(offset);
    if (isHere) {
      cursor.take(20);
      cursor.take(cursor.u32());
    }
    return { kind: 'instance', template, values: valuesOf(cursor) };
  }

  /** Next template (4 bytes), GUID (16), size (4), fragment. */
  #template(offset: number): readonly Content[] {
    const known = this.#templates.get(offset);
    if (known === null) throw new Damage('its template is damaged');
    if (known !== undefined) return known;
    this.#templates.set(offset, null);
    const header = new Cursor(this.chunk, offset, this.chunk.length);
    header.take(20);
    const size = header.u32();
    const from = header.take(size);
    const template = this.#fragment(new Cursor(this.chunk, from, from + size), true);
    this.#templates.set(offset, template);
    return template;
  }

  /** The name that is pointed at; the first time it stands right behind that. */
  #name(cursor: Cursor): string {
    const offset = cursor.u32();
    const isHere = offset === cursor.at;
    let name = this.#names.get(offset);
    if (name === undefined || isHere) {
      // Next name (4 bytes), hash (2), length (2), text, a NUL.
      const there = new Cursor(this.chunk, offset, this.chunk.length);
      there.take(6);
      const length = there.u16();
      if (length > MAX_NAME) throw new Damage('it has a name that is too long');
      name = there.text(length);
      this.#names.set(offset, name);
    }
    if (isHere) cursor.take(8 + name.length * 2 + 2);
    return name;
  }
}

/**
 * An element of a template begins with the number of a substitution that it depends on, others do not; some writers differ.
 * Tells which of the two it can be.
 */
function hasDependencyId(cursor: Cursor, expected: boolean): boolean {
  return fits(cursor, expected) || !fits(cursor, !expected) ? expected : !expected;
}

/** Whether a size that stays inside and a place of a name in the chunk follow. */
function fits({ bytes, at, end }: Cursor, withId: boolean): boolean {
  const from = withId ? at + 2 : at;
  if (from + 8 > end) return false;
  return bytes.readUInt32LE(from) <= end - from - 4 && bytes.readUInt32LE(from + 4) < bytes.length;
}

function substitution(cursor: Cursor): Substitution {
  const optional = cursor.u8() === TOKEN.optionalSubstitution;
  const index = cursor.u16();
  // Its type: the value states its own.
  cursor.take(1);
  return { kind: 'substitution', index, optional };
}

/** Their number (4 bytes), size (2) and type (1) of each with a byte to spare, then what they hold. */
function valuesOf(cursor: Cursor): readonly TypedValue[] {
  const count = cursor.u32();
  const table = new Cursor(cursor.bytes, cursor.take(count * 4), cursor.at);
  const values: TypedValue[] = [];
  for (let i = 0; i < count; i++) {
    const size = table.u16();
    const type = table.u8();
    table.take(1);
    values.push({ type, at: cursor.take(size), size });
  }
  return values;
}

function entity(name: string): string {
  return ENTITIES.get(name) ?? `&${name};`;
}
