import { apiPath } from '../kit/api.js';
import type { Facets, ValueCount } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { term } from '../kit/query-text.js';
import { useRemote } from '../kit/remote.js';
import { Figure } from '../parts/figure.js';
import { Icon } from '../parts/icon.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import type { Range } from './range.js';

const FIELDS = [
  'host.name',
  'source.ip',
  'user.name',
  'process.name',
  'event.action',
  'event.outcome',
  'parse.format',
];

interface FacetPanelProps {
  readonly q: string;
  readonly range: Range;
  /** The events that were asked for are there: they come first. */
  readonly isTurn: boolean;
  readonly onTerm: (term: string) => void;
}

/** The values that come most, to ask for or to leave out. */
export function FacetPanel({ q, range, isTurn, onTerm }: FacetPanelProps) {
  const facets = useRemote<Facets>(
    isTurn ? apiPath('events/facets', { q, ...range, by: FIELDS.join(), top: 5, deadline: '10s' }) : null,
  );
  return html`<aside class="facets" aria-label="Values">
    <${Loaded} of=${facets} what="Top values" lines=${12}>
      ${({ facets: found, timed_out }: Facets) => html`
        ${timed_out && html`<p class="quiet-note">Of the part that was read in time.</p>`}
        ${found
          .filter(({ values }) => values.length > 0)
          .map(
            ({ field, values }) => html`<section key=${field}>
              <h2>${field}</h2>
              <ul>${values.map((item) => html`<${Value} key=${item.value} field=${field} of=${item} onTerm=${onTerm} />`)}</ul>
            </section>`,
          )}
      `}
    <//>
  </aside>`;
}

interface ValueProps {
  readonly field: string;
  readonly of: ValueCount;
  readonly onTerm: (term: string) => void;
}

function Value({ field, of: { value, count }, onTerm }: ValueProps) {
  const has = term(field, value);
  return html`<li>
    <button type="button" class="facet" title="Only these" onClick=${() => onTerm(has)}>
      <${LogText} of=${value} /><span class="muted"><${Figure} of=${count} /></span>
    </button>
    <button type="button" class="plain" title="Without these" onClick=${() => onTerm(`not ${has}`)}>
      <${Icon} name="minus" /><span class="unseen">Without ${value}</span>
    </button>
  </li>`;
}
