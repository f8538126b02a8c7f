/** What a closed alert or incident was: a real attack, a false alarm, or real but allowed. */
export const VERDICTS = ['true_positive', 'false_positive', 'benign'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const WORKFLOW_STATES = ['new', 'acknowledged', 'closed'] as const;
export type WorkflowState = (typeof WORKFLOW_STATES)[number];

/** What people said of an alert or incident. */
export interface Workflow {
  readonly state: WorkflowState;
  /** Of what is closed. */
  readonly verdict: Verdict | null;
  readonly reason: string;
  /** Who said so last, and when, ISO 8601; null = nobody yet. */
  readonly by: string;
  readonly at: string | null;
  readonly notes: readonly Note[];
}

export interface Note {
  readonly at: string;
  readonly by: string;
  readonly text: string;
}
