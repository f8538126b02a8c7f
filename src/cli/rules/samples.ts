import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import type { TimedLine } from './sample-line.js';

/** A record as it is logged; a map stands for its JSON. */
const record = z
  .union([z.string(), z.looseObject({})])
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)));

/** `{time}` in a line is the moment as RFC 3164 has it, `{iso}` as ISO 8601, `{clf}` as web servers have it. */
const lineSchema = z.strictObject({
  /** Seconds since the timeline began. */
  at: z
    .number()
    .min(0)
    .max(366 * 86_400),
  line: record,
  /** The line comes so often, `every` seconds; `{n}` in it counts 0, 1, 2, … */
  times: z.int().min(2).max(10_000).optional(),
  every: z.number().positive().optional(),
});

const timelineSchema = z.strictObject({
  name: z.string(),
  lines: z.array(lineSchema).min(1),
  /** Titles of the alerts that are opened, in order. */
  alerts: z.array(z.string()),
});

const recordsSchema = z.strictObject({
  match: z.array(record).min(1),
  no_match: z.array(record).default([]),
});
const timelinesSchema = z.strictObject({ timelines: z.array(timelineSchema).min(1) });
const samplesSchema = z.union([recordsSchema, timelinesSchema]);

/** By the rule's title. */
const fileSchema = z.record(z.string(), samplesSchema);

export type Samples = z.output<typeof samplesSchema>;
export type Timeline = z.output<typeof timelineSchema>;

/** A file of samples that cannot be used, in words. */
export class SamplesError extends Error {}

/** Samples of the rules of one file, by title. Throws SamplesError. */
export function readSamples(text: string): ReadonlyMap<string, Samples> {
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const place = mark === undefined ? '' : ` (line ${mark.line + 1}, column ${mark.column + 1})`;
    throw new SamplesError(`This is not valid YAML${place}: ${reason}.`);
  }
  const result = fileSchema.safeParse(value);
  if (result.success) return new Map(Object.entries(result.data));
  throw new SamplesError(result.error.issues.flatMap((issue) => issueTexts(issue, value)).join(' '));
}

/** Of samples that are of neither kind what is wrong with them as the kind that they begin to be. */
function issueTexts(issue: z.core.$ZodIssue, file: unknown): string[] {
  const [title] = issue.path;
  if (issue.code !== 'invalid_union' || issue.path.length !== 1) return [issueText(issue)];
  const own: unknown = Reflect.get(file as object, title!);
  const schema = hasKey(own, 'timelines')
    ? timelinesSchema
    : hasKey(own, 'match') || hasKey(own, 'no_match')
      ? recordsSchema
      : null;
  const issues = schema?.safeParse(own).error?.issues ?? [];
  if (issues.length === 0) return [issueText(issue)];
  return issues.map((inner) => issueText({ ...inner, path: [title!, ...inner.path] }));
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function issueText({ code, path, message }: z.core.$ZodIssue): string {
  const place = path.length === 0 ? 'The file' : `"${path.join('.')}"`;
  if (code === 'invalid_union' && path.length > 1)
    return `${place} is no record: write text, or a map that stands for its JSON.`;
  if (code === 'invalid_union' || path.length === 0) {
    return `${place} is not what samples look like: under the title of a rule stand "match", a list of records, and "no_match", or "timelines".`;
  }
  return `${place}: ${message}.`;
}

/** When the samples' time begins: Friday 2026-11-20 10:00 UTC. */
export const START = Date.UTC(2026, 10, 20, 10);

/** The lines of a timeline as they are received, by time. `start`: when it begins, ms. */
export function timedLines({ lines }: Timeline, start = START): TimedLine[] {
  return lines
    .flatMap(({ at, line, times = 1, every = 1 }) =>
      Array.from({ length: times }, (_, n) => {
        const moment = Math.round(start + (at + n * every) * 1000);
        return {
          at: moment,
          line: line.replaceAll('{n}', String(n)).replace(/\{(time|iso|clf)\}/g, stamp(moment)),
        };
      }),
    )
    .sort((a, b) => a.at - b.at);
}

function stamp(moment: number): (placeholder: string) => string {
  const date = new Date(moment);
  // `Fri, 20 Nov 2026 18:30:01 GMT`
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return (placeholder) => {
    if (placeholder === '{iso}') return date.toISOString();
    if (placeholder === '{clf}') return `${day}/${month}/${year}:${time} +0000`;
    return `${month} ${String(Number(day)).padStart(2)} ${time}`;
  };
}
