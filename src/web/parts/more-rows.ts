import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';
import { setParams } from '../kit/router.js';

const FIRST = 100;
const STEP = 200;
/** All rows of a list are in the page: more make it slow. */
const MOST = 2000;
/** Where the API stops counting. */
const COUNTED = 10_000;

/** How many rows a list shows: what stands in its address under `show`, within reason. */
export function rowsShown(show = ''): number {
  const wanted = Math.floor(Number(show));
  return wanted > FIRST ? Math.min(MOST, wanted) : FIRST;
}

/** Under a list of `limit` rows that has `total`: brings more of them, and says that there are more. */
export function MoreRows({ limit, total }: { readonly limit: number; readonly total: number }) {
  if (total <= limit) return null;
  const words = `${shortNumber(limit)} of ${shortNumber(total)}${total >= COUNTED ? ' or more' : ''}`;
  if (limit >= MOST) return html`<p class="more muted">The first ${words}. Filters show the others.</p>`;
  return html`<p class="more">
    <button type="button" onClick=${() => setParams({ show: String(Math.min(MOST, limit + STEP)) })}>More</button>
    <span class="muted">${words}</span>
  </p>`;
}
