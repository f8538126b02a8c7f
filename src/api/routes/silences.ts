import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { MOST_SILENCES, type SilenceEntry } from '../../storage/desk/silences.js';
import { type ApiContext, ApiError, invalid, notFound, type Route, route } from '../route.js';
import {
  alertShape,
  durationText,
  idParams,
  isoTime,
  matcherShape,
  shortText,
  timeField,
} from '../shapes.js';
import { listed } from './cases.js';

const LONGEST_MS = 366 * 86_400_000;

const silence = z.object({
  id: z.string(),
  matcher: matcherShape,
  reason: z.string(),
  by: z.string(),
  created: isoTime,
  expires: isoTime,
  active: z.boolean(),
  hits: z.int(),
});

export const silenceRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/silences',
    role: 'read',
    summary: 'Silences, newest first; those that have ended as well, since they explain what they hid.',
    answer: z.object({ items: z.array(silence) }),
    handle: (_asked, api) => ({ items: api.daemon.desk.silences.list().map((entry) => told(entry, api)) }),
  }),
  route({
    method: 'POST',
    path: '/api/silences',
    role: 'write',
    summary:
      'Hide alerts like these for some time. They are stored, but no sink is told and they make no incident.',
    body: z.object({
      matcher: matcherShape,
      reason: shortText,
      duration: durationText.optional(),
      expires: timeField.optional(),
    }),
    answer: silence,
    handle: ({ body, who }, api) => {
      const { silences, audit } = api.daemon.desk;
      const now = api.now();
      if (silences.inForce(now).length >= MOST_SILENCES)
        throw new ApiError(
          409,
          'conflict',
          `There are ${MOST_SILENCES} silences, which is as many as there can be.`,
        );
      const entry: SilenceEntry = {
        id: randomUUID(),
        matcher: body.matcher,
        reason: body.reason,
        by: who.name,
        created: new Date(now).toISOString(),
        expires: new Date(endOf(body, now)).toISOString(),
        removed: null,
      };
      silences.add(entry);
      activate(api);
      audit.add({
        at: entry.created,
        by: who.name,
        action: 'silence.add',
        subject: entry.id,
        detail: JSON.stringify(entry.matcher),
      });
      return told(entry, api);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/silences/:id',
    role: 'write',
    summary: 'End a silence.',
    params: idParams,
    answer: silence,
    handle: ({ params, who }, api) => {
      const { silences, audit } = api.daemon.desk;
      if (silences.get(params.id) === null) throw notFound('silence');
      const at = new Date(api.now()).toISOString();
      silences.remove(params.id, at);
      activate(api);
      audit.add({ at, by: who.name, action: 'silence.end', subject: params.id, detail: '' });
      return told(silences.get(params.id)!, api);
    },
  }),
  route({
    method: 'POST',
    path: '/api/silences/preview',
    role: 'read',
    summary: 'What a silence would have hidden.',
    body: z.object({ matcher: matcherShape, last: durationText.prefault('7d') }),
    answer: z.object({
      alerts: z.int(),
      incidents: z.int(),
      items: z.array(alertShape),
      /** There are more alerts than were looked at. */
      partial: z.boolean(),
    }),
    handle: async ({ body }, api) => {
      const since = new Date(api.now() - body.last).toISOString();
      return await listed(api.lists.ask('previewSilence', body.matcher, since));
    },
  }),
];

function endOf(
  { duration, expires }: { duration?: number | undefined; expires?: string | undefined },
  now: number,
): number {
  if ((duration === undefined) === (expires === undefined))
    throw invalid('expected either a duration such as 8h or a time at which it expires');
  const end = duration === undefined ? Date.parse(expires!) : now + duration;
  if (end <= now) throw invalid('expires: expected a time to come');
  if (end - now > LONGEST_MS)
    throw invalid('expected a year at most: what is never to be told of is a filter');
  return end;
}

function activate({ daemon, now }: ApiContext): void {
  daemon.useSilences(daemon.desk.silences.inForce(now()));
}

function told({ removed, ...entry }: SilenceEntry, { cases, now }: ApiContext) {
  return {
    ...entry,
    ...(removed !== null && { expires: removed }),
    active: removed === null && Date.parse(entry.expires) > now(),
    hits: cases.hitsOf(entry.id),
  };
}
