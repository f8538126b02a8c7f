import { useEffect, useState } from 'preact/hooks';
import type { SilenceMatcher } from '../../model/silence.js';
import { send } from '../kit/api.js';
import type { Silence, SilencePreview } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { messageOf } from '../kit/workflow.js';
import { ActionForm } from '../parts/action-form.js';
import { Dialog } from '../parts/dialog.js';
import { LogText } from '../parts/log-text.js';
import { say } from '../parts/toast.js';
import type { Likeness } from './likeness.js';

const DURATIONS: readonly (readonly [value: string, words: string])[] = [
  ['1h', '1 hour'],
  ['8h', '8 hours'],
  ['1d', '1 day'],
  ['7d', '7 days'],
  ['30d', '30 days'],
];
const SHOWN = 3;

interface SilenceDialogProps {
  readonly like: Likeness;
  readonly onClose: () => void;
}

/** "More like this" kept quiet for a while: what is meant by it, and what it would have hidden. */
export function SilenceDialog({ like, onClose }: SilenceDialogProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(like.filter((part) => part.chosen).map(({ key }) => key)),
  );
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  const matcher = Object.fromEntries(
    like.filter(({ key }) => chosen.has(key)).map(({ key, value }) => [key, value]),
  ) as SilenceMatcher;
  const save = async (fields: FormData): Promise<void> => {
    await send<Silence>('POST', '/api/silences', {
      matcher,
      reason: String(fields.get('reason')),
      duration: String(fields.get('duration')),
    });
    say('Silenced. Such alerts are still stored, under Silences.');
    onClose();
  };
  return html`<${Dialog} title="Silence more like this" onClose=${onClose}>
    <${ActionForm} action="Silence" onSubmit=${save} disabled=${chosen.size === 0}>
      <fieldset>
        <legend>Alerts for which all of this holds</legend>
        ${like.map(
          ({ key, words }) => html`<label class="tick" key=${key}>
            <input type="checkbox" checked=${chosen.has(key)} onChange=${() => toggle(key)} />
            <${LogText} of=${words} />
          </label>`,
        )}
      </fieldset>
      <${Preview} matcher=${matcher} />
      <label class="field"><span>For</span>
        <select name="duration">
          ${DURATIONS.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === '8h'}>${words}</option>`)}
        </select>
      </label>
      <label class="field"><span>Why</span><input name="reason" required maxlength="500" placeholder="for whoever asks later" /></label>
    <//>
  <//>`;
}

function Preview({ matcher }: { readonly matcher: SilenceMatcher }) {
  const [preview, setPreview] = useState<SilencePreview | string | null>(null);
  const key = JSON.stringify(matcher);
  useEffect(() => {
    let isOld = false;
    setPreview(null);
    if (key === '{}') return;
    send<SilencePreview>('POST', '/api/silences/preview', { matcher: JSON.parse(key), last: '7d' }).then(
      (answer) => !isOld && setPreview(answer),
      (error: unknown) => !isOld && setPreview(messageOf(error)),
    );
    return () => {
      isOld = true;
    };
  }, [key]);
  if (key === '{}') return html`<p class="quiet-note">Choose at least one.</p>`;
  if (preview === null) return html`<p class="quiet-note">Looking at the last 7 days …</p>`;
  if (typeof preview === 'string')
    return html`<p class="quiet-note">What it would hide is not known: ${preview}</p>`;
  return html`<div class="preview">
    <p>
      In the last 7 days it would have hidden ${preview.partial ? 'at least ' : ''}<strong>${counted(preview.alerts, 'alert')}</strong> and
      ${' '}<strong>${counted(preview.incidents, 'incident')}</strong>.
    </p>
    <ul>${preview.items
      .slice(0, SHOWN)
      .map(
        (alert) =>
          html`<li key=${alert.alert.id}><strong>${alert.rule.name}</strong> <${LogText} of=${alert.reason} /></li>`,
      )}</ul>
  </div>`;
}
