import { html } from '../kit/html.js';
import { setParams } from '../kit/router.js';

/** A text somewhere in an alert or incident: a host, a user, a word of a record. Asked for by Enter, or by leaving the field. */
export function TextFilter({ text }: { readonly text: string }) {
  const ask = (event: Event): void => setParams({ text: (event.target as HTMLInputElement).value.trim() });
  return html`<label class="choice">
      <span>Holds</span>
      <input type="search" value=${text} maxlength="200" placeholder="host, user, word" onChange=${ask} />
    </label>
    ${text !== '' && html`<span class="quiet-note">Looked for in the newest 1,000.</span>`}`;
}
