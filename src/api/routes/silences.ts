import { z } from 'zod';
import { isInForce, type SilenceEntry } from '../../storage/desk/silences.js';
import { addSilence, endSilence, expiryFault } from '../../storage/desk/silencing.js';
import { type ApiContext, invalid, notFound, type Route, route } from '../route.js';
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
    handle: ({ body: { matcher, reason, ...until }, who }, api) => {
      const now = api.now();
      const wanted = { matcher, reason, expires: endOf(until, now) };
      const entry = addSilence(api.daemon.desk, wanted, who.name, now);
      api.daemon.useSilences();
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
      const { desk } = api.daemon;
      if (desk.silences.get(params.id) === null) throw notFound('silence');
      endSilence(desk, params.id, who.name, api.now());
      api.daemon.useSilences();
      return told(desk.silences.get(params.id)!, api);
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
  const fault = expiryFault(end, now);
  if (fault !== null) throw invalid(`expires: ${fault}`);
  return end;
}

function told(silence: SilenceEntry, { cases, now }: ApiContext) {
  const { removed, ...entry } = silence;
  return {
    ...entry,
    ...(removed !== null && { expires: removed }),
    active: isInForce(silence, now()),
    hits: cases.hitsOf(entry.id),
  };
}
