import { useMemo } from 'preact/hooks';
import type { ScreenProps } from '../app.js';
import type { IncidentDetail } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { BackLink } from '../parts/back-link.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Severity } from '../parts/severity.js';
import { StageTrack } from '../parts/stage-rail.js';
import { WorkflowChip } from '../parts/workflow-chip.js';
import { CaseActions } from './case-actions.js';
import { Entities, entitiesOf, huntQuery } from './entities.js';
import { Risk } from './incident-row.js';
import { likenessOfIncident } from './likeness.js';
import { Notes } from './notes.js';
import { Timeline } from './timeline.js';
import { useCase, useWorkflow } from './use-case.js';
import { Why } from './why.js';

/** Is this real, and what now? */
export function IncidentView({ id }: ScreenProps) {
  const { path, remote, news, renew } = useCase<IncidentDetail>('incidents', id);
  useTitle(remote.data?.incident.title ?? 'Incident');
  return html`<${BackLink} screen="incidents" name="Incidents" />
    <div class="case-news"><${NewRows} count=${news} onShow=${renew} /></div>
    <${Loaded} of=${remote} what="This incident" lines=${6}>
      ${(data: IncidentDetail) => html`<${Detail} of=${data} path=${path} />`}
    <//>`;
}

function Detail({ of, path }: { readonly of: IncidentDetail; readonly path: string }) {
  const { incident, severity, stages, timeline, alert_lines } = of;
  const [workflow, setWorkflow] = useWorkflow(of, 'incidents', incident.id);
  const entities = useMemo(() => entitiesOf(of), [of]);
  const hunt = huntQuery(entities);
  return html`<article class="case">
    <header class="case-head">
      <div class="case-title">
        <${Severity} level=${severity} />
        <h1><${LogText} of=${incident.title} /></h1>
        <${Risk} of=${incident.risk} />
      </div>
      <p class="row-facts">
        <span>${counted(incident.alerts, 'alert')}</span>
        <span><${Moment} at=${incident.first_seen} /> to <${Moment} at=${incident.last_seen} age /></span>
        <${WorkflowChip} of=${workflow} ended=${incident.status === 'ended'} />
      </p>
      <${CaseActions}
        kind="incidents"
        id=${incident.id}
        workflow=${workflow}
        like=${likenessOfIncident(of)}
        hunt=${{ q: hunt, from: incident.first_seen }}
        downloads=${[{ name: 'Evidence', path: `${path}/evidence` }, { name: 'STIX', path: `${path}/stix` }]}
        onDecided=${setWorkflow}
      />
      <${StageTrack} stages=${stages} />
    </header>
    <div class="case-body">
      <section>
        <h2>What happened</h2>
        <${Timeline} alerts=${timeline} lines=${alert_lines} query=${hunt} />
        ${
          incident.alerts > timeline.length &&
          html`<p class="quiet-note">
            The first ${timeline.length} of ${incident.alerts}; <a href=${to('alerts', { entity: of.entity })}>all of its alerts</a>
          </p>`
        }
      </section>
      <aside>
        <${Entities} of=${entities} since=${incident.first_seen} />
        <${Why} alerts=${alert_lines} />
        <${Notes} kind="incidents" id=${incident.id} workflow=${workflow} onDecided=${setWorkflow} />
      </aside>
    </div>
  </article>`;
}
