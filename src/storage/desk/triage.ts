import type { Verdict, Workflow } from '../../model/workflow.js';
import { DeskConflict } from './conflict.js';
import type { Desk } from './desk.js';

/** What somebody says of an alert or incident. */
export type Decision =
  | {
      readonly action: 'acknowledge';
      readonly note?: string | undefined;
      /** Though somebody else has it. */
      readonly take_over?: boolean | undefined;
    }
  | { readonly action: 'close'; readonly verdict: Verdict; readonly reason: string }
  | { readonly action: 'reopen' }
  | { readonly action: 'note'; readonly text: string };

export interface Subject {
  readonly kind: 'alert' | 'incident';
  readonly id: string;
}

/**
 * Notes the decision and who made it, at `now`, ms. Throws DeskConflict where it cannot be: the verdict that somebody
 * else gave would be lost, or two people would work on it without knowing of each other.
 */
export function triage(
  { workflow, audit }: Desk,
  { kind, id }: Subject,
  decision: Decision,
  by: string,
  now: number,
): Workflow {
  const at = new Date(now).toISOString();
  const addNote = (text: string): void => {
    if (!workflow.note(id, text, by, at)) throw new DeskConflict('It has as many notes as it can have.');
  };
  const said = workflow.of(id);
  if (said.state === 'closed' && (decision.action === 'acknowledge' || decision.action === 'close'))
    throw new DeskConflict(`This ${kind} was closed by ${said.by}; open it again first.`);
  const held = said.state === 'acknowledged' && said.by !== by ? said : null;
  if (held !== null && decision.action === 'acknowledge' && decision.take_over !== true)
    throw new DeskConflict(
      `This ${kind} was acknowledged by ${held.by}, ${clockOf(held.at)}: take it over if it is yours now.`,
    );
  switch (decision.action) {
    case 'acknowledge':
      if (decision.note !== undefined) addNote(decision.note);
      workflow.acknowledge(id, by, at);
      break;
    case 'close':
      workflow.close(id, decision.verdict, decision.reason, by, at);
      break;
    case 'reopen':
      workflow.reopen(id);
      break;
    case 'note':
      addNote(decision.text);
      break;
  }
  audit.add({
    at,
    by,
    action: `${kind}.${decision.action}`,
    subject: id,
    detail: detailOf(decision, held?.by),
  });
  return workflow.of(id);
}

/** `2026-11-20 10:30 UTC` */
function clockOf(at: string | null): string {
  return `${at!.slice(0, 16).replace('T', ' ')} UTC`;
}

/** `holder`: who else had acknowledged it. */
function detailOf(decision: Decision, holder: string | undefined): string {
  switch (decision.action) {
    case 'acknowledge': {
      const taken = holder === undefined ? [] : [`taken over from ${holder}`];
      return [...taken, ...(decision.note === undefined ? [] : [decision.note])].join(': ');
    }
    case 'close':
      return `${decision.verdict}: ${decision.reason}`;
    case 'reopen':
      return '';
    case 'note':
      return decision.text;
  }
}
