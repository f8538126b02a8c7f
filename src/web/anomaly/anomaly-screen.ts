import { send } from '../kit/api.js';
import type { AnomalyView, RankedMinute } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { term } from '../kit/query-text.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { messageOf } from '../kit/workflow.js';
import { CopyButton } from '../parts/copy-button.js';
import { Figure } from '../parts/figure.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { say } from '../parts/toast.js';
import { scoreShares } from './score-shares.js';

const MINUTE_MS = 60_000;

type Enabled = Extract<AnomalyView, { readonly enabled: true }>;

/** What is unusual, and how much of it is to be believed? */
export function AnomalyScreen() {
  useTitle('Anomaly');
  const remote = useRemote<AnomalyView>('/api/anomaly');
  return html`<h1 class="screen-title">Anomaly</h1>
    <${Loaded} of=${remote} what="Anomalies" lines=${6}>
      ${(view: AnomalyView) => (view.enabled ? html`<${On} of=${view} onChanged=${remote.reload} />` : html`<${Off} />`)}
    <//>`;
}

function Off() {
  const text = 'anomaly: { enabled: true }';
  return html`<div class="welcome">
    <p>Unusual minutes are not looked for. It is off by default: on attacks that nobody tuned it for it was worse than simple rules.
      To see what it says of your network, put this into config.yaml and start Vedette again:</p>
    <div class="copy-line"><code>${text}</code><${CopyButton} text=${text} /></div>
  </div>`;
}

function On({ of, onChanged }: { readonly of: Enabled; readonly onChanged: () => void }) {
  const train = async (): Promise<void> => {
    try {
      await send('POST', '/api/anomaly/train', {});
      say('Training has begun; the new model takes over when it is ready.');
      onChanged();
    } catch (error) {
      say(messageOf(error));
    }
  };
  const may = useMayChange();
  return html`
    <dl class="facts">
      <div><dt>model</dt><dd>${of.model === '' ? 'baseline' : of.model.slice(0, 8)}</dd></div>
      <div><dt>learned from</dt><dd><${Figure} of=${of.trainedOn} unit=" minutes" /></dd></div>
      <div><dt>threshold</dt><dd>${of.threshold.toFixed(3)}</dd></div>
      <div><dt>judged</dt><dd><${Figure} of=${of.scored} /></dd></div>
      <div><dt>anomalies</dt><dd><${Figure} of=${of.anomalies} /></dd></div>
      <div><dt>known entities</dt><dd><${Figure} of=${of.profiles} /></dd></div>
    </dl>
    ${may && html`<div class="actions"><button type="button" onClick=${train}>Train a new model</button></div>`}
    <h2 class="section-title">The most unusual minutes of the last day</h2>
    <${Ranked} of=${of.ranked} threshold=${of.threshold} />
  `;
}

function Ranked({ of, threshold }: { readonly of: readonly RankedMinute[]; readonly threshold: number }) {
  if (of.length === 0)
    return html`<p class="empty">Nothing has been judged yet. A minute is judged when it is over.</p>`;
  return html`<ul class="rows ranked">
    ${of.map((minute) => html`<${Row} key=${minute.entity + minute.minute} of=${minute} threshold=${threshold} />`)}
  </ul>`;
}

function Row({
  of: { entity, minute, score, reason },
  threshold,
}: {
  readonly of: RankedMinute;
  readonly threshold: number;
}) {
  const from = minute * MINUTE_MS;
  const field = /^[\d.]+$|:/.test(entity) ? 'source.ip' : 'host.name';
  const href = to('search', {
    q: term(field, entity),
    from: new Date(from).toISOString(),
    until: new Date(from + MINUTE_MS).toISOString(),
  });
  const { over, at } = scoreShares(score, threshold);
  return html`<li>
    <span class="score" title=${`score ${score.toFixed(3)}, threshold ${threshold.toFixed(3)}`}>
      <b class=${over ? 'is-over' : ''}>${score.toFixed(3)}</b>
      <span class="bar"><i style=${{ width: `${at}%` }} /></span>
    </span>
    <div>
      <a class="row-title" data-row href=${href}><${LogText} of=${entity} /></a>
      <p><${LogText} of=${reason} /></p>
    </div>
    <span class="muted"><${Moment} at=${from} age /></span>
  </li>`;
}
