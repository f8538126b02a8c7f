import { html } from '../kit/html.js';

/** The shape of rows that are on their way. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return html`<div class="skeleton" role="status" aria-label="Loading">
    ${Array.from({ length: lines }, (_, i) => html`<div key=${i} />`)}
  </div>`;
}
