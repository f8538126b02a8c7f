import { useState } from 'preact/hooks';
import type { AlertEvidence } from '../../model/alert.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { to } from '../kit/router.js';
import { LogText } from './log-text.js';

interface EvidenceProps {
  readonly of: readonly AlertEvidence[];
  /** `event.id` of the one that is shown alone until the others are asked for. */
  readonly chief?: string | undefined;
}

/** Records as they were received, with what rules saw in them marked. */
export function Evidence({ of, chief }: EvidenceProps) {
  const [isAll, setAll] = useState(false);
  const shown = isAll || chief === undefined ? of : of.filter((item) => item['event.id'] === chief);
  const more = of.length - shown.length;
  return html`<ul class="evidence">
    ${shown.map(
      (item) => html`<li key=${item['event.id']}>
        <a class="evidence-link" href=${to('search', { open: item['event.id'], q: '' })} title="Open the event" aria-label="Open the event"
          >${item['event.id']}</a
        >
        <${LogText} of=${item.original} marks=${item.matches.map(({ value }) => value)} raw />
      </li>`,
    )}
  </ul>
  ${more > 0 && html`<button type="button" class="plain small" onClick=${() => setAll(true)}>${counted(more, 'more line')}</button>`}`;
}
