import type { Event, Outcome } from '../model/event.js';
import { emptyFields, type JsonObject } from '../model/json.js';
import type { CefHeader } from '../model/record.js';
import { isDenial } from './device-action.js';
import { setPayloadTime } from './event-time.js';
import { CEF_KEYS } from './extensions/cef-keys.js';
import { productLogsource } from './extensions/product-logsource.js';
import { lift, liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { readInteger } from './text.js';
import { knownChannel } from './windows/channels.js';
import { windowsLogsource } from './windows/logsources.js';

/**
 * ArcSight Common Event Format. The extensions, and custom ones under their labels, become the record's raw fields,
 * so that rules find them; the logsource is that of the vendor and product, OPEN for those nobody knows.
 */
export const cef: Normalizer = {
  name: 'cef',
  summary: 'CEF extensions of any vendor; logsource by vendor and product',
  formats: ['cef'],
  normalize(event) {
    const header = event.record.cef;
    if (header === null) return false;
    setPayloadTime(event);
    setHeader(event, header);
    setExtensions(event, header);
    if (!setWindows(event, header)) {
      const category = header.extensions.cat ?? header.extensions.deviceEventCategory ?? header.name;
      const logsource =
        productLogsource('cef', header.device_vendor, header.device_product, category) ??
        productLogsource('cef', header.device_vendor, header.device_product, header.name);
      if (logsource !== null) event.logsource = logsource;
    }
    return true;
  },
};

function setHeader(event: Event, header: CefHeader): void {
  event['observer.vendor'] = textOf(header.device_vendor);
  event['observer.product'] = textOf(header.device_product);
  event['event.code'] = textOf(header.signature_id);
  event['rule.name'] = textOf(header.name);
  const severity = textOf(header.severity);
  if (severity !== null) event['event.severity'] = readInteger(severity, 0, severity.length);
}

function setExtensions(event: Event, header: CefHeader): void {
  const { extensions, custom } = header;
  const fields = emptyFields();
  const beside = event.record.fields;
  event.record.fields = fields;
  for (const key in extensions) {
    const value = extensions[key]!;
    fields[key] = value;
    if (value !== '') CEF_KEYS.get(key)?.(event, value);
  }
  for (const label in custom) {
    const value = custom[label]!;
    lift(fields, label, value);
    // The header names the kind of event; the rule that made it, where one did, is a custom string of these labels.
    if (RULE_LABELS.has(label) && typeof value === 'string' && value !== '') event['rule.name'] = value;
  }
  if (header.device_vendor === 'Fortinet') liftFortinet(fields);
  liftAll(fields, beside);
  event['event.outcome'] = outcomeOf(extensions.outcome ?? extensions.eventOutcome, event['event.action']);
  const message = extensions.msg ?? extensions.message;
  if (message !== undefined && message !== '') event.message = message;
}

const FORTIGATE = 'FTNTFGT';
/** Fields of FortiOS that have a name in CEF's dictionary; rules use that of FortiOS. */
const OF_FORTIOS: readonly (readonly [own: string, cef: string])[] = [
  ['action', 'act'],
  ['status', 'outcome'],
  ['user', 'duser'],
  ['ui', 'sproc'],
  ['srcip', 'src'],
  ['srcport', 'spt'],
  ['dstip', 'dst'],
  ['dstport', 'dpt'],
];

/** FortiOS puts a prefix before the names that CEF does not have. */
function liftFortinet(fields: JsonObject): void {
  for (const [own, name] of OF_FORTIOS) {
    const value = fields[name];
    if (value !== undefined) lift(fields, own, value);
  }
  for (const name of Object.keys(fields))
    if (name.startsWith(FORTIGATE) && name.length > FORTIGATE.length)
      lift(fields, name.slice(FORTIGATE.length), fields[name]!);
}

const RULE_LABELS: ReadonlySet<string> = new Set(['Rule', 'Rule Name', 'RuleName', 'rule', 'rule_name']);

function outcomeOf(stated: string | undefined, action: string | null): Outcome | null {
  const word = stated?.slice(0, 16).toLowerCase();
  if (word === 'success' || word === '/success') return 'success';
  if (word === 'failure' || word === 'failed' || word === '/failure') return 'failure';
  if (action === null) return null;
  return isDenial(action) ? 'failure' : null;
}

/** Windows events by the ArcSight connector: `Microsoft-Windows-Security-Auditing:4625` as signature id. */
function setWindows(event: Event, header: CefHeader): boolean {
  const signature = header.signature_id;
  if (header.device_vendor !== 'Microsoft' || signature === null) return false;
  const colon = signature.lastIndexOf(':');
  const id = colon < 1 ? null : readInteger(signature, colon + 1, signature.length);
  if (id === null || id > 65_535) return false;
  const provider = signature.slice(0, colon);
  event.logsource = windowsLogsource(knownChannel(null, provider), provider, id, null);
  event['event.code'] = String(id);
  event['event.provider'] = provider;
  const fields = event.record.fields!;
  lift(fields, 'EventID', id);
  lift(fields, 'Provider_Name', provider);
  return true;
}

function textOf(part: string | null): string | null {
  return part === null || part === '' ? null : part;
}
