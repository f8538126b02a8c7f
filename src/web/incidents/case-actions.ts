import { useState } from 'preact/hooks';
import type { Workflow } from '../../model/workflow.js';
import { html } from '../kit/html.js';
import { useKeys } from '../kit/keys.js';
import { ownName, useMayChange } from '../kit/may-change.js';
import { to } from '../kit/router.js';
import { useStore } from '../kit/store.js';
import { type Decided, decide, messageOf, VERDICTS } from '../kit/workflow.js';
import { ActionForm } from '../parts/action-form.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { say } from '../parts/toast.js';
import type { Likeness } from './likeness.js';
import { SilenceDialog } from './silence-dialog.js';

interface CaseActionsProps {
  readonly kind: Decided;
  readonly id: string;
  readonly workflow: Workflow;
  readonly like: Likeness;
  /** The query that looks for more of it, and from when on. */
  readonly hunt: { readonly q: string; readonly from: string };
  readonly downloads: readonly { readonly name: string; readonly path: string }[];
  readonly onDecided: (workflow: Workflow) => void;
}

/** What one can do about an incident or an alert. */
export function CaseActions({ kind, id, workflow, like, hunt, downloads, onDecided }: CaseActionsProps) {
  const [open, setOpen] = useState<'close' | 'silence' | null>(null);
  const shut = (): void => setOpen(null);
  const act = async (action: string, body: object = {}): Promise<void> => {
    try {
      onDecided(await decide(kind, id, action, body));
      say(action === 'acknowledge' ? 'Acknowledged.' : 'Open again.');
    } catch (error) {
      say(messageOf(error));
    }
  };
  const close = async (fields: FormData): Promise<void> => {
    onDecided(
      await decide(kind, id, 'close', {
        verdict: fields.get('verdict'),
        reason: String(fields.get('reason')),
      }),
    );
    say('Closed.');
    shut();
  };
  const may = useMayChange();
  const own = useStore(ownName);
  const isOthers = workflow.state === 'acknowledged' && workflow.by !== own;
  useKeys(may ? { a: () => void act('acknowledge'), s: () => setOpen('silence') } : {});

  return html`<div class="actions">
    ${may && workflow.state === 'new' && html`<button type="button" class="main" title="a" onClick=${() => act('acknowledge')}><${Icon} name="check" /> Acknowledge</button>`}
    ${may && isOthers && html`<button type="button" onClick=${() => act('acknowledge', { take_over: true })}>Take over from ${workflow.by}</button>`}
    ${
      may &&
      (workflow.state === 'closed'
        ? html`<button type="button" onClick=${() => act('reopen')}>Open again</button>`
        : html`<button type="button" onClick=${() => setOpen('close')}>Close …</button>`)
    }
    ${may && html`<button type="button" title="s" onClick=${() => setOpen('silence')}><${Icon} name="bell" /> Silence like this …</button>`}
    <a class="button" href=${to('search', hunt)}><${Icon} name="search" /> Hunt</a>
    ${!may && html`<span class="muted">Your login may look, and change nothing.</span>`}
    ${downloads.map(({ name, path }) => html`<a key=${name} class="button" href=${path} download><${Icon} name="download" /> ${name}</a>`)}
    ${
      open === 'close' &&
      html`<${Dialog} title=${kind === 'alerts' ? 'Close this alert' : 'Close this incident'} onClose=${shut}>
        <${ActionForm} action="Close" onSubmit=${close}>
          <fieldset>
            <legend>It was</legend>
            ${VERDICTS.map(
              ([verdict, words], i) => html`<label class="tick" key=${verdict}>
                <input type="radio" name="verdict" value=${verdict} required autofocus=${i === 0} /> ${words}
              </label>`,
            )}
          </fieldset>
          <label class="field"><span>Because</span><textarea name="reason" rows="3" required maxlength="1000" /></label>
        <//>
      <//>`
    }
    ${open === 'silence' && html`<${SilenceDialog} like=${like} onClose=${shut} />`}
  </div>`;
}
