import { useState } from 'preact/hooks';
import type { Workflow } from '../../model/workflow.js';
import { html } from '../kit/html.js';
import { currentRow, useKeys } from '../kit/keys.js';
import { useMayChange } from '../kit/may-change.js';
import { type Decided, decide, messageOf } from '../kit/workflow.js';
import { Icon } from '../parts/icon.js';
import { say } from '../parts/toast.js';
import type { Likeness } from './likeness.js';
import { SilenceDialog } from './silence-dialog.js';

interface RowActions {
  /** Buttons of one row. */
  buttons(id: string, workflow: Workflow): unknown;
  /** What is open over the list. */
  readonly dialog: unknown;
}

interface Options {
  readonly kind: Decided;
  readonly likenessOf: (id: string) => Likeness | null;
  readonly onDecided: (id: string, workflow: Workflow) => void;
}

/** Acknowledge and silence from a list, by buttons and by keys on the row that has the focus. */
export function useRowActions({ kind, likenessOf, onDecided }: Options): RowActions {
  const [silenced, setSilenced] = useState<Likeness | null>(null);
  const acknowledge = async (id: string): Promise<void> => {
    try {
      onDecided(id, await decide(kind, id, 'acknowledge'));
      say('Acknowledged.');
    } catch (error) {
      say(messageOf(error));
    }
  };
  const silence = (id: string): void => setSilenced(likenessOf(id));
  const ofRow = (act: (id: string) => unknown) => () => {
    const id = currentRow()?.dataset.id;
    if (id !== undefined) act(id);
  };
  const may = useMayChange();
  useKeys(may ? { a: ofRow(acknowledge), s: ofRow(silence) } : {});

  return {
    buttons: (id, workflow) =>
      may &&
      html`<span class="row-actions">
      ${
        workflow.state === 'new' &&
        html`<button type="button" class="plain" title="Acknowledge (a)" onClick=${() => acknowledge(id)}>
          <${Icon} name="check" /><span class="unseen">Acknowledge</span>
        </button>`
      }
      <button type="button" class="plain" title="Silence more like this (s)" onClick=${() => silence(id)}>
        <${Icon} name="bell" /><span class="unseen">Silence more like this</span>
      </button>
    </span>`,
    dialog:
      silenced !== null && html`<${SilenceDialog} like=${silenced} onClose=${() => setSilenced(null)} />`,
  };
}
