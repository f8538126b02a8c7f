/**
 * What the matcher needs of an event, whatever its shape. Field lookup order is DESIGN §3: the record's own names,
 * then the taxonomy alias of the logsource, then ECS; exact key first, then dotted path; arrays: any member.
 */
export interface EventView {
  /** Value under the rule's field name. `undefined` = absent, `null` = present and null. */
  get(field: string): unknown;
  /** Every text, number and boolean of the event, nested ones too: what keywords search. */
  forEachValue(visit: (value: string | number | bigint | boolean) => boolean): boolean;
}
