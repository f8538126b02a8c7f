import type { Verdict, Workflow } from '../../model/workflow.js';
import { DeskConflict } from './conflict.js';
import type { Desk } from './desk.js';

/** What somebody says of an alert or incident. */
export type Decision =
  | { readonly action: 'acknowledge'; readonly note?: string | undefined }
  | { readonly action: 'close'; readonly verdict: Verdict; readonly reason: string }
  | { readonly action: 'reopen' }
  | { readonly action: 'note'; readonly text: string };

export interface Subject {
  readonly kind: 'alert' | 'incident';
  readonly id: string;
}

/**
 * Notes the decision and who made it, at `now`, ms. Throws DeskConflict where it cannot be: the verdict that somebody
 * else gave would be lost.
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
  if (decision.action === 'acknowledge' || decision.action === 'close') {
    const said = workflow.of(id);
    if (said.state === 'closed')
      throw new DeskConflict(`This ${kind} was closed by ${said.by}; open it again first.`);
  }
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
  audit.add({ at, by, action: `${kind}.${decision.action}`, subject: id, detail: detailOf(decision) });
  return workflow.of(id);
}

function detailOf(decision: Decision): string {
  switch (decision.action) {
    case 'acknowledge':
      return decision.note ?? '';
    case 'close':
      return `${decision.verdict}: ${decision.reason}`;
    case 'reopen':
      return '';
    case 'note':
      return decision.text;
  }
}
