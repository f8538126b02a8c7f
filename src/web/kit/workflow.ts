import type { Verdict, Workflow } from '../../model/workflow.js';
import { ApiError, send } from './api.js';
import { encodePart } from './place.js';

/** What people decide about an alert or an incident. */
export type Decided = 'incidents' | 'alerts';

export const VERDICTS: readonly (readonly [verdict: Verdict, words: string])[] = [
  ['true_positive', 'a real attack'],
  ['false_positive', 'a false alarm'],
  ['benign', 'real, but allowed'],
];

export function verdictWords(verdict: Verdict | null): string {
  return VERDICTS.find(([of]) => of === verdict)?.[1] ?? '';
}

/** @throws ApiError */
export function decide(kind: Decided, id: string, action: string, body: object = {}): Promise<Workflow> {
  return send('POST', `/api/${kind}/${encodePart(id)}/${action}`, body);
}

export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : String(error);
}
