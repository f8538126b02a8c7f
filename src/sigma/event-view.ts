import { type Event, isEcsField } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import type { Logsource } from '../model/logsource.js';
import { lookupEnvelope } from './match/envelope-fields.js';
import { type FieldPath, fieldPath, lookupField, visitValues } from './match/field-path.js';
import { ownField } from './match/own-field.js';
import { type Alias, aliasesOf } from './match/taxonomy.js';

/**
 * What the matcher needs of an event, whatever its shape. Field lookup order is DESIGN §3: the record's own names,
 * then the taxonomy alias of the logsource, then ECS; exact key first, then dotted path; arrays: any member.
 */
export interface EventView {
  /** Value under the rule's field name. `undefined` = absent, `null` = present and null. */
  get(field: string): unknown;
  /**
   * Visits every text, number and boolean of the event, nested ones too: what keywords search. Stops and returns
   * true as soon as `visit` does.
   */
  forEachValue(visit: (value: string | number | bigint | boolean) => boolean): boolean;
}

/** Where the values of one field name are, for events of one logsource. */
interface FieldPlan {
  readonly path: FieldPath;
  readonly alias: Alias | null;
  readonly read: (event: Event) => unknown;
}

type Plans = Map<string, FieldPlan>;

/** The view of a normalized event. One for all records of a detector: `reset` after the event was filled. */
export class EventFieldView implements EventView {
  readonly #event: Event;
  /** By `Logsource.id`, then field: as many as rules and logsources name. */
  readonly #plansByLogsource = new Map<number, Plans>();
  #logsource: Logsource;
  #plans: Plans;

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
    const event = this.#event;
    const { record } = event;
    let plan = this.#plans.get(field);
    if (plan === undefined) {
      plan = planFor(field, this.#logsource);
      this.#plans.set(field, plan);
    }
    const own = ownField(record, field, plan.path);
    if (own !== undefined) return own;
    const { alias } = plan;
    if (alias !== null) {
      for (const name of alias.fields) {
        const value = ownField(record, name, null);
        if (value !== undefined) return value;
      }
      if (alias.ecs !== null && event[alias.ecs] !== null) return event[alias.ecs];
    }
    return plan.read(event);
  }

  /**
   * The message, what was parsed, program and host: the syslog line without its stamp. Not the ECS fields, which
   * repeat them, nor `valid` of CEF and LEEF headers, which is our word.
   */
  forEachValue(visit: (value: string | number | bigint | boolean) => boolean): boolean {
    const { message, record } = this.#event;
    if (visit(message)) return true;
    const visitOthers = (value: string | number | bigint | boolean): boolean =>
      value !== message && visit(value);
    const { app, host, fields, cef, leef, structuredData } = record;
    return (
      (app !== null && visit(app)) ||
      (host !== null && visit(host)) ||
      (fields !== null && visitValues(fields, visitOthers)) ||
      (cef !== null && visitValues({ ...cef, valid: null }, visitOthers)) ||
      (leef !== null && visitValues({ ...leef, valid: null }, visitOthers)) ||
      (structuredData !== null && visitValues(structuredData, visitOthers))
    );
  }

  #plansFor(logsource: Logsource): Plans {
    let plans = this.#plansByLogsource.get(logsource.id);
    if (plans === undefined) {
      plans = new Map();
      this.#plansByLogsource.set(logsource.id, plans);
    }
    return plans;
  }
}

function planFor(field: string, logsource: Logsource): FieldPlan {
  return {
    path: fieldPath(field),
    alias: aliasesOf(logsource).get(field) ?? null,
    read: isEcsField(field) ? (event) => event[field] ?? undefined : (event) => lookupEnvelope(event, field),
  };
}

/** The view of a plain JSON object, as tests and `rules eval` have them: no aliases, no ECS. */
export class JsonFieldView implements EventView {
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  get(field: string): unknown {
    return lookupField(this.#object, field, fieldPath(field));
  }

  forEachValue(visit: (value: string | number | bigint | boolean) => boolean): boolean {
    return visitValues(this.#object, visit);
  }
}
