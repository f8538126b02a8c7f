import type { AlertEvidence } from '../../model/alert.js';
import { html } from '../kit/html.js';
import { to } from '../kit/router.js';
import { LogText } from './log-text.js';

/** Records as they were received, with what rules saw in them marked. */
export function Evidence({ of }: { readonly of: readonly AlertEvidence[] }) {
  return html`<ul class="evidence">
    ${of.map(
      (item) => html`<li key=${item['event.id']}>
        <a class="evidence-link" href=${to('search', { open: item['event.id'], q: '' })} title="Open the event" aria-label="Open the event"
          >${item['event.id']}</a
        >
        <${LogText} of=${item.original} marks=${item.matches.map(({ value }) => value)} raw />
      </li>`,
    )}
  </ul>`;
}
