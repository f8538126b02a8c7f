import { type IncidentChange, stagesInTime } from '../../model/incident.js';
import type { ScannedAlert, ScannedRule, ScanResult } from '../../model/scan-result.js';
import { formatCount, numbered } from '../../model/units.js';
import { visible } from '../../telemetry/visible.js';
import { matchedSpans } from '../marks.js';
import { clock } from '../terminal.js';
import { STYLE } from './html-style.js';
import { leftOutText } from './text.js';

/** Alerts that are told whole: more make a page that no browser likes. */
const MAX_ALERTS = 2000;
/** Characters of a record that are shown. */
const MAX_ORIGINAL = 1000;

/**
 * One page that needs nothing else: no script, no font, no picture, so that it can be mailed and opened anywhere. Whatever the logs held
 * is text in it, and its policy lets a browser load and run nothing.
 */
export function* scanHtml(result: ScanResult): Generator<string> {
  const { records, files, times, rules, incidents, incidentsLeftOut, alerts, alertsLeftOut } = result;
  const all = rules.reduce((sum, rule) => sum + rule.alerts, 0);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Vedette scan</title><style>${STYLE}</style></head><body>
<h1>Scan of ${numbered(files.length, 'file')}</h1>
<p>${numbered(records, 'line')}${times === null ? '' : `, ${clock(times.first)} to ${clock(times.last)}`}:
<b>${numbered(all, 'alert')}</b>, <b>${numbered(incidents.length + incidentsLeftOut, 'incident')}</b>.</p>
`;
  if (incidents.length > 0) yield '<h2>Incidents</h2>\n';
  for (const incident of incidents) yield incidentHtml(incident);
  if (incidentsLeftOut > 0) yield `<p>${leftOutText(incidentsLeftOut)}</p>\n`;
  if (rules.length > 0) yield rulesHtml(rules);
  if (alerts.length > 0) yield '<h2>Alerts</h2>\n';
  for (const alert of alerts.slice(0, MAX_ALERTS)) yield alertHtml(alert);
  const more = alerts.length - MAX_ALERTS;
  if (more > 0 || alertsLeftOut > 0)
    yield `<p>${numbered(Math.max(0, more) + alertsLeftOut, 'more alert')}: they count in the table of rules.</p>\n`;
  yield filesHtml(result);
  yield '</body></html>\n';
}

function incidentHtml({ incident, severity, entity, stages, timeline }: IncidentChange): string {
  const rail = stagesInTime(stages)
    .map(({ tactic }) => text(tactic.name))
    .join(' → ');
  const steps = timeline.map(
    (step) =>
      `<tr><td class="t">${text(clock(step['@timestamp']))}</td><td>${badge(step.severity)}</td><td>${text(step.rule.name)}` +
      `${step.alert.count > 1 ? ` × ${formatCount(step.alert.count)}` : ''}<br><small>${text(step.reason)}</small>` +
      `${step.evidence === undefined ? '' : `<br><code>${text(shortened(step.evidence.original))}</code>`}</td></tr>\n`,
  );
  return `<section><h3>${badge(severity)} ${text(incident.title)}</h3>
<p>risk ${incident.risk} of 100 · ${text(entity)} · ${numbered(incident.alerts, 'alert')}${rail === '' ? '' : `<br>${rail}`}</p>
<table>${steps.join('')}</table></section>
`;
}

function rulesHtml(rules: readonly ScannedRule[]): string {
  const rows = rules.map(
    ({ level, name, alerts, events, techniques, first, last, entities }) =>
      `<tr><td>${badge(level)}</td><td>${text(name)}<br><small>${text(techniques.join(' '))}</small></td>` +
      `<td class="n">${formatCount(alerts)}</td><td class="n">${formatCount(events)}</td>` +
      `<td class="t">${text(clock(first))}<br>${text(clock(last))}</td><td>${text(entities.join(', '))}</td></tr>\n`,
  );
  return `<h2>Findings by rule</h2>
<table><tr><th>severity</th><th>rule</th><th>alerts</th><th>events</th><th>from, to</th><th>about</th></tr>
${rows.join('')}</table>
`;
}

function alertHtml({ severity, rule, alert, entity, reason, evidence }: ScannedAlert): string {
  const records = evidence.map(
    ({ file, record, original, matches }) =>
      `<p><small>${text(file)}, record ${formatCount(record)}</small><br><code>${marked(shortened(original), matches)}</code></p>\n`,
  );
  return `<details><summary>${badge(severity)} ${text(clock(alert.first_seen))} <b>${text(rule.name)}</b> ${text(entity)} <small>× ${formatCount(alert.count)}</small></summary>
<p>${text(reason)}</p>${rule.description === undefined ? '' : `<p><small>${text(rule.description)}</small></p>`}
${records.join('')}</details>
`;
}

function filesHtml({ files, skipped, unreadable }: ScanResult): string {
  const rows = [
    ...files.map(({ path, records, unrecognized }) => [
      path,
      `${numbered(records, 'line')}${unrecognized > 0 ? `, ${formatCount(unrecognized)} not recognised` : ''}`,
    ]),
    ...unreadable.map(({ path, error }) => [path, `could not be read whole: ${error}`]),
    ...skipped.map(({ path, reason }) => [path, `not read: ${reason}`]),
  ];
  const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>\n`);
  return `<h2>Files</h2>\n<table>${cells.join('')}</table>\n`;
}

function badge(level: string): string {
  return `<span class="badge ${level}">${level}</span>`;
}

/** The record with what matched in it marked. */
function marked(original: string, matches: ScannedAlert['evidence'][number]['matches']): string {
  let html = '';
  let at = 0;
  for (const [start, end] of matchedSpans(original, matches)) {
    html += `${text(original.slice(at, start))}<mark>${text(original.slice(start, end))}</mark>`;
    at = end;
  }
  return html + text(original.slice(at));
}

function shortened(original: string): string {
  return original.length > MAX_ORIGINAL ? `${original.slice(0, MAX_ORIGINAL)}…` : original;
}

/** Logged text as text: nothing of it is markup, and nothing in it is hidden. */
function text(value: string): string {
  return visible(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
