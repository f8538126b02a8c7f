import { useMemo } from 'preact/hooks';
import { apiPath } from '../kit/api.js';
import type { EventHistogram } from '../kit/api-types.js';
import { withoutGaps } from '../kit/buckets.js';
import { html } from '../kit/html.js';
import { useRemote } from '../kit/remote.js';
import { setParams } from '../kit/router.js';
import { Loaded } from '../parts/loaded.js';
import { TimeChart } from '../parts/time-chart.js';
import type { Range } from './range.js';

interface HistogramPanelProps {
  readonly q: string;
  readonly range: Range;
  /** The events that were asked for are there: they come first. */
  readonly isTurn: boolean;
}

/** When the events were; a stretch that is marked becomes what is searched. */
export function HistogramPanel({ q, range, isTurn }: HistogramPanelProps) {
  const histogram = useRemote<EventHistogram>(
    isTurn ? apiPath('events/histogram', { q, ...range, width: 'auto', deadline: '10s' }) : null,
  );
  return html`<div class="search-histogram">
    <${Loaded} of=${histogram} what="The histogram" lines=${2}>
      ${(data: EventHistogram) => html`<${Bars} of=${data} range=${range} />`}
    <//>
  </div>`;
}

function Bars({ of, range: { from, until } }: { readonly of: EventHistogram; readonly range: Range }) {
  const { times, counts, span } = useMemo(
    () =>
      withoutGaps(
        of.buckets,
        of.width,
        from === '' ? null : Date.parse(from),
        until === '' ? Date.now() : Date.parse(until),
      ),
    [of, from, until],
  );
  const series = useMemo(() => [{ name: 'events', colour: '--accent', values: counts }], [counts]);
  const choose = (start: number, end: number): void =>
    setParams({ from: new Date(start).toISOString(), until: new Date(end).toISOString(), last: '' }, true);
  return html`<${TimeChart}
    label="Events over time"
    kind="bars"
    height=${88}
    times=${times}
    series=${series}
    span=${span}
    onBrush=${choose}
  />`;
}
