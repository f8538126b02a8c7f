import type { RefusedRule } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { LogText } from '../parts/log-text.js';

export function RefusedList({ of }: { readonly of: readonly RefusedRule[] }) {
  if (of.length === 0) return html`<p class="empty">Every rule that was found is loaded.</p>`;
  return html`<ul class="rows">
    ${of.map(
      ({ file, line, code, message }) => html`<li key=${`${file}:${line}${message}`}>
        <p class="row-title"><code><${LogText} of=${`${file}:${line}`} /></code></p>
        <p><${LogText} of=${message} /></p>
        <p class="muted">${code}</p>
      </li>`,
    )}
  </ul>`;
}
