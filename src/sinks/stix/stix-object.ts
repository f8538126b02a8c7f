/** What STIX 2.1 properties hold here. Undefined properties are left out of the JSON; null does not exist in STIX. */
export type StixValue = string | number | boolean | undefined | readonly StixValue[] | StixDictionary;

export interface StixDictionary {
  readonly [key: string]: StixValue;
}

/** Any STIX 2.1 object: domain object, relationship object or cyber observable. */
export interface StixObject {
  readonly type: string;
  /** `<type>--<UUIDv5>` */
  readonly id: string;
  readonly [property: string]: StixValue;
}

/** STIX allows no empty lists. */
export function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
