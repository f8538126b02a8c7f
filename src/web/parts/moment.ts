import { useClock } from '../kit/clock.js';
import { html } from '../kit/html.js';
import { ago, localTime, utcTime } from '../kit/time.js';

/** A time in the local zone, UTC on hover; with how long ago it is behind it, if wanted. */
export function Moment({ at, age = false }: { readonly at: string | number | null; readonly age?: boolean }) {
  const now = useClock(age ? 1000 : 60_000);
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  if (ms === null || !Number.isFinite(ms)) return html`<span class="muted">never</span>`;
  return html`<time class="moment" dateTime=${new Date(ms).toISOString()} title=${utcTime(ms)}>
    ${localTime(ms, now)}${age && html` <span class="muted">${ago(ms, now)}</span>`}
  </time>`;
}
