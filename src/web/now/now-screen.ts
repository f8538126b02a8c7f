import { formatCount } from '../../model/units.js';
import { IncidentList } from '../incidents/incident-list.js';
import { useCases } from '../incidents/use-cases.js';
import type { NowState } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { live, readNow } from '../kit/live.js';
import { counted } from '../kit/number.js';
import { useRemote } from '../kit/remote.js';
import { useStore } from '../kit/store.js';
import { useTitle } from '../kit/title.js';
import { firstLine, secondLine } from '../kit/words.js';
import { Loaded } from '../parts/loaded.js';
import { AlertsPanel } from './alerts-panel.js';
import { DemoNote } from './demo-note.js';
import { LossList } from './loss-list.js';
import { RatePanel } from './rate-panel.js';
import { SourcesPanel } from './sources-panel.js';
import { Welcome } from './welcome.js';

/** Of the highest risk; the others are under Incidents. */
const SHOWN = 20;

/** Is there anything to do? */
export function NowScreen() {
  useTitle('Now');
  const { now: streamed } = useStore(live);
  const asked = useRemote<NowState>(streamed === null ? '/api/now' : null, readNow);
  const now = streamed ?? asked.data;
  const error = now === null ? asked.error : null;
  return html`<${Loaded} of=${{ ...asked, data: now, error }} what="The state of things" lines=${2}>
    ${(state: NowState) => html`
      <header class="headline">
        <h1>${firstLine(state)}<span class="unseen">.</span></h1>
        <p class="muted" title=${`${formatCount(state.events_since_midnight)} events`}>${secondLine(state)}</p>
      </header>
      <${LossList} losses=${state.losses} />
      <${DemoNote} demo=${state.demo} />
      ${state.empty ? html`<${Welcome} demo=${state.demo} />` : html`<${Situation} now=${state} />`}
    `}
  <//>`;
}

function Situation({ now }: { readonly now: NowState }) {
  const list = useCases('incidents', { workflow: 'unclosed', status: 'all', sort: 'risk', limit: SHOWN });
  return html`
    <section aria-label="Incidents">
      <${IncidentList}
        list=${list}
        empty=${html`<p class="empty">No open incident. What single rules saw is under <a href="#/alerts">Alerts</a>.</p>`}
      />
      ${
        now.incidents_unclosed > SHOWN &&
        html`<p class="more"><a href="#/incidents">All ${counted(now.incidents_unclosed, 'incident')}</a></p>`
      }
    </section>
    <div class="panels">
      <${RatePanel} rate=${now.rate} />
      <${AlertsPanel} total=${now.alerts_24h} />
      <${SourcesPanel} sources=${now.sources} />
    </div>
  `;
}
