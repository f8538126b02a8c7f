import type { ScreenProps } from '../app.js';
import { html } from '../kit/html.js';
import { setParams } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { Choice } from '../parts/choice.js';
import { Given } from '../parts/given.js';
import { MoreRows, rowsShown } from '../parts/more-rows.js';
import { CaseTabs } from './case-tabs.js';
import { SEVERITIES, WORKFLOWS } from './filters.js';
import { IncidentList } from './incident-list.js';
import { TextFilter } from './text-filter.js';
import { useCases } from './use-cases.js';

const SORTS = [
  ['risk', 'highest risk'],
  ['last_seen', 'newest'],
] as const;

export function IncidentsScreen({ params }: ScreenProps) {
  const { workflow = 'unclosed', severity = '', sort = 'risk', text = '', entity = '', show = '' } = params;
  const limit = rowsShown(show);
  useTitle('Incidents');
  const list = useCases('incidents', {
    workflow: workflow === 'all' ? '' : workflow,
    severity,
    sort,
    text,
    entity,
    status: 'all',
    limit,
  });
  return html`<${CaseTabs} current="incidents" />
    <div class="filters">
      <${Choice} label="Show" value=${workflow} options=${WORKFLOWS} onChange=${(value: string) => setParams({ workflow: value })} />
      <${Choice} label="Severity" value=${severity} options=${SEVERITIES} onChange=${(value: string) => setParams({ severity: value })} />
      <${Choice} label="First" value=${sort} options=${SORTS} onChange=${(value: string) => setParams({ sort: value })} />
      <${TextFilter} text=${text} />
      ${entity !== '' && html`<${Given} words=${entity} onClear=${() => setParams({ entity: '' })} />`}
    </div>
    <${IncidentList}
      list=${list}
      empty=${html`<p class="empty">No incidents here. One is made when two different rules speak about the same
        attacker, host or user; single alerts are under <a href="#/alerts">Alerts</a>.</p>`}
    />
    <${MoreRows} limit=${limit} total=${list.data?.total ?? 0} />`;
}
