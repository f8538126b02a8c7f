import { ECS_READERS } from '../model/ecs-readers.js';
import { ENVELOPE_READERS } from '../model/envelope-fields.js';
import { type Event, isEcsField } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import type { Logsource } from '../model/logsource.js';
import type { RecordFormat } from '../model/record.js';
import { type FieldName, fieldName, lookupField, visitValues } from './match/field-path.js';
import { hasOwnFields, ownField } from './match/own-field.js';
import { PresentSlots } from './match/present-slots.js';
import { aliasesOf } from './match/taxonomy.js';

/**
 * What the matcher needs of an event, whatever its shape. Field lookup order is DESIGN §3: the record's own names,
 * then the taxonomy alias of the logsource, then ECS; exact key first, then dotted path; arrays: any member.
 */
export interface EventView {
  /** Value under the rule's field name. `undefined` = absent, `null` = present and null. */
  get(field: string): unknown;
  /** `get(fields[slot])`. The list must never change: where its fields are is found out once. */
  at(fields: readonly string[], slot: number): unknown;
  /**
   * All of these slots whose fields are there, maybe some more, in no order and until the next call. The lists must never
   * change: what to look for is found out once.
   */
  present(fields: readonly string[], slots: readonly number[]): readonly number[];
  /**
   * Visits every text, number and boolean of the event, nested ones too: what keywords search. Stops and returns
   * true as soon as `visit` does.
   */
  forEachValue(visit: ScalarVisitor): boolean;
  /** The names of which each is looked up here first, as it is written; null = there is no such object. */
  ownFields(): Readonly<Record<string, unknown>> | null;
  /** `forEachValue` without the values in `ownFields`. */
  forEachOtherValue(visit: ScalarVisitor): boolean;
  /** A text that `forEachValue` visits and that most others are likely to be parts of; null = there is none. */
  wholeText(): string | null;
}

/** True = stop. */
export type ScalarVisitor = (value: string | number | bigint | boolean) => boolean;

/** Where the values of one field name are, for events of one logsource. */
interface FieldPlan {
  /** In the record: under the field's name, then under those that the taxonomy has for it. */
  readonly own: readonly FieldName[];
  /** Then in the event: the taxonomy's ECS field, then the field's own name where the event has it. Null = absent. */
  readonly readers: readonly ((event: Event) => unknown)[];
}

/** Where the fields of one logsource are, by name and by slot. */
interface Plans {
  readonly byName: Map<string, FieldPlan>;
  bySlot: (FieldPlan | undefined)[];
  /** By lists of slots. */
  places: Map<readonly number[], Places>;
}

/** Where to look for some fields at once. */
interface Places {
  readonly inRecord: PresentSlots;
  /** Slots that may have a value in the event, too. */
  readonly inEvent: readonly number[];
}

/** The view of a normalized event. One for all records of a detector: `reset` after the event was filled. */
export class EventFieldView implements EventView {
  readonly #event: Event;
  /** By `Logsource.id`: as many as rules and logsources name. */
  readonly #plansByLogsource = new Map<number, Plans>();
  #logsource: Logsource;
  #plans: Plans;
  #fields: readonly string[] = [];
  readonly #present: number[] = [];

  constructor(event: Event) {
    this.#event = event;
    this.#logsource = event.logsource;
    this.#plans = this.#plansFor(event.logsource);
  }

