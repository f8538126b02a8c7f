import { useEffect, useMemo, useRef } from 'preact/hooks';
import { apiPath } from '../kit/api.js';
import type { AlertHistogram } from '../kit/api-types.js';
import { useClock } from '../kit/clock.js';
import { html } from '../kit/html.js';
import { useRemote } from '../kit/remote.js';
import { go, to } from '../kit/router.js';
import { Figure } from '../parts/figure.js';
import { Loaded } from '../parts/loaded.js';
import { Severity } from '../parts/severity.js';
import { type ChartSeries, TimeChart } from '../parts/time-chart.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** From the bottom of the stack to its top. */
const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'] as const;

/** Alerts of the last day by severity; a stretch of it that is marked opens them. */
export function AlertsPanel({ total }: { readonly total: number }) {
  // The same day as that of the figure, to the minute.
  const minute = Math.floor(useClock(MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
  const since = new Date(minute - DAY_MS).toISOString();
  const histogram = useRemote<AlertHistogram>(apiPath('alerts/histogram', { width: '1h', since }));
  const { reload } = histogram;
  const drawn = useRef(total);
  useEffect(() => {
    // Another total is another picture.
    if (drawn.current !== total) reload();
    drawn.current = total;
  }, [total, reload]);
  return html`<section class="panel">
    <h2><a href=${to('alerts', { since })}>Alerts, 24 h</a> <span class="big"><${Figure} of=${total} /></span></h2>
    <${Loaded} of=${histogram} what="Alerts of the day">
      ${(data: AlertHistogram) => html`<${Stack} histogram=${data} />`}
    <//>
  </section>`;
}

function Stack({ histogram }: { readonly histogram: AlertHistogram }) {
  const times = useMemo(() => histogram.buckets.map(({ at }) => Date.parse(at)), [histogram]);
  const series = useMemo(
    () =>
      LEVELS.map((level) => ({
        name: level,
        colour: `--${level}`,
        values: histogram.buckets.map(({ counts }) => counts[level] ?? 0),
      })),
    [histogram],
  );
  const span = useMemo(
    () => [times[0] ?? 0, (times.at(-1) ?? 0) + histogram.width] as const,
    [times, histogram],
  );
  const open = (from: number, until: number): void =>
    go(to('alerts', { since: new Date(from).toISOString(), until: new Date(until).toISOString() }));
  return html`<${Legend} series=${series} /><${TimeChart}
    label="Alerts of the last 24 hours by severity"
    kind="bars"
    height=${96}
    times=${times}
    series=${series}
    span=${span}
    onBrush=${open}
  />`;
}

function Legend({ series }: { readonly series: readonly ChartSeries[] }) {
  return html`<ul class="chart-legend">
    ${series.map(({ name, values }) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      return total > 0 && html`<li key=${name}><${Severity} level=${name} /> <${Figure} of=${total} /></li>`;
    })}
  </ul>`;
}
