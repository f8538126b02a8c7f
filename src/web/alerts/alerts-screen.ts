import type { ScreenProps } from '../app.js';
import { CaseTabs } from '../incidents/case-tabs.js';
import { SEVERITIES, WORKFLOWS } from '../incidents/filters.js';
import { TextFilter } from '../incidents/text-filter.js';
import { useCases } from '../incidents/use-cases.js';
import type { Alert } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';
import { setParams, to } from '../kit/router.js';
import { localTime } from '../kit/time.js';
import { useTitle } from '../kit/title.js';
import { Choice } from '../parts/choice.js';
import { Given } from '../parts/given.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { MoreRows, rowsShown } from '../parts/more-rows.js';
import { NewRows } from '../parts/new-rows.js';
import { Severity } from '../parts/severity.js';
import { WorkflowChip } from '../parts/workflow-chip.js';

const SILENCED = [
  ['', 'hidden'],
  ['all', 'shown too'],
  ['true', 'alone'],
] as const;

export function AlertsScreen({ params }: ScreenProps) {
  const {
    workflow = 'all',
    severity = '',
    since = '',
    until = '',
    rule = '',
    silenced = '',
    entity = '',
    text = '',
    show = '',
  } = params;
  const limit = rowsShown(show);
  useTitle('Alerts');
  const list = useCases('alerts', {
    workflow: workflow === 'all' ? '' : workflow,
    severity,
    since,
    until,
    rule,
    silenced,
    entity,
    text,
    limit,
  });
  return html`<${CaseTabs} current="alerts" />
    <div class="filters">
      <${Choice} label="Show" value=${workflow} options=${WORKFLOWS} onChange=${(value: string) => setParams({ workflow: value })} />
      <${Choice} label="Severity" value=${severity} options=${SEVERITIES} onChange=${(value: string) => setParams({ severity: value })} />
      <${Choice} label="Silenced" value=${silenced} options=${SILENCED} onChange=${(value: string) => setParams({ silenced: value })} />
      <${TextFilter} text=${text} />
      ${since !== '' && html`<${Given} words=${rangeWords(since, until)} onClear=${() => setParams({ since: '', until: '' })} />`}
      ${rule !== '' && html`<${Given} words="one rule" onClear=${() => setParams({ rule: '' })} />`}
      ${entity !== '' && html`<${Given} words=${entity} onClear=${() => setParams({ entity: '' })} />`}
    </div>
    <div class="list">
      <${NewRows} count=${list.waiting} onShow=${list.reload} />
      <${Loaded} of=${list} what="Alerts" lines=${6}>
        ${() =>
          list.items.length === 0
            ? html`<p class="empty">No alerts here. Which rules can fire at all is under <a href="#/rules">Rules</a>.</p>`
            : html`<ul class="rows">
                ${list.items.map(
                  (item: Alert) =>
                    html`<${Row} key=${item.alert.id} of=${item} actions=${list.buttons(item.alert.id, item.workflow)} />`,
                )}
              </ul>`}
      <//>
      <${MoreRows} limit=${limit} total=${list.data?.total ?? 0} />
    </div>
    ${list.dialog}`;
}

function Row({
  of: { alert, severity, rule, reason, entity, workflow, silenced },
  actions,
}: {
  readonly of: Alert;
  readonly actions: unknown;
}) {
  return html`<li class="alert-row">
    <${Severity} level=${severity} />
    <div>
      <a class="row-title" data-row data-id=${alert.id} href=${to(`alerts/${alert.id}`)}>${rule.name}</a>
      <p class="row-reason"><${LogText} of=${reason} /></p>
      <p class="row-facts">
        <${LogText} of=${entity} />
        <${Moment} at=${alert.last_seen} age />
        <${WorkflowChip} of=${workflow} ended=${alert.status === 'ended'} />
        ${silenced !== undefined && html`<span class="chip" title=${silenced.reason}>silenced</span>`}
      </p>
    </div>
    ${actions}
    <span class="count" title=${`${alert.count} hits`}>${shortNumber(alert.count)}×</span>
  </li>`;
}

function rangeWords(since: string, until: string): string {
  const now = Date.now();
  const end = until === '' ? 'now' : localTime(Date.parse(until), now);
  return `${localTime(Date.parse(since), now)} to ${end}`;
}
