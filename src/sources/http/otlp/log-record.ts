/** One log record as a detector reads it; names are those of OTLP's JSON. Members that are undefined are left out. */
export interface LogRecord {
  /** `"0"` = not known; always there, as the mark of such a record. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano?: string | undefined;
  readonly severityNumber?: number | undefined;
  readonly severityText?: string | undefined;
  readonly eventName?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly body?: Plain;
  readonly attributes?: Members | undefined;
  readonly resource?: Members | undefined;
  readonly scope?: { readonly name: string; readonly version?: string | undefined } | undefined;
}

/** A value of OTLP (`AnyValue`) as JSON has it. Members are without a prototype: their names are the sender's. */
export type Plain = string | number | boolean | null | readonly Plain[] | Members | undefined;
export interface Members {
  [name: string]: Plain;
}

/** Values inside each other; what is deeper is left out. */
export const MOST_DEPTH = 32;

export function bytesOf(record: LogRecord): Buffer {
  return Buffer.from(JSON.stringify(record));
}

export function newMembers(): Members {
  return Object.create(null) as Members;
}

/** An integer of 64 bits: as a number where that is exact. */
export function integer(digits: string): number | string {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : digits;
}
