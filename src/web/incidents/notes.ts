import { useState } from 'preact/hooks';
import type { Workflow } from '../../model/workflow.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { type Decided, decide, verdictWords } from '../kit/workflow.js';
import { ActionForm } from '../parts/action-form.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';

interface NotesProps {
  readonly kind: Decided;
  readonly id: string;
  readonly workflow: Workflow;
  readonly onDecided: (workflow: Workflow) => void;
}

/** What people decided and wrote. */
export function Notes({ kind, id, workflow, onDecided }: NotesProps) {
  // What one is writing stays while others write: the form begins anew only when its own note is there.
  const [written, setWritten] = useState(0);
  const add = async (fields: FormData): Promise<void> => {
    onDecided(await decide(kind, id, 'notes', { text: String(fields.get('text')) }));
    setWritten((old) => old + 1);
  };
  const may = useMayChange();
  if (!may && workflow.state === 'new' && workflow.notes.length === 0) return null;
  return html`<section class="side">
    <h2>Notes</h2>
    ${
      workflow.state !== 'new' &&
      html`<p>
        ${workflow.state === 'closed' ? `Closed as ${verdictWords(workflow.verdict)}` : 'Acknowledged'} by ${workflow.by},
        ${' '}<${Moment} at=${workflow.at} />. <${LogText} of=${workflow.reason} />
      </p>`
    }
    ${workflow.notes.map(
      ({ at, by, text }) =>
        html`<p key=${at} class="note-line"><${Moment} at=${at} /> <b>${by}</b> <${LogText} of=${text} /></p>`,
    )}
    ${
      may &&
      html`<${ActionForm} key=${written} action="Add" onSubmit=${add}>
      <label class="field"><span class="unseen">Note</span><textarea name="text" rows="2" required maxlength="5000" placeholder="Write a note" /></label>
      <//>`
    }
  </section>`;
}
