import type { AlertChange } from '../../model/alert.js';
import { html } from '../kit/html.js';
import { term } from '../kit/query-text.js';
import { to } from '../kit/router.js';
import { LogText } from '../parts/log-text.js';

/** The further hosts that the hits of one alert name. */
export function AlsoOn({ of: { host, related } }: { readonly of: Pick<AlertChange, 'host' | 'related'> }) {
  const others = (related?.hosts ?? []).filter((name) => name !== host?.name);
  if (others.length === 0) return null;
  return html`<p class="muted">also on ${others.map(
    (name, i) =>
      html`${i > 0 && ', '}<a key=${name} href=${to('search', { q: term('host.name', name), last: '24h' })}><${LogText} of=${name} /></a>`,
  )}</p>`;
}
