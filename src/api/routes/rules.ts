import { z } from 'zod';
import type { RuleReach } from '../../doctor/reach.js';
import { attackTactics, attackTechnique } from '../../model/attack.js';
import { LEVELS } from '../../model/rule.js';
import type { RuleDescription, RuleStats } from '../../protocol.js';
import { type ApiContext, ApiError, invalid, notFound, type Route, route } from '../route.js';
import { alertShape, idParams, isoTime, shortText, workflowShape } from '../shapes.js';
import { listed, withWorkflow } from './cases.js';

const WEEK_MS = 7 * 86_400_000;
const RECENT = 20;
/** Of those that a rule lacks. */
const MOST_FIELDS = 8;

const logsource = z
  .object({
    product: z.string().nullable(),
    category: z.string().nullable(),
    service: z.string().nullable(),
  })
  .nullable();

const row = z.object({
  id: z.string(),
  title: z.string(),
  level: z.enum(LEVELS),
  kind: z.enum(['detection', 'correlation', 'filter']),
  file: z.string(),
  line: z.int(),
  status: z.string().nullable(),
  tags: z.array(z.string()),
  techniques: z.array(z.string()),
  tactics: z.array(z.string()),
  logsource,
  enabled: z.boolean(),
  candidates: z.int(),
  matches: z.int(),
  firings: z.int(),
  milliseconds: z.number(),
  /** Of the last 7 days. */
  alerts: z.int(),
  last_alert: isoTime.nullable(),
  /** `fires`; `quiet`: it has never; `no_data`: nor could it, see `lacks`; `disabled`. */
  state: z.enum(['fires', 'quiet', 'no_data', 'disabled']),
  /** What the newest part of the log lacks for it; null = nothing, or that is not known. */
  lacks: z
    .object({
      /** No event of its logsource; or none with one of these fields. */
      what: z.enum(['logsource', 'fields']),
      fields: z.array(z.string()),
      /** Some normalizer knows events of its logsource; else a source has to be named as theirs. */
      recognised: z.boolean(),
      /** Of a correlation: the rule that lacks it, and without which it cannot fire. */
      rule: z.object({ id: z.string(), title: z.string(), logsource }).nullable(),
    })
    .nullable(),
  /** Sources that send events of its logsource; without `lacks` such as it could match. */
  sources: z.array(z.string()),
});
export type RuleRow = z.output<typeof row>;

export const ruleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/rules',
    role: 'read',
    summary: 'All rules with what they did since the start, and those that were refused.',
    answer: z.object({
      items: z.array(row),
      refused: z.array(
        z.object({
          file: z.string(),
          line: z.int(),
          code: z.string(),
          message: z.string(),
          // Of the rule above it.
          further: z.boolean(),
        }),
      ),
    }),
    handle: async (_asked, api) => ({
      items: await ruleRows(api),
      refused: api.daemon.rules().faults.map(({ place: { file, line }, code, message, further = false }) => {
        return { file, line, code, message, further };
      }),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/rules/:id',
    role: 'read',
    summary: 'One rule: its text, figures and newest alerts.',
    params: idParams,
    answer: row.extend({
      text: z.string(),
      description: z.string(),
      falsepositives: z.array(z.string()),
      references: z.array(z.string()),
      of: z.array(z.string()),
      recent: z.array(alertShape.extend({ workflow: workflowShape })),
    }),
    handle: async ({ params }, api) => {
      const { id } = params;
      const found = (await ruleRows(api)).find((one) => one.id === id);
      const told = (await api.catalogue.list()).find((one) => one.id === id);
      if (found === undefined || told === undefined) throw notFound('rule');
      const { description, falsepositives, references, of } = told;
      const [texts, recent] = await Promise.all([
        api.catalogue.texts([found.file]),
        listed(api.lists.ask('newestAlerts', { limit: RECENT, offset: 0, rule: id })),
      ]);
      const text = texts.get(found.file) ?? '';
      return {
        ...found,
        ...{ text, description, falsepositives, references, of },
        recent: recent.map((change) => withWorkflow(change, api)),
      };
    },
  }),
  ...[true, false].map((enabled) =>
    route({
      method: 'POST',
      path: `/api/rules/:id/${enabled ? 'enable' : 'disable'}`,
      role: 'write',
      summary: `Turn a rule ${enabled ? 'on' : 'off'}, whatever the configuration says; kept over restarts.`,
      params: idParams,
      body: z.object({ reason: shortText.optional() }),
      answer: row,
      handle: async ({ params, body, who }, api) => {
        const { id } = params;
        if (!(await api.catalogue.list()).some((one) => one.id === id)) throw notFound('rule');
        const { ruleSwitches, audit } = api.daemon.desk;
        const at = new Date(api.now()).toISOString();
        const reason = body.reason ?? '';
        ruleSwitches.put({ rule: id, enabled, reason, by: who.name, at });
        audit.add({
          at,
          by: who.name,
          action: enabled ? 'rule.enable' : 'rule.disable',
          subject: id,
          detail: reason,
        });
        await api.daemon.reloadRules();
        return (await ruleRows(api)).find((one) => one.id === id);
      },
    }),
  ),
  route({
    method: 'POST',
    path: '/api/rules/test',
    role: 'read',
    summary:
      'What a rule, given as text or by id, says to one log record; without one, which rules in use match it.',
    body: z.object({
      text: z.string().max(200_000).optional(),
      id: z.string().max(200).optional(),
      line: z.string().min(1).max(65_536),
    }),
    answer: z.object({
      event: z.looseObject({}),
      ok: z.boolean(),
      errors: z.array(z.string()),
      rules: z.array(
        z.object({ id: z.string(), title: z.string(), match: z.boolean(), explanation: z.string() }),
      ),
    }),
    handle: async ({ body }, { catalogue, now }) => {
      const { text, id, line } = body;
      if (text !== undefined && id !== undefined)
        throw invalid('expected the text or the id of a rule, not both');
      const answer = catalogue.test({ text: text ?? null, id: id ?? null, line, now: now() });
      if (answer === null)
        throw new ApiError(503, 'busy', 'Other rules are being tested; try again in a second.');
      const { event, errors, rules } = await answer;
      if (id !== undefined && rules.length === 0) throw notFound('detection rule');
      return { event: JSON.parse(event), ok: errors.length === 0, errors, rules };
    },
  }),
];

