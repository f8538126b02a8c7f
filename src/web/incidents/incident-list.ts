import type { Incident } from '../kit/api-types.js';
import { type Children, html } from '../kit/html.js';
import { Loaded } from '../parts/loaded.js';
import { NewRows } from '../parts/new-rows.js';
import { IncidentRow } from './incident-row.js';
import type { useCases } from './use-cases.js';

interface IncidentListProps {
  readonly list: ReturnType<typeof useCases<'incidents'>>;
  /** Said where there are none. */
  readonly empty: Children;
}

export function IncidentList({ list, empty }: IncidentListProps) {
  return html`<div class="list">
    <${NewRows} count=${list.waiting} onShow=${list.reload} />
    <${Loaded} of=${list} what="Incidents" lines=${4}>
      ${() =>
        list.items.length === 0
          ? empty
          : html`<ul class="rows">
              ${list.items.map(
                (item: Incident) => html`<${IncidentRow}
                  key=${item.incident.id}
                  incident=${item}
                  actions=${list.buttons(item.incident.id, item.workflow)}
                />`,
              )}
            </ul>`}
    <//>
    ${list.dialog}
  </div>`;
}
