import type { DaemonStats } from '../../daemon/stats.js';
import { LOSSES } from '../../telemetry/losses.js';
import { type Route, route } from '../route.js';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

export const metricRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/metrics',
    role: 'read',
    summary: 'Figures for Prometheus.',
    answer: PROMETHEUS,
    handle: async ({ reply }, { daemon }) => reply.type(PROMETHEUS).send(renderMetrics(await daemon.stats())),
  }),
];

const isOfSource = (code: string): boolean => /^(?:frame|source)\./.test(code);
const LOST_AT_SOURCES = [...LOSSES.keys()].filter(isOfSource);
const LOST_BEHIND = [...LOSSES.keys()].filter((code) => !isOfSource(code));

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/**
 * Labels are names of sources, sinks, severities, formats and codes: all from the configuration or from closed tables, none
 * from what senders write.
 */
export function renderMetrics(stats: DaemonStats): string {
  return metricsOf(stats)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(([labels, value]) => `vedette_${name}${labelText(labels)} ${value}`);
      return `# HELP vedette_${name} ${help}\n# TYPE vedette_${name} ${type}\n${lines.join('\n')}\n`;
    })
    .join('');
}

function metricsOf(stats: DaemonStats): Metric[] {
  const { sources, queue, detection, rules, alerts, incidents, correlation, log, sinks, anomaly } = stats;
  const bySource = (read: (source: DaemonStats['sources'][string]) => number): Metric['samples'] =>
    Object.entries(sources).map(([source, figures]) => [{ source }, read(figures)]);
  const one = (value: number | undefined): Metric['samples'] => (value === undefined ? [] : [[{}, value]]);
  const by = (label: string, counts: Readonly<Record<string, number>>): Metric['samples'] =>
    Object.entries(counts).map(([value, n]) => [{ [label]: value }, n]);
  const bySink = (read: (sink: DaemonStats['sinks'][string]) => number): Metric['samples'] =>
    Object.entries(sinks).map(([sink, figures]) => [{ sink }, read(figures)]);
  const codes: Metric['samples'] = [
    ...faults('', LOST_BEHIND, detection.counts),
    ...Object.entries(sources).flatMap(([source, { counts }]) => faults(source, LOST_AT_SOURCES, counts)),
  ];
  return [
    gauge('up', 'Always 1 while the daemon answers.', [[{ version: stats.version }, 1]]),
    gauge('uptime_seconds', 'Time since the start.', one(stats.uptime_seconds)),
    counter(
      'source_records_total',
      'Records received.',
      bySource(({ records }) => records),
    ),
    counter(
      'source_bytes_total',
      'Bytes received.',
      bySource(({ bytes }) => bytes),
    ),
    counter(
      'source_unrecognized_total',
      'Records that no normalizer recognised.',
      bySource(({ unrecognized }) => unrecognized ?? 0),
    ),
    gauge(
      'source_up',
      'Whether the source runs.',
      bySource(({ up }) => (up ? 1 : 0)),
    ),
    gauge(
      'source_last_seen_timestamp_seconds',
      'When the newest record came.',
      bySource(({ last_seen }) => (last_seen === null ? 0 : Date.parse(last_seen) / 1000)),
    ),
    counter('events_total', 'Records detected and applied.', one(detection.records)),
    counter('events_by_format_total', 'The same by format.', by('format', detection.formats)),
    counter('signals_total', 'Hits and session changes that detectors handed on.', one(detection.signals)),
    counter('faults_total', 'What went wrong, by code of docs/reference/codes.md.', codes),
    gauge('queue_bytes', 'Bytes received and not yet applied.', one(queue.bytes)),
    gauge('queue_limit_bytes', 'The most they may be.', one(queue.maxBytes)),
    gauge('rules', 'Rules in use.', one(rules.loaded)),
    gauge('rules_refused', 'Rules with a fault.', one(rules.refused)),
    counter('alerts_opened_total', 'Alerts opened.', one(alerts.opened)),
    counter('alerts_by_severity_total', 'The same by severity.', by('severity', alerts.by_severity)),
    gauge('alerts_open', 'Alerts open now.', one(alerts.open)),
    counter('hits_suppressed_total', 'Hits of rules below alerts.min_severity.', one(alerts.suppressed)),
    counter('incidents_opened_total', 'Incidents opened.', one(incidents.opened)),
    gauge('incidents_open', 'Incidents open now.', one(incidents.open)),
    gauge('correlation_groups', 'Groups of correlations held now.', one(correlation.groups)),
    counter('anomalies_total', 'Entity-minutes found anomalous.', one(anomaly?.anomalies)),
    gauge('log_bytes', 'Size of the event log.', one(log?.bytes)),
    gauge('log_segments', 'Files of the event log.', one(log?.segments)),
    gauge('alerts_unstored', 'Changes of alerts that wait for state.db.', one(stats.unstored)),
    gauge('disk_refuses', 'What the disk does not take now: 1 for each of event log and state.db.', [
      [{}, stats.unwritable.length],
    ]),
    gauge(
      'sink_up',
      'Whether the last call to the sink did not fail or hang.',
      bySink(({ state }) => (state === 'retrying' || state === 'stalled' ? 0 : 1)),
    ),
    counter(
      'sink_delivered_total',
      'Changes of alerts and incidents that the sink has taken.',
      bySink(({ delivered }) => Number(delivered)),
    ),
    gauge(
      'sink_position',
      'Place in the outbox that the sink has reached.',
      bySink(({ position }) => Number(position)),
    ),
    gauge('process_resident_memory_bytes', 'Resident memory.', one(stats.process.rss_bytes)),
  ];
}

/** What has not happened yet is there as 0 where it is a loss: else the first one would be no increase of anything. */
function faults(
  source: string,
  losses: readonly string[],
  counts: Readonly<Record<string, number>>,
): Metric['samples'] {
  const none = Object.fromEntries(losses.map((code) => [code, 0]));
  return Object.entries({ ...none, ...counts }).map(([code, n]) => [{ code, source }, n]);
}

function counter(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, type: 'counter', help, samples };
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, type: 'gauge', help, samples };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
