import type { Loss } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { Figure } from '../parts/figure.js';
import { LogText } from '../parts/log-text.js';

/** What was lost and why, and what to do about it; nothing where nothing was. */
export function LossList({ losses }: { readonly losses: readonly Loss[] }) {
  const seen = losses.filter(({ count }) => count > 0);
  if (seen.length === 0) return null;
  return html`<section class="losses" aria-label="Losses">
    ${seen.map(
      ({ code, count, what, fix }) => html`<div key=${code} class="loss">
        <p><strong><${Figure} of=${count} /> <${LogText} of=${what} /></strong> <code>${code}</code></p>
        <p><b>What to do</b> <${LogText} of=${fix} /></p>
      </div>`,
    )}
  </section>`;
}
