import type { Incident } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { to } from '../kit/router.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { Severity } from '../parts/severity.js';
import { StageRail } from '../parts/stage-rail.js';
import { WorkflowChip } from '../parts/workflow-chip.js';

interface IncidentRowProps {
  readonly incident: Incident;
  readonly actions: unknown;
}

export function IncidentRow({
  incident: { incident, severity, entity, stages, workflow },
  actions,
}: IncidentRowProps) {
  return html`<li class="incident-row">
    <${Severity} level=${severity} />
    <div class="incident-row-text">
      <a class="row-title" data-row data-id=${incident.id} href=${to(`incidents/${incident.id}`)}>
        <${LogText} of=${incident.title} />
      </a>
      <p class="row-facts">
        <${LogText} of=${entity} />
        <span>${counted(incident.alerts, 'alert')}</span>
        <${Moment} at=${incident.last_seen} age />
        <${WorkflowChip} of=${workflow} ended=${incident.status === 'ended'} />
      </p>
      <${StageRail} stages=${stages} />
    </div>
    ${actions}
    <${Risk} of=${incident.risk} />
  </li>`;
}

export function Risk({ of }: { readonly of: number }) {
  return html`<span class="risk" title=${`Risk ${of} of 100`}><b>${of}</b><span>risk</span></span>`;
}
