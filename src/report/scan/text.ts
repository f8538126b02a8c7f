import type { ScanResult } from '../../model/scan-result.js';
import { numbered } from '../../model/units.js';
import { visible } from '../../telemetry/visible.js';
import { renderIncident } from '../incident-text.js';
import { replayLines } from '../replay-text.js';
import { renderTable } from '../table.js';
import { clock, paint, type TextStyle } from '../terminal.js';

/** Incidents that are told whole. */
const MAX_INCIDENTS = 20;
/** Entities that are named beside a rule. */
const MAX_NAMED = 3;
/** Files that are named for one reason. */
const MAX_SKIPPED = 5;

/** For people: the stories first, then what was found by rule. What was read is told by `scanSummary`. */
export function* scanText(result: ScanResult, style: TextStyle): Generator<string> {
  const { incidents, incidentsLeftOut, rules } = result;
  for (const incident of incidents.slice(0, MAX_INCIDENTS)) yield `${renderIncident(incident, style)}\n`;
  const more = incidents.length - MAX_INCIDENTS;
  if (more > 0) yield `${numbered(more, 'more incident')}: see --format json or html.\n\n`;
  if (incidentsLeftOut > 0) yield `${leftOutText(incidentsLeftOut)}\n\n`;
  if (rules.length === 0) return;
  yield `${paint('Findings by rule', '1', style)}\n`;
  yield renderTable(
    [
      ['severity', 'rule', 'alerts', 'events', 'from', 'to', 'about'],
      ...rules.map(({ level, name, alerts, events, first, last, entities }) => [
        ...[level, name, String(alerts), String(events), clock(first), clock(last)],
        entities.slice(0, MAX_NAMED).join(', ') + (entities.length > MAX_NAMED ? ', …' : ''),
      ]),
    ],
    style,
  );
}

/** Of incidents that nothing else is kept of. */
export function leftOutText(incidents: number): string {
  return `${numbered(incidents, 'incident')} of lower risk left out: their alerts count in the table of rules.`;
}

/** What was read, and what was not and why. */
export function scanSummary(result: ScanResult): string {
  const { files, rules, skipped, unreadable } = result;
  const incidents = result.incidents.length + result.incidentsLeftOut;
  const alerts = rules.reduce((sum, rule) => sum + rule.alerts, 0);
  return [
    ...replayLines({ ...result, files: files.length, alerts, incidents }),
    ...skippedLines(skipped),
    ...unreadable.map(({ path, error }) => `${visible(path)} could not be read whole: ${visible(error)}.`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** A folder may hold thousands of a kind: more than a few are counted. */
function skippedLines(skipped: ScanResult['skipped']): string[] {
  const byReason = new Map<string, string[]>();
  for (const { path, reason } of skipped) {
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, [path]);
    else known.push(path);
  }
  return [...byReason].flatMap(([reason, paths]) =>
    paths.length > MAX_SKIPPED
      ? [`Not read: ${numbered(paths.length, 'file')}, as ${visible(paths[0]!)}: ${visible(reason)}.`]
      : paths.map((path) => `Not read: ${visible(path)}: ${visible(reason)}.`),
  );
}
