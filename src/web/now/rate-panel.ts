import { useMemo } from 'preact/hooks';
import type { StatsHistory } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useRemote } from '../kit/remote.js';
import { Figure } from '../parts/figure.js';
import { Loaded } from '../parts/loaded.js';
import { TimeChart } from '../parts/time-chart.js';
import { useGrowing } from './use-growing.js';

const HOUR_MS = 3_600_000;

/** Events per second of the last hour. */
export function RatePanel({ rate }: { readonly rate: number }) {
  const history = useRemote<StatsHistory>('/api/stats/history');
  return html`<section class="panel">
    <h2>Events per second <span class="big"><${Figure} of=${rate} /></span></h2>
    <${Loaded} of=${history} what="The last hour">
      ${(data: StatsHistory) => html`<${Sparkline} history=${data} rate=${rate} />`}
    <//>
  </section>`;
}

function Sparkline({ history, rate }: { readonly history: StatsHistory; readonly rate: number }) {
  const points = useGrowing(history, rate);
  const times = useMemo(() => points.map(({ at }) => at), [points]);
  const until = times.at(-1) ?? Date.now();
  const series = useMemo(
    () => [{ name: 'a second', colour: '--accent', values: points.map(({ events }) => events) }],
    [points],
  );
  return html`<${TimeChart} label="Events per second, last hour" kind="line" height=${96} times=${times} series=${series}
    span=${[until - HOUR_MS, until]} />`;
}
