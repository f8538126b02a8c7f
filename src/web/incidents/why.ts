import type { AlertChange } from '../../model/alert.js';
import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';
import { to } from '../kit/router.js';
import { LogText } from '../parts/log-text.js';
import { Severity } from '../parts/severity.js';

/** Why: each rule, what it counted or matched, and what set a minute apart. */
export function Why({ alerts }: { readonly alerts: readonly AlertChange[] }) {
  return html`<section class="side">
    <h2>Why</h2>
    ${alerts.map((alert) => html`<${Reason} key=${alert.alert.id} of=${alert} />`)}
  </section>`;
}

function Reason({ of: { rule, severity, reason, evidence, group, anomaly } }: { readonly of: AlertChange }) {
  const matches = evidence[0]?.matches ?? [];
  return html`<div class="reason">
    <p><${Severity} level=${severity} /> <a href=${to(`rules/${rule.id}`)}>${rule.name}</a></p>
    <p><${LogText} of=${reason} /></p>
    ${
      group !== undefined &&
      html`<dl class="pairs">${Object.entries(group).map(
        ([field, value]) =>
          html`<div key=${field}><dt>counted by ${field}</dt><dd><${LogText} of=${value} /></dd></div>`,
      )}</dl>`
    }
    ${
      matches.length > 0 &&
      html`<dl class="pairs">${matches.map(
        ({ field, pattern, value }, i) => html`<div key=${i}>
          <dt title=${`the rule asks for ${pattern}`}>${field ?? 'text'}</dt><dd><${LogText} of=${value} /></dd>
        </div>`,
      )}</dl>`
    }
    ${anomaly !== undefined && html`<${Drivers} of=${anomaly} />`}
  </div>`;
}

function Drivers({
  of: { score, threshold, features },
}: {
  readonly of: NonNullable<AlertChange['anomaly']>;
}) {
  return html`<p class="muted">score ${score.toFixed(3)}, above ${threshold.toFixed(3)}</p>
    <ul class="drivers">${features.map(
      ({ name, value, usual, share }) => html`<li key=${name}>
        <span>${name}</span>
        <span class="bar" title=${`${Math.round(share * 100)} % of the reason`}><i style=${{ width: `${Math.round(share * 100)}%` }} /></span>
        <span class="muted">${shortNumber(value)}, usually ${shortNumber(usual)}</span>
      </li>`,
    )}</ul>`;
}
