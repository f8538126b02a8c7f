import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';

/** Rows that came meanwhile wait here, so that nothing moves under the hand. */
export function NewRows({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null;
  return html`<button type="button" class="new-rows" onClick=${onShow}>${shortNumber(count)} new</button>`;
}
