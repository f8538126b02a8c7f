import { formsInJson } from '../../model/text-in-json.js';
import type { Alert, Incident } from './api-types.js';

/** What lists of alerts and incidents are asked by, in the API's words; empty or not there = it does not matter. */
export interface CaseFilter {
  readonly status?: string;
  readonly workflow?: string;
  /** One or more, with commas. */
  readonly severity?: string;
  readonly since?: string;
  readonly until?: string;
  readonly entity?: string;
  readonly text?: string;
  /** Of alerts alone. */
  readonly rule?: string;
  readonly silenced?: string;
}

/** Whether a list that is asked for by this filter has it: what storage/case-reader.ts decides, for one that has just come. */
export function isAmong(item: Alert | Incident, filter: CaseFilter): boolean {
  const { status, workflow, severity, since, until, entity, text, rule, silenced } = filter;
  const seen = Date.parse(lastSeen(item));
  return (
    (isOpenTo(status) || (statusOf(item) === 'ended') === (status === 'ended')) &&
    (isOpenTo(workflow) || isInState(item, workflow!)) &&
    (isOpenTo(severity) || severity!.split(',').includes(item.severity)) &&
    (isOpenTo(since) || seen >= Date.parse(since!)) &&
    (isOpenTo(until) || seen < Date.parse(until!)) &&
    (isOpenTo(entity) || item.entity === entity) &&
    (isOpenTo(text) || holds(JSON.stringify(item).toLowerCase(), text!.toLowerCase())) &&
    (!isAlert(item) || ((isOpenTo(rule) || item.rule.id === rule) && isShown(item, silenced)))
  );
}

/** ISO 8601. */
export function lastSeen(item: Alert | Incident): string {
  return isAlert(item) ? item.alert.last_seen : item.incident.last_seen;
}

function isAlert(item: Alert | Incident): item is Alert {
  return item['event.kind'] === 'alert';
}

function isOpenTo(value: string | undefined): boolean {
  return value === undefined || value === '' || value === 'all';
}

function statusOf(item: Alert | Incident): string {
  return isAlert(item) ? item.alert.status : item.incident.status;
}

function isInState({ workflow: { state } }: Alert | Incident, wanted: string): boolean {
  return wanted === 'unclosed' ? state !== 'closed' : state === wanted;
}

/** Silenced ones are shown when they are asked for. */
function isShown({ silenced }: Alert, wanted = ''): boolean {
  return wanted === 'all' || (silenced !== undefined) === (wanted === 'true');
}

function holds(json: string, text: string): boolean {
  return formsInJson(text).some((form) => json.includes(form));
}
