import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';
import { useStore } from '../kit/store.js';
import { theme } from '../kit/theme.js';
import { localTime, tickWords } from '../kit/time.js';
import { cssColour } from './css-colour.js';

export interface ChartSeries {
  readonly name: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly values: readonly number[];
}

interface TimeChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Starts of the buckets, or instants, in ms. */
  readonly times: readonly number[];
  /** From the left edge to the right one, ms; else from the first time to the last. */
  readonly span?: readonly [from: number, until: number];
  /** Bars of several series stand on each other, the first at the bottom. */
  readonly series: readonly ChartSeries[];
  readonly kind: 'line' | 'bars';
  readonly height: number;
  /** A stretch of time was chosen, ms. */
  readonly onBrush?: (from: number, until: number) => void;
}

/** Between the words of the time axis, the seconds included. */
const TICK_PX = 64;
const FONT = '11px system-ui, sans-serif';
/** What is counted has no halves. */
const WHOLE_STEPS = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();
/** A shorter stroke of the mouse is a click. */
const SHORTEST_BRUSH_PX = 4;

export function TimeChart(props: TimeChartProps) {
  const { label, times, series, kind, height, onBrush, span } = props;
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const brush = useRef(onBrush);
  brush.current = onBrush;
  const [under, setUnder] = useState<number | null>(null);
  const colours = useStore(theme);
  const shape = [kind, height, colours, ...series.map(({ name }) => name)].join();
  const edges = useRef(span);
  edges.current = span;

  // Data comes below, all else is in `shape`.
  useEffect(() => {
    const host = element.current!;
    const made = new uPlot(
      {
        ...options(host, props, { onCursor: setUnder, brush, edges }),
        width: Math.max(40, host.clientWidth),
        height,
      },
      stacked(times, series, kind),
      host,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: Math.max(40, host.clientWidth), height }));
    resize.observe(host);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(stacked(times, series, kind)), [times, series, kind]);

  const total = series.reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0);
  return html`<figure class="time-chart" aria-label=${`${label}: ${shortNumber(total)} in all`} role="img">
    <figcaption>${under === null || times[under] === undefined ? ' ' : readout(times[under], series, under)}</figcaption>
    <div ref=${element} class=${onBrush === undefined ? '' : 'can-brush'} />
  </figure>`;
}

function readout(at: number, series: readonly ChartSeries[], place: number): string {
  const values = series
    .filter(({ values }) => (values[place] ?? 0) > 0)
    .map(({ name, values }) => `${shortNumber(values[place]!)} ${name}`);
  return `${localTime(at, Date.now())}  ${values.length === 0 ? 'none' : values.join(', ')}`;
}

/** uPlot draws each series from zero: the tops of the stack, highest first, so that lower ones cover it. */
function stacked(
  times: readonly number[],
  series: readonly ChartSeries[],
  kind: 'line' | 'bars',
): uPlot.AlignedData {
  const seconds = times.map((at) => at / 1000);
  if (kind === 'line') return [seconds, ...series.map(({ values }) => [...values])];
  const sums = times.map(() => 0);
  const tops = series.map(({ values }) =>
    times.map((_, i) => {
      sums[i]! += values[i] ?? 0;
      return sums[i]!;
    }),
  );
  return [seconds, ...tops.reverse()];
}

interface Held {
  readonly onCursor: (place: number | null) => void;
  readonly brush: { readonly current: TimeChartProps['onBrush'] };
  readonly edges: { readonly current: TimeChartProps['span'] };
}

function options(
  host: HTMLElement,
  { series, kind }: TimeChartProps,
  { onCursor, brush, edges }: Held,
): Omit<uPlot.Options, 'width' | 'height'> {
  const muted = cssColour(host, '--muted');
  const line = cssColour(host, '--line');
  const axis = { font: FONT, stroke: muted, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const drawn = kind === 'bars' ? [...series].reverse() : series;
  return {
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: brush.current !== undefined, y: false, setScale: false, dist: SHORTEST_BRUSH_PX },
    },
    scales: {
      x: {
        range: (_, min, max) =>
          edges.current === undefined ? [min, max] : [edges.current[0] / 1000, edges.current[1] / 1000],
      },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 9,
        values: (_, ticks, __, ___, step) => ticks.map((at) => tickWords(at * 1000, step * 1000)),
        space: TICK_PX,
      },
      { ...axis, size: 40, values: (_, ticks) => ticks.map(shortNumber), space: 28, incrs: WHOLE_STEPS },
    ],
    series: [
      {},
      ...drawn.map(({ name, colour }) => {
        const stroke = cssColour(host, colour);
        const bars = uPlot.paths.bars!({ size: [0.8, 48, 1], align: 1 });
        return kind === 'bars'
          ? { label: name, fill: stroke, width: 0, paths: bars, points: { show: false } }
          : { label: name, stroke, width: 1.5, points: { show: false } };
      }),
    ],
    hooks: {
      setCursor: [(made) => onCursor(made.cursor.idx ?? null)],
      setSelect: [
        (made) => {
          const { left, width } = made.select;
          if (width < SHORTEST_BRUSH_PX) return;
          const [from, until] = [left, left + width].map((px) => made.posToVal(px, 'x') * 1000);
          made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          brush.current?.(from!, until!);
        },
      ],
    },
  };
}
