import { type Event, isEcsField } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { lookupField, visitValues } from './field-path.js';
import { type AliasTable, aliasesOf } from './taxonomy.js';

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

/** The view of a normalized event. One for all records of a detector: `reset` after the event was filled. */
export class EventFieldView implements EventView {
  readonly #event: Event;
  #aliases: AliasTable;

  constructor(event: Event) {
    this.#event = event;
    this.#aliases = aliasesOf(event.logsource);
  }

  /** The event is another one now. */
  reset(): void {
    this.#aliases = aliasesOf(this.#event.logsource);
  }

  get(field: string): unknown {
    const { record } = this.#event;
    const own = ownField(record, field);
    if (own !== undefined) return own;
    const alias = this.#aliases.get(field);
    if (alias !== undefined) {
      for (const name of alias.fields) {
        const value = ownField(record, name);
        if (value !== undefined) return value;
      }
      if (alias.ecs !== null) {
        const value = this.#event[alias.ecs];
        if (value !== null) return value;
      }
    }
    return this.#ecs(field);
  }

  /**
   * The message, what was parsed, program and host: the syslog line without its stamp. Not the ECS fields, which
   * repeat them.
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
      (cef !== null && visitValues(cef, visitOthers)) ||
      (leef !== null && visitValues(leef, visitOthers)) ||
      (structuredData !== null && visitValues(structuredData, visitOthers))
    );
  }

  #ecs(field: string): unknown {
    const event = this.#event;
    if (isEcsField(field)) return event[field] ?? undefined;
    const { record } = event;
    switch (field) {
      case 'message':
        return event.message;
      case '@timestamp':
        return new Date(event.timestamp).toISOString();
      case 'event.original':
        return record.original;
      case 'log.syslog.hostname':
        return record.host ?? undefined;
      case 'log.syslog.appname':
        return record.app ?? undefined;
      case 'log.syslog.procid':
        return record.procid ?? undefined;
      case 'log.syslog.msgid':
        return record.msgid ?? undefined;
      case 'log.syslog.facility.code':
        return record.facility < 0 ? undefined : record.facility;
      case 'log.syslog.severity.code':
        return record.severity < 0 ? undefined : record.severity;
      default:
        return undefined;
    }
  }
}

/** What the record itself calls by that name. */
function ownField(record: ParsedRecord, field: string): unknown {
  const { fields, cef, leef, structuredData } = record;
  let value = fields === null ? undefined : lookupField(fields, field);
  if (value === undefined && cef !== null) {
    value = lookupField(cef.extensions, field) ?? lookupField(cef.custom, field) ?? lookupField(cef, field);
  }
  if (value === undefined && leef !== null) {
    value = lookupField(leef.attributes, field) ?? lookupField(leef, field);
  }
  if (value === undefined && structuredData !== null) value = lookupField(structuredData, field);
  return value;
}

/** The view of a plain JSON object, as tests and `rules eval` have them: no aliases, no ECS. */
export class JsonFieldView implements EventView {
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  get(field: string): unknown {
    return lookupField(this.#object, field);
  }

  forEachValue(visit: (value: string | number | bigint | boolean) => boolean): boolean {
    return visitValues(this.#object, visit);
  }
}
