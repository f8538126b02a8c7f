import { useMemo } from 'preact/hooks';
import type { ScreenProps } from '../app.js';
import { AlsoOn } from '../incidents/also-on.js';
import { CaseActions } from '../incidents/case-actions.js';
import { Entities, entitiesOf, huntQuery } from '../incidents/entities.js';
import { likenessOfAlert } from '../incidents/likeness.js';
import { Notes } from '../incidents/notes.js';
import { useCase, useWorkflow } from '../incidents/use-case.js';
import { Why } from '../incidents/why.js';
import type { AlertDetail } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { BackLink } from '../parts/back-link.js';
import { Evidence } from '../parts/evidence.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Severity } from '../parts/severity.js';
import { WorkflowChip } from '../parts/workflow-chip.js';

export function AlertView({ id }: ScreenProps) {
  const { path, remote, news, renew } = useCase<AlertDetail>('alerts', id);
  useTitle(remote.data === null ? 'Alert' : `${remote.data.rule.name}: ${remote.data.entity}`);
  return html`<${BackLink} screen="alerts" name="Alerts" />
    <div class="case-news"><${NewRows} count=${news} onShow=${renew} /></div>
    <${Loaded} of=${remote} what="This alert" lines=${6}>
      ${(data: AlertDetail) => html`<${Detail} of=${data} path=${path} />`}
    <//>`;
}

function Detail({ of, path }: { readonly of: AlertDetail; readonly path: string }) {
  const { alert, severity, rule, reason, evidence, threat } = of;
  const [workflow, setWorkflow] = useWorkflow(of, 'alerts', alert.id);
  const entities = useMemo(() => entitiesOf(of), [of]);
  return html`<article class="case">
    <header class="case-head">
      <div class="case-title"><${Severity} level=${severity} /><h1>${rule.name}</h1></div>
      <p><${LogText} of=${reason} /></p>
      <${AlsoOn} of=${of} />
      <p class="row-facts">
        <span>${counted(alert.count, 'hit')}</span>
        <span><${Moment} at=${alert.first_seen} /> to <${Moment} at=${alert.last_seen} age /></span>
        ${threat.technique.map(({ id, name }) => html`<span key=${id} title=${name}>${id} ${name}</span>`)}
        ${of.incident !== null && html`<a href=${to(`incidents/${of.incident}`)}>part of an incident</a>`}
        <${WorkflowChip} of=${workflow} ended=${alert.status === 'ended'} />
      </p>
      <${CaseActions}
        kind="alerts"
        id=${alert.id}
        workflow=${workflow}
        like=${likenessOfAlert(of)}
        hunt=${{ q: huntQuery(entities), from: alert.first_seen }}
        downloads=${[{ name: 'STIX', path: `${path}/stix` }]}
        onDecided=${setWorkflow}
      />
    </header>
    <div class="case-body">
      <section>
        <h2>Evidence</h2>
        <${Evidence} of=${evidence} />
        ${rule.description !== undefined && html`<h2>What the rule looks for</h2><p class="prose">${rule.description}</p>`}
        ${
          (rule.falsepositives?.length ?? 0) > 0 &&
          html`<h2>When it is wrong</h2><ul class="prose">${rule.falsepositives!.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`
        }
      </section>
      <aside>
        <${Entities} of=${entities} since=${alert.first_seen} />
        <${Why} alerts=${[of]} />
        <${Notes} kind="alerts" id=${alert.id} workflow=${workflow} onDecided=${setWorkflow} />
      </aside>
    </div>
  </article>`;
}
