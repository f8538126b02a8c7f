import { formatCount } from '../../model/units.js';
import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';

/** A number, shortened; the whole of it on hover. */
export function Figure({ of, unit = '' }: { readonly of: number; readonly unit?: string }) {
  return html`<span class="figure" title=${`${formatCount(of)}${unit}`}>${shortNumber(of)}${unit}</span>`;
}
