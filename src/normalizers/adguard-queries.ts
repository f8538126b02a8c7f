import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { NETWORK, PROTOCOL } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'adguardhome',
  categories: ['dns'],
  services: ['adguardhome'],
});

/** querylog.json: `{"T":TIME,"QH":NAME,"QT":TYPE,"QC":"IN","CP":"","IP":ADDR,"Result":{"IsFiltered":true,"Rules":[{"Text":…}]}}`. */
export const adguardQueries: Normalizer = {
  name: 'adguard-queries',
  summary: 'AdGuard Home query log as JSON: DNS queries, those that a filter stopped',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'QH') || !Object.hasOwn(fields, 'QT')) return false;
    if (!Object.hasOwn(fields, 'IP')) return false;
    event.logsource = LOGSOURCE;
    const stated = readIsoUtc(textField(fields, 'T'));
    if (!Number.isNaN(stated)) setEventTime(event, stated);
    classify(event, NETWORK, PROTOCOL, 'dns_query', null);
    event['network.protocol'] = 'dns';
    event['source.ip'] = addressField(fields, 'IP');
    event['dns.question.name'] = textField(fields, 'QH');
    event['dns.question.type'] = textField(fields, 'QT');
    const result = objectField(fields, 'Result');
    if (result?.IsFiltered === true) readFilter(event, result);
    return true;
  },
};

function readFilter(event: Event, result: JsonObject): void {
  event['event.outcome'] = 'failure';
  const rules = ownField(result, 'Rules');
  const first = Array.isArray(rules) ? rules[0] : undefined;
  if (isObject(first)) event['rule.name'] = textField(first, 'Text');
}
