import type { PeriodReport, ReportedDaemon } from '../model/period-report.js';
import { LEVELS } from '../model/rule.js';
import { formatCount, formatDuration, numbered } from '../model/units.js';
import { VERDICTS } from '../model/workflow.js';
import { visible } from '../telemetry/visible.js';
import { renderTable } from './table.js';
import { clock, paint, type TextStyle } from './terminal.js';

/** For a person who reads it once a day, on a terminal or as a mail: what needs them first. */
export function renderPeriod(report: PeriodReport, style: TextStyle): string {
  const { from, until, daemon } = report;
  return [
    `${clock(from)} to ${clock(until)}`,
    '',
    ...incidentLines(report, style),
    '',
    ...alertLines(report, style),
    '',
    ...(daemon === null ? ['No daemon runs here, and none has left figures.'] : daemonLines(daemon, style)),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function incidentLines({ incidents }: PeriodReport, style: TextStyle): string[] {
  const { unclosed, unclosed_total, unclosed_older, closed } = incidents;
  const more = unclosed_total - unclosed.length;
  const verdicts = VERDICTS.filter((verdict) => closed[verdict] !== undefined);
  const sum = verdicts.reduce((all, verdict) => all + closed[verdict]!, 0);
  const need =
    unclosed_total === 1 ? '1 incident needs you' : `${formatCount(unclosed_total)} incidents need you`;
  return [
    paint(unclosed_total === 0 ? 'Nothing needs you.' : `${need}.`, '1', style),
    ...tableLines(
      unclosed.map(({ incident, severity, labels }) => [
        `  ${incident.id.slice(0, 8)}`,
        `risk ${incident.risk}`,
        severity,
        clock(incident.last_seen),
        labels?.demo ? `${incident.title} (demo)` : incident.title,
      ]),
      style,
    ),
    ...(more > 0 ? [`  and ${formatCount(more)} of lower risk: vedette incidents`] : []),
    ...(unclosed_older > 0
      ? [`${numbered(unclosed_older, 'older incident')} that nobody has closed: vedette incidents`]
      : []),
    ...(sum > 0
      ? [
          `${numbered(sum, 'incident')} closed: ${verdicts.map((verdict) => `${formatCount(closed[verdict]!)} ${verdict}`).join(', ')}.`,
        ]
      : []),
  ];
}

function alertLines({ alerts, rules, rules_total }: PeriodReport, style: TextStyle): string[] {
  const severities = LEVELS.filter((level) => alerts.by_severity[level] !== undefined)
    .reverse()
    .map((level) => `${formatCount(alerts.by_severity[level]!)} ${level}`);
  const of = severities.length === 0 ? '' : ` (${severities.join(', ')})`;
  const hidden = alerts.silenced > 0 ? ` Silences hide ${formatCount(alerts.silenced)} more.` : '';
  const more = rules_total - rules.length;
  return [
    paint(
      `${numbered(alerts.begun, 'alert')}${of}; ${formatCount(alerts.before)} in as long a time before.${hidden}`,
      '1',
      style,
    ),
    ...tableLines(
      rules.length === 0
        ? []
        : [
            ['  SEVERITY', 'ALERTS', 'BEFORE', 'RULE', 'ABOUT'],
            ...rules.map(({ severity, alerts: n, before, name, entities }) => [
              `  ${severity}`,
              String(n),
              String(before),
              name,
              entities.join(', '),
            ]),
          ],
      style,
    ),
    ...(more > 0 ? [`  and ${numbered(more, 'more rule')}.`] : []),
  ];
}

function daemonLines(daemon: ReportedDaemon, style: TextStyle): string[] {
  const { running, at, uptime_seconds, events, sources, quiet, losses } = daemon;
  const up = `for ${formatDuration(uptime_seconds * 1000)}`;
  return [
    paint(
      `${running ? `Running ${up}` : `Not running: stopped ${clock(at)} after it ran ${up}`}. ${numbered(events, 'event')} since its start, by ${numbered(sources, 'source')}.`,
      '1',
      style,
    ),
    ...quiet.map(
      ({ name, last_seen }) =>
        `  quiet: ${visible(name)}, ${last_seen === null ? 'nothing yet' : `nothing since ${clock(last_seen)}`}`,
    ),
    ...(losses.length === 0 ? [] : ['  lost, cut or unusual since its start:']),
    ...tableLines(
      losses.map(({ code, n, meaning }) => [`  ${formatCount(n).padStart(9)}`, code, meaning]),
      style,
    ),
  ];
}

function tableLines(rows: readonly (readonly string[])[], style: TextStyle): string[] {
  return rows.length === 0 ? [] : renderTable(rows, style).trimEnd().split('\n');
}
