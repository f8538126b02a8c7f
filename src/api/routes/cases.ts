import { z } from 'zod';
import { type Change, isIncident } from '../../model/change.js';
import type { Workflow } from '../../model/workflow.js';
import type { CaseFilter } from '../../storage/case-reader.js';
import { type Decision, type Subject, triage } from '../../storage/desk/triage.js';
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
export function workflowRoutes(kind: Subject['kind']): Route[] {
  const path = `/api/${kind}s/:id`;
  const said = (
    { params: { id }, who }: Asked<{ id: string }, unknown, unknown>,
    { cases, daemon, now }: ApiContext,
    decision: Decision,
  ): Workflow => {
    if (cases[kind](id) === null) throw notFound(kind);
    return triage(daemon.desk, { kind, id }, decision, who.name, now());
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
      handle: (asked, api) => said(asked, api, { action: 'acknowledge', ...asked.body }),
    }),
    route({
      method: 'POST',
      path: `${path}/close`,
      role: 'write',
      summary: `Close this ${kind} with a verdict and a reason.`,
      params: idParams,
      body: closeBody,
      answer: workflowShape,
      handle: (asked, api) => said(asked, api, { action: 'close', ...asked.body }),
    }),
    route({
      method: 'POST',
      path: `${path}/reopen`,
      role: 'write',
      summary: `Take back what was said of this ${kind}; notes stay.`,
      params: idParams,
      body: z.object({}),
      answer: workflowShape,
      handle: (asked, api) => said(asked, api, { action: 'reopen' }),
    }),
    route({
      method: 'POST',
      path: `${path}/notes`,
      role: 'write',
      summary: `Write a note beside this ${kind}.`,
      params: idParams,
      body: noteBody,
      answer: workflowShape,
      handle: (asked, api) => said(asked, api, { action: 'note', ...asked.body }),
    }),
  ];
}
