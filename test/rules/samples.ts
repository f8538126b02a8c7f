import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { START, type TimedLine } from './shipped-line.js';

/** `{time}` in a line is the moment as RFC 3164 has it, `{iso}` as ISO 8601, `{clf}` as web servers have it. */
const lineSchema = z.strictObject({
  /** Seconds since the timeline began. */
  at: z.number(),
  line: z.string(),
  /** The line comes so often, `every` seconds; `{n}` in it counts 0, 1, 2, … */
  times: z.int().min(2).optional(),
  every: z.number().positive().optional(),
});

const timelineSchema = z.strictObject({
  name: z.string(),
  lines: z.array(lineSchema).min(1),
  /** Titles of the alerts that the default configuration opens, in order. */
  alerts: z.array(z.string()),
});

const samplesSchema = z.union([
  z.strictObject({ match: z.array(z.string()).min(2), no_match: z.array(z.string()).min(3) }),
  z.strictObject({ timelines: z.array(timelineSchema).min(5) }),
]);

/** By the rule's title. */
const fileSchema = z.record(z.string(), samplesSchema);

export type Samples = z.output<typeof samplesSchema>;
export type Timeline = z.output<typeof timelineSchema>;

/** Samples of a rule file, by title; null when there are none. */
export function readSamples(ruleFile: string): ReadonlyMap<string, Samples> | null {
  const path = join(import.meta.dirname, '../fixtures', ruleFile);
  if (!existsSync(path)) return null;
  const result = fileSchema.safeParse(load(readFileSync(path, 'utf8')));
  if (result.success) return new Map(Object.entries(result.data));
  throw new Error(`${path}: ${z.prettifyError(result.error)}`);
}

/** The lines of a timeline as they are received, by time. */
export function timedLines({ lines }: Timeline): TimedLine[] {
  return lines
    .flatMap(({ at, line, times = 1, every = 1 }) =>
      Array.from({ length: times }, (_, n) => {
        const moment = START + (at + n * every) * 1000;
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