/** Every rule with its figures. */
export async function ruleRows(api: ApiContext): Promise<RuleRow[]> {
  const { daemon, catalogue, lists } = api;
  const weekAgo = new Date(api.now() - WEEK_MS).toISOString();
  const [described, allStats, reach, raised] = await Promise.all([
    catalogue.list(),
    daemon.ruleStats(),
    api.reach.find(),
    listed(lists.ask('byRule', weekAgo)),
  ]);
  const byId = new Map(described.map((rule) => [rule.id, rule]));
  const stats = new Map(allStats.map((one) => [one.id, one]));
  const off = new Set(
    daemon.desk.ruleSwitches.list().flatMap(({ rule, enabled }) => (enabled ? [] : [rule])),
  );
  return described.map((rule) => {
    const alerts = raised.get(rule.id);
    const enabled = !off.has(rule.id) && (rule.kind === 'filter' || stats.has(rule.id));
    const figures = figuresOf(stats.get(rule.id));
    const reached = enabled ? reach?.rules.get(rule.id) : undefined;
    const cause = enabled ? byId.get(reach?.stalled.get(rule.id) ?? '') : undefined;
    const lacks = cause === undefined ? lacksOf(reached) : lacksOf(reach?.rules.get(cause.id), cause);
    return {
      ...{ id: rule.id, title: rule.title, level: rule.level, kind: rule.kind, status: rule.status },
      ...{ file: rule.place.file, line: rule.place.line, tags: [...rule.tags], logsource: rule.logsource },
      ...attackOf(rule),
      enabled,
      ...figures,
      alerts: alerts?.alerts ?? 0,
      last_alert: alerts?.last ?? null,
      state: stateOf(enabled, figures, alerts !== undefined, lacks !== null),
      lacks,
      sources: [...(reached?.sources ?? [])],
    };
  });
}

type Figures = Pick<RuleRow, 'candidates' | 'matches' | 'firings' | 'milliseconds'>;

function figuresOf(stats: RuleStats | undefined): Figures {
  if (stats?.kind === 'detection') {
    const { candidates, matches, milliseconds } = stats;
    return { candidates, matches, firings: 0, milliseconds };
  }
  return { candidates: 0, matches: 0, firings: stats?.firings ?? 0, milliseconds: 0 };
}

function stateOf(
  enabled: boolean,
  { matches, firings }: Figures,
  hasAlerts: boolean,
  isLacking: boolean,
): RuleRow['state'] {
  if (!enabled) return 'disabled';
  if (matches > 0 || firings > 0 || hasAlerts) return 'fires';
  return isLacking ? 'no_data' : 'quiet';
}

function lacksOf(
  reach: Omit<RuleReach, 'rule'> | undefined,
  cause: RuleDescription | null = null,
): RuleRow['lacks'] {
  if (reach === undefined || reach.idle === null) return null;
  const { idle, fields, recognised } = reach;
  const rule = cause === null ? null : { id: cause.id, title: cause.title, logsource: cause.logsource };
  return { what: idle, fields: (fields ?? []).slice(0, MOST_FIELDS), recognised, rule };
}

/** Ids of techniques and of tactics, those in force. */
function attackOf({ tags }: RuleDescription): Pick<RuleRow, 'techniques' | 'tactics'> {
  const words = tags.flatMap((tag) => /^attack\.(.+)$/i.exec(tag)?.[1] ?? []);
  const techniques = words.flatMap((word) => attackTechnique(word)?.id ?? []);
  const tactics = words.flatMap((word) => attackTactics(word).map(({ id }) => id));
  return { techniques: [...new Set(techniques)], tactics: [...new Set(tactics)] };
}
