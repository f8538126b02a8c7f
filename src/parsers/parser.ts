import type { ParsedRecord } from '../model/record.js';

/** What a parser may know besides the text. */
export interface ParseContext {
  /** Instant that year-less stamps are read against, ms. */
  clock: number;
  /** IANA zone of stamps that state none. */
  timezone: string;
}

/**
 * One format. `parse` fills the record (reset, with `original` and `message` set) and returns true, or returns
 * false with the record untouched: not this format. It never throws, and takes time linear in the text.
 */
export interface Parser {
  readonly format: string;
  readonly summary: string;
  parse(text: string, record: ParsedRecord, context: ParseContext): boolean;
}
