import { emptyFields, type Json, type JsonObject } from '../../model/json.js';
import {
  type Attribute,
  type BinaryXml,
  type Content,
  type Element,
  MAX_DEPTH,
  type TypedValue,
} from './binary-xml.js';
import { Damage } from './cursor.js';
import { NULL_TYPE, valueJson, XML_TYPE } from './values.js';

/** What an event may cost, in characters: a record of 64 KiB can ask for its values and templates again and again. */
const MAX_CHARACTERS = 256 * 1024;
/** What each item costs besides its characters. */
const ITEM = 8;
const NO_VALUES: readonly TypedValue[] = [];

/**
 * An event as `evtx_dump` writes it, so that rules find it as they do others' exports: an element is a member, with attributes an object of
 * `#attributes` and `#text`; elements of one name are a list; `<Data Name="x">` is a member `x`; namespaces are left out.
 * Throws `Damage`.
 */
export function eventJson(xml: BinaryXml, content: readonly Content[]): JsonObject {
  return new EventWriter(xml).object(content);
}

/** What stands in an element. */
interface Inside {
  /** Null as long as there is no element in it. */
  members: JsonObject | null;
  readonly texts: Json[];
  /** An optional value is not there: nor is the element. */
  isAbsent: boolean;
}

class EventWriter {
  readonly #xml: BinaryXml;
  #left = MAX_CHARACTERS;

  constructor(xml: BinaryXml) {
    this.#xml = xml;
  }

  object(content: readonly Content[]): JsonObject {
    const { members } = this.#inside(content, NO_VALUES, 0);
    if (members === null) throw new Damage('it has no element');
    return members;
  }

  #inside(content: readonly Content[], values: readonly TypedValue[], depth: number): Inside {
    const inside: Inside = { members: null, texts: [], isAbsent: false };
    this.#fill(inside, content, values, depth);
    return inside;
  }

  #fill(inside: Inside, content: readonly Content[], values: readonly TypedValue[], depth: number): void {
    if (depth > MAX_DEPTH) throw new Damage('its elements are too deep');
    for (const item of content) {
      this.#spend(0);
      if (typeof item === 'string') this.#addText(inside, item);
      else if (item.kind === 'element') this.#addElement(inside, item, values, depth + 1);
      else if (item.kind === 'instance') this.#fill(inside, item.template, item.values, depth + 1);
      else {
        const value = values[item.index];
        if (value?.type === XML_TYPE && value.size > 0) {
          this.#spend(value.size);
          this.#fill(inside, this.#xml.fragment(value.at, value.at + value.size), NO_VALUES, depth + 1);
        } else if (value !== undefined && value.type !== NULL_TYPE && value.type !== XML_TYPE)
          this.#addText(inside, valueJson(this.#xml.chunk, value));
        else if (item.optional) inside.isAbsent = true;
        else this.#addText(inside, null);
      }
    }
  }

  #addText(inside: Inside, text: Json): void {
    for (const item of Array.isArray(text) ? text : [text])
      this.#spend(typeof item === 'string' ? item.length : 0);
    inside.texts.push(text);
  }

  #addElement(inside: Inside, element: Element, values: readonly TypedValue[], depth: number): void {
    const { members, texts, isAbsent } = this.#inside(element.content, values, depth);
    if (isAbsent && members === null) return;
    const attributes = this.#attributes(element.attributes, values, depth);
    let { name } = element;
    if (name === 'Data' && typeof attributes?.Name === 'string') {
      name = attributes.Name;
      delete attributes.Name;
    }
    this.#spend(name.length);
    inside.members ??= emptyFields();
    put(inside.members, name, withAttributes(membersOrText(members, texts), attributes));
  }

  /** Null = none. */
  #attributes(
    attributes: readonly Attribute[],
    values: readonly TypedValue[],
    depth: number,
  ): JsonObject | null {
    let out: JsonObject | null = null;
    for (const { name, content } of attributes) {
      this.#spend(name.length);
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const { texts, isAbsent } = this.#inside(content, values, depth);
      if (isAbsent) continue;
      out ??= emptyFields();
      out[name] = joined(texts);
    }
    return out;
  }

  #spend(characters: number): void {
    this.#left -= characters + ITEM;
    if (this.#left < 0) throw new Damage('it comes to more than a record can tell');
  }
}

/** Text between elements is seldom more than blanks. */
function membersOrText(members: JsonObject | null, texts: readonly Json[]): Json {
  const text = joined(texts);
  if (members === null) return text;
  if (text !== null && String(text).trim() !== '') put(members, '#text', text);
  return members;
}

/** A value alone keeps its type. */
function joined(texts: readonly Json[]): Json {
  if (texts.length === 0) return null;
  if (texts.length === 1) return texts[0]!;
  return texts.flat().join('');
}

function withAttributes(value: Json, attributes: JsonObject | null): Json {
  if (attributes === null || Object.keys(attributes).length === 0) return value;
  const out = emptyFields();
  out['#attributes'] = attributes;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.assign(out, value);
  if (value !== null) out['#text'] = value;
  return out;
}

function put(members: JsonObject, name: string, value: Json): void {
  if (!Object.hasOwn(members, name)) {
    members[name] = value;
    return;
  }
  const known = members[name]!;
  // A list of ours: that of a value is read anew for each place it has.
  const list = Array.isArray(known) ? known : [known];
  for (const item of Array.isArray(value) ? value : [value]) list.push(item);
  members[name] = list;
}
