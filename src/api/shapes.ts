import { z } from 'zod';
import { LEVELS } from '../model/rule.js';
import { cidrField } from '../model/settings.js';
import { parseDuration } from '../model/units.js';
import { VERDICTS, WORKFLOW_STATES } from '../model/workflow.js';

/** Parts that several routes ask for or answer with. */

export const isoTime = z.iso.datetime({
  offset: true,
  error: 'expected a time such as 2026-11-20T10:30:00Z',
});
/** In requests: made UTC with milliseconds, as times are stored and compared. */
export const timeField = isoTime.transform((text) => new Date(text).toISOString());

const DURATION = 'expected a duration such as 30m, 8h or 7d';
export const durationText = z.string({ error: DURATION }).transform((text, ctx): number => {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  ctx.addIssue({ code: 'custom', message: DURATION });
  return z.NEVER;
});

const COUNT = 'expected a whole number such as 100';

/** A whole number in a query string: `Number` would take nothing for 0, and `0x10`. */
export function countField(most: number, fallback: number) {
  const number = z.int({ error: ({ code }) => (code === 'invalid_type' ? COUNT : undefined) });
  return z
    .preprocess((text) => (/^\d{1,15}$/.test(String(text)) ? Number(text) : text), number.min(0).max(most))
    .default(fallback)
    .meta({ type: 'integer', minimum: 0, maximum: most, default: fallback });
}

/** `a,b` */
export const listField = z
  .string()
  .max(1000)
  .transform((text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );

export const severityList = listField.pipe(z.array(z.enum(LEVELS)).min(1).max(LEVELS.length));

export const shortText = z.string().trim().min(1, 'expected some words').max(1000);
export const longText = z.string().trim().min(1, 'expected some words').max(10_000);

export const caseQuery = z.object({
  status: z.enum(['open', 'ended', 'all']).default('all'),
  workflow: z.enum([...WORKFLOW_STATES, 'unclosed']).optional(),
  severity: severityList.optional(),
  since: timeField.optional(),
  until: timeField.optional(),
  entity: z.string().max(500).optional(),
  text: z.string().max(200).optional(),
  limit: countField(500, 50),
  offset: countField(1_000_000, 0),
});

export const idParams = z.object({ id: z.string().min(1).max(200) });

export const noteBody = z.object({ text: longText });
export const acknowledgeBody = z.object({
  note: longText.optional(),
  /** Though somebody else has acknowledged it. */
  take_over: z.boolean().optional(),
});
export const closeBody = z.object({ verdict: z.enum(VERDICTS), reason: shortText });

export const workflowShape = z.object({
  state: z.enum(WORKFLOW_STATES),
  verdict: z.enum(VERDICTS).nullable(),
  reason: z.string(),
  by: z.string(),
  at: isoTime.nullable(),
  notes: z.array(z.object({ at: isoTime, by: z.string(), text: z.string() })),
});

/** Lines of docs/reference/alert.md and incidents.md. */
export const alertShape = z.looseObject({
  '@timestamp': isoTime,
  'event.kind': z.literal('alert'),
  alert: z.looseObject({ id: z.string(), revision: z.int(), status: z.enum(['opened', 'updated', 'ended']) }),
  severity: z.enum(LEVELS),
  rule: z.looseObject({ id: z.string(), name: z.string() }),
  entity: z.string(),
  reason: z.string(),
  evidence: z.array(z.looseObject({ 'event.id': z.string(), original: z.string() })),
});
export const incidentShape = z.looseObject({
  '@timestamp': isoTime,
  'event.kind': z.literal('incident'),
  incident: z.looseObject({ id: z.string(), revision: z.int(), title: z.string(), risk: z.int() }),
  severity: z.enum(LEVELS),
  entity: z.string(),
  stages: z.array(z.looseObject({ rules: z.array(z.string()) })),
  timeline: z.array(z.looseObject({ reason: z.string() })),
});
/** As vedette parse-line --json prints it. */
export const eventShape = z.looseObject({ '@timestamp': z.string() });

export function pageOf(item: z.ZodType) {
  return z.object({ total: z.int(), items: z.array(item) });
}

export const matcherShape = z
  .strictObject({
    rule: z.string().max(200).optional(),
    entity: z.string().max(500).optional(),
    source_ip: cidrField.optional(),
    host: z.string().max(500).optional(),
    user: z.string().max(500).optional(),
    severity: z.enum(LEVELS).optional(),
  })
  .refine((matcher) => Object.values(matcher).some((value) => value !== undefined && value !== ''), {
    message:
      'expected at least one of rule, entity, source_ip, host, user, severity: without any it would hide everything',
  });
