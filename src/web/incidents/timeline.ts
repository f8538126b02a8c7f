import type { AlertEvidence } from '../../model/alert.js';
import type { IncidentAlert } from '../../model/incident.js';
import type { Alert } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { to } from '../kit/router.js';
import { Evidence } from '../parts/evidence.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { Severity } from '../parts/severity.js';
import { AlsoOn } from './also-on.js';
import { LinesBetween } from './lines-between.js';

interface TimelineProps {
  readonly alerts: readonly IncidentAlert[];
  /** The newest of each, where it is still stored. */
  readonly lines: readonly Alert[];
  /** What to ask the log for. */
  readonly query: string;
}

/** What happened, in the order in which it was known: alerts as anchors, the lines between them when asked for. */
export function Timeline({ alerts, lines, query }: TimelineProps) {
  const known = new Map(lines.map((line) => [line.alert.id, line]));
  return html`<ol class="timeline" aria-label="Timeline">
    ${alerts.map((alert, i) => {
      const next = alerts[i + 1];
      return html`<li key=${alert.alert.id}>
        <${Anchor} of=${alert} line=${known.get(alert.alert.id) ?? null} />
        ${next !== undefined && query !== '' && html`<${LinesBetween} query=${query} from=${alert['@timestamp']} until=${next['@timestamp']} />`}
      </li>`;
    })}
  </ol>`;
}

function Anchor({ of, line }: { readonly of: IncidentAlert; readonly line: Alert | null }) {
  const { alert, rule, severity, reason, evidence } = of;
  const count = line?.alert.count ?? alert.count;
  return html`<div class="anchor">
    <${Moment} at=${of['@timestamp']} />
    <${Severity} level=${severity} />
    <div>
      <p class="anchor-title">
        <a data-row href=${to(`alerts/${alert.id}`)}>${rule.name}</a> <span class="muted">${counted(count, 'hit')}</span>
      </p>
      <p><${LogText} of=${reason} /></p>
      ${line !== null && html`<${AlsoOn} of=${line} />`}
      <${Evidence} of=${recordsOf(of, line)} chief=${evidence?.['event.id']} />
    </div>
  </div>`;
}

/** What an alert holds of records, that which raised it among them. */
function recordsOf({ evidence }: IncidentAlert, line: Alert | null): readonly AlertEvidence[] {
  const held = line?.evidence ?? [];
  if (evidence === undefined || held.some((item) => item['event.id'] === evidence['event.id'])) return held;
  return [...held, { ...evidence, matches: [] }];
}
