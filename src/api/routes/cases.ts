import { z } from 'zod';
import { type Change, isIncident } from '../../model/change.js';
import type { CaseFilter } from '../../storage/case-reader.js';
import type { Workflow } from '../../storage/desk/workflow.js';
import { type ApiContext, ApiError, type Asked, invalid, notFound, type Route, route } from '../route.js';
import { acknowledgeBody, type caseQuery, closeBody, idParams, noteBody, workflowShape } from '../shapes.js';

/** The filter that the words of a request mean. */
export function filterOf({ status, severity, ...rest }: z.output<typeof caseQuery>): CaseFilter {
  if (rest.since !== undefined && rest.until !== undefined && rest.since > rest.until)
    throw invalid('until: expected a time that is not before since');
  return { ...rest, status: status === 'all' ? undefined : status, severities: severity };
}

/** A list that was asked for, or 503 when too many are. */
export async function listed<T>(answer: Promise<T> | null): Promise<T> {
  if (answer === null)
    throw new ApiError(503, 'busy', 'Too many lists are asked for at once; try again in some seconds.');
  return await answer;
}

/** The line of an alert or incident with what people said of it. */
export function withWorkflow<T extends Change>(
  change: T,
  { daemon }: ApiContext,
): T & { workflow: Workflow } {
  const id = isIncident(change) ? change.incident.id : change.alert.id;
  return { ...change, workflow: daemon.desk.workflow.of(id) };
}

/** What people say of an alert or of an incident: the same four things. */
export function workflowRoutes(kind: 'alert' | 'incident'): Route[] {
  const path = `/api/${kind}s/:id`;
  const act = (
    api: ApiContext,
    asked: Asked<{ id: string }, unknown, unknown>,
    action: string,
    detail: string,
    work: (id: string, by: string, at: string) => void,
  ): Workflow => {
    const { id } = asked.params;
    if (api.cases[kind](id) === null) throw notFound(kind);
    const at = new Date(api.now()).toISOString();
    const { desk } = api.daemon;
    work(id, asked.who.name, at);
    desk.audit.add({ at, by: asked.who.name, action: `${kind}.${action}`, subject: id, detail });
    return desk.workflow.of(id);
  };
  /** The verdict that somebody else gave would be lost. */
  const checkOpen = (api: ApiContext, id: string): void => {
    const { state, by } = api.daemon.desk.workflow.of(id);
    if (state === 'closed')
      throw new ApiError(409, 'conflict', `This ${kind} was closed by ${by}; open it again first.`);
  };
  const addNote = (api: ApiContext, id: string, text: string, by: string, at: string): void => {
    if (!api.daemon.desk.workflow.note(id, text, by, at))
      throw new ApiError(409, 'conflict', 'It has as many notes as it can have.');
  };
  return [
    route({
      method: 'POST',
      path: `${path}/acknowledge`,
      role: 'write',
      summary: `Say that you are on this ${kind}.`,
      params: idParams,
      body: acknowledgeBody,
      answer: workflowShape,
      handle: (asked, api) =>
        act(api, asked, 'acknowledge', asked.body.note ?? '', (id, by, at) => {
          checkOpen(api, id);
          if (asked.body.note !== undefined) addNote(api, id, asked.body.note, by, at);
          api.daemon.desk.workflow.acknowledge(id, by, at);
        }),
    }),
    route({
      method: 'POST',
      path: `${path}/close`,
      role: 'write',
      summary: `Close this ${kind} with a verdict and a reason.`,
      params: idParams,
      body: closeBody,
      answer: workflowShape,
      handle: (asked, api) => {
        const { verdict, reason } = asked.body;
        return act(api, asked, 'close', `${verdict}: ${reason}`, (id, by, at) => {
          checkOpen(api, id);
          api.daemon.desk.workflow.close(id, verdict, reason, by, at);
        });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/reopen`,
      role: 'write',
      summary: `Take back what was said of this ${kind}; notes stay.`,
      params: idParams,
      body: z.object({}),
      answer: workflowShape,
      handle: (asked, api) => act(api, asked, 'reopen', '', (id) => api.daemon.desk.workflow.reopen(id)),
    }),
    route({
      method: 'POST',
      path: `${path}/notes`,
      role: 'write',
      summary: `Write a note beside this ${kind}.`,
      params: idParams,
      body: noteBody,
      answer: workflowShape,
      handle: (asked, api) =>
        act(api, asked, 'note', asked.body.text, (id, by, at) => addNote(api, id, asked.body.text, by, at)),
    }),
  ];
}