  /** The event is another one now. */
  reset(): void {
    const { logsource } = this.#event;
    if (logsource === this.#logsource) return;
    this.#logsource = logsource;
    this.#plans = this.#plansFor(logsource);
  }

  get(field: string): unknown {
    return this.#read(this.#planOf(field));
  }

  at(fields: readonly string[], slot: number): unknown {
    return this.#read(this.#planAt(fields, slot));
  }

  present(fields: readonly string[], slots: readonly number[]): readonly number[] {
    const { cef, leef, structuredData, fields: own } = this.#event.record;
    if (cef !== null || leef !== null || structuredData !== null) return slots;
    const { inRecord, inEvent } = this.#placesOf(fields, slots);
    if (own === null) return inEvent;
    const present = this.#present;
    present.length = 0;
    for (const slot of inEvent) present.push(slot);
    inRecord.find(own, present);
    return present;
  }

  #planAt(fields: readonly string[], slot: number): FieldPlan {
    if (fields !== this.#fields) this.#useFields(fields);
    const { bySlot } = this.#plans;
    let plan = bySlot[slot];
    if (plan === undefined) {
      plan = this.#planOf(fields[slot]!);
      bySlot[slot] = plan;
    }
    return plan;
  }

  #placesOf(fields: readonly string[], slots: readonly number[]): Places {
    if (fields !== this.#fields) this.#useFields(fields);
    const { places } = this.#plans;
    let known = places.get(slots);
    if (known === undefined) {
      const inRecord = new PresentSlots();
      for (const slot of slots) inRecord.add(slot, this.#planAt(fields, slot).own);
      const inEvent = slots.filter((slot) => this.#planAt(fields, slot).readers.length > 0);
      known = { inRecord, inEvent };
      places.set(slots, known);
    }
    return known;
  }

  #read({ own, readers }: FieldPlan): unknown {
    const event = this.#event;
    const { record } = event;
    if (hasOwnFields(record)) {
      for (let i = 0; i < own.length; i++) {
        const value = ownField(record, own[i]!);
        if (value !== undefined) return value;
      }
    }
    for (let i = 0; i < readers.length; i++) {
      const value = readers[i]!(event);
      if (value !== null) return value;
    }
    return undefined;
  }

  /** Where `get` finds the field: by a name of the record's own, or of the event. Null = nowhere. For people. */
  foundUnder(field: string): { readonly in: 'record' | 'event'; readonly name: string } | null {
    const { own, readers } = this.#planOf(field);
    const { record } = this.#event;
    const name = hasOwnFields(record) ? own.find((at) => ownField(record, at) !== undefined) : undefined;
    if (name !== undefined) return { in: 'record', name: name.name };
    const reader = readers.find((read) => read(this.#event) !== null);
    if (reader === undefined) return null;
    const ecs = aliasesOf(this.#logsource).get(field)?.ecs ?? null;
    return { in: 'event', name: ecs !== null && reader === ECS_READERS[ecs] ? ecs : field };
  }

  /**
   * The message, what was parsed, program and host: the syslog line without its stamp. Not the ECS fields, which
   * repeat them, nor `valid` of CEF and LEEF headers, which is our word.
   */
  forEachValue(visit: ScalarVisitor): boolean {
    const { message, record } = this.#event;
    const { format, fields } = record;
    if (this.forEachOtherValue(visit)) return true;
    if (fields === null) return false;
    return visitValues(fields, isNamed(format) ? visit : (value) => value !== message && visit(value));
  }

  ownFields(): Readonly<Record<string, unknown>> | null {
    return this.#event.record.fields;
  }

  forEachOtherValue(visit: ScalarVisitor): boolean {
    const { message, record } = this.#event;
    const { app, host, cef, leef, structuredData } = record;
    const isText = this.wholeText() !== null;
    if (isText && visit(message)) return true;
    const visitOthers: ScalarVisitor = (value) => !(isText && value === message) && visit(value);
    return (
      (app !== null && visit(app)) ||
      (host !== null && visit(host)) ||
      (cef !== null && visitValues({ ...cef, valid: null }, visitOthers)) ||
      (leef !== null && visitValues({ ...leef, valid: null }, visitOthers)) ||
      (structuredData !== null && visitValues(structuredData, visitOthers))
    );
  }

  wholeText(): string | null {
    const { message, record } = this.#event;
    return isNamed(record.format) ? null : message;
  }

  #planOf(field: string): FieldPlan {
    const { byName } = this.#plans;
    let plan = byName.get(field);
    if (plan === undefined) {
      plan = planFor(field, this.#logsource);
      byName.set(field, plan);
    }
    return plan;
  }

  #useFields(fields: readonly string[]): void {
    this.#fields = fields;
    for (const plans of this.#plansByLogsource.values()) {
      plans.bySlot = [];
      plans.places = new Map();
    }
  }

  #plansFor(logsource: Logsource): Plans {
    let plans = this.#plansByLogsource.get(logsource.id);
    if (plans === undefined) {
      plans = { byName: new Map(), bySlot: [], places: new Map() };
      this.#plansByLogsource.set(logsource.id, plans);
    }
    return plans;
  }
}

function planFor(field: string, logsource: Logsource): FieldPlan {
  const alias = aliasesOf(logsource).get(field) ?? null;
  const inEvent = isEcsField(field) ? ECS_READERS[field] : ENVELOPE_READERS.get(field);
  const aliased = alias === null || alias.ecs === null ? undefined : ECS_READERS[alias.ecs];
  return {
    own: [fieldName(field), ...(alias?.fields ?? []).map((name) => ({ ...fieldName(name), path: null }))],
    readers: [aliased, inEvent].filter((reader) => reader !== undefined),
  };
}

/** The view of a plain JSON object, as tests and `rules eval` have them: no aliases, no ECS. */
export class JsonFieldView implements EventView {
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  get(field: string): unknown {
    let name = names.get(field);
    if (name === undefined) {
      name = fieldName(field);
      if (names.size < MAX_NAMES) names.set(field, name);
    }
    return lookupField(this.#object, name);
  }

  at(fields: readonly string[], slot: number): unknown {
    return this.get(fields[slot]!);
  }

  present(_fields: readonly string[], slots: readonly number[]): readonly number[] {
    return slots;
  }

  forEachValue(visit: ScalarVisitor): boolean {
    return visitValues(this.#object, visit);
  }

  ownFields(): Readonly<Record<string, unknown>> {
    return this.#object;
  }

  forEachOtherValue(): boolean {
    return false;
  }

  wholeText(): null {
    return null;
  }
}

/** Names that rules ask for. */
const names = new Map<string, FieldName>();
const MAX_NAMES = 10_000;

/** Of a JSON object the message is one of its fields or its text, and that has names in it; so has that of an event in XML. */
function isNamed(format: RecordFormat): boolean {
  return format === 'json' || format === 'event-xml';
}
