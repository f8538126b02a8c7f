import { RE2JS } from 're2js';
import type { Event } from '../model/event.js';
import { type AssignableField, fillField, isAssignable } from './ecs-values.js';
import { setField } from './raw-fields.js';

/** Patterns see this much of a message: 64 KiB through a hundred patterns would stall the line. */
const MAX_SEARCHED = 8192;

/** One of the config's `extractors` (extractor-options.ts). */
export interface ExtractorOptions {
  readonly name: string;
  readonly pattern: string;
  readonly contains?: string | undefined;
  readonly source?: string | undefined;
  readonly program?: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

/** Why these options cannot be used and which of them is to blame; null = they can. */
export function extractorFault(
  options: ExtractorOptions,
): { readonly option: 'pattern' | 'fields'; readonly message: string } | null {
  try {
    compile(options);
    return null;
  } catch (error) {
    if (!(error instanceof UnusableExtractor)) throw error;
    return error;
  }
}

/**
 * The extractors that apply to records of `source` (null: a record without one, as in `parse-line`) as one
 * function, to be called after `normalize`. Throws when a pattern cannot be used; `extractorOptions` has said so
 * before with the place in the config.
 */
export function compileExtractors(
  list: readonly ExtractorOptions[],
  source: string | null,
): (event: Event) => void {
  const extractors = list
    .filter((options) => options.source === undefined || options.source === source)
    .map(compile);
  return (event) => {
    if (extractors.length === 0) return;
    const message =
      event.message.length > MAX_SEARCHED ? event.message.slice(0, MAX_SEARCHED) : event.message;
    const lowered = message.toLowerCase();
    const program = event['process.name']?.toLowerCase() ?? null;
    for (const extractor of extractors) {
      if (extractor.program !== null && extractor.program !== program) continue;
      if (extractor.contains !== null && !lowered.includes(extractor.contains)) continue;
      extract(extractor, message, event);
    }
  };
}

interface Extractor {
  readonly pattern: RE2JS;
  readonly contains: string | null;
  readonly program: string | null;
  readonly targets: readonly Target[];
}

interface Target {
  readonly group: string;
  readonly field: string;
  readonly ecs: AssignableField | null;
}

class UnusableExtractor extends Error {
  readonly option: 'pattern' | 'fields';
  constructor(option: 'pattern' | 'fields', message: string) {
    super(message);
    this.option = option;
  }
}

function compile(options: ExtractorOptions): Extractor {
  const pattern = compilePattern(options.pattern);
  const groups = Object.keys(pattern.namedGroups());
  if (groups.length === 0) {
    throw new UnusableExtractor('pattern', 'has no named group; write (?P<name>…) around what is to be kept');
  }
  for (const group of Object.keys(options.fields)) {
    if (!groups.includes(group)) {
      throw new UnusableExtractor(
        'fields',
        `names the group "${group}", which the pattern does not have; it has ${groups.join(', ')}`,
      );
    }
  }
  return {
    pattern,
    contains: options.contains?.toLowerCase() ?? null,
    program: options.program?.toLowerCase() ?? null,
    targets: groups.map((group) => toTarget(group, ownText(options.fields, group) ?? group)),
  };
}

function compilePattern(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnusableExtractor(
      'pattern',
      `is not RE2 syntax (${reason}); look-around and back-references are not supported`,
    );
  }
}

function toTarget(group: string, field: string): Target {
  if (field === 'event.category' || field === 'event.type') {
    throw new UnusableExtractor('fields', `cannot fill ${field}: it is a list of fixed words`);
  }
  return { group, field, ecs: isAssignable(field) ? field : null };
}

function ownText(fields: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function extract(extractor: Extractor, message: string, event: Event): void {
  const matcher = extractor.pattern.matcher(message);
  if (!matcher.find()) return;
  for (const target of extractor.targets) {
    const text = matcher.group(target.group);
    if (text === null || text === undefined || text === '') continue;
    if (target.ecs === null) setField(event.record, target.field, text);
    else fillField(event, target.ecs, text);
  }
}
