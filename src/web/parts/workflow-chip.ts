import type { Workflow } from '../../model/workflow.js';
import { html } from '../kit/html.js';
import { verdictWords } from '../kit/workflow.js';

interface WorkflowChipProps {
  readonly of: Workflow;
  /** Nothing more happens; nobody has decided that. */
  readonly ended?: boolean;
}

export function WorkflowChip({ of, ended = false }: WorkflowChipProps) {
  const words = of.state === 'closed' ? `closed: ${verdictWords(of.verdict)}` : of.state;
  return html`<span class=${`chip is-${of.state}`} title=${of.by === '' ? '' : `by ${of.by}`}>${words}</span>${
    ended && html`<span class="chip" title="no more hits">quiet</span>`
  }`;
}
