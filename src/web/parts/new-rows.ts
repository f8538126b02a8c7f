import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';

interface NewRowsProps {
  readonly count: number;
  /** There are more of them than that. */
  readonly orMore?: boolean;
  readonly onShow: () => void;
}

/** Rows that came meanwhile wait here, so that nothing moves under the hand. */
export function NewRows({ count, orMore = false, onShow }: NewRowsProps) {
  if (count === 0) return null;
  return html`<button type="button" class="new-rows" onClick=${onShow}>${shortNumber(count)}${orMore && '+'} new</button>`;
}
