import type { Event, Outcome } from '../model/event.js';
import { emptyFields, type JsonObject } from '../model/json.js';
import { readIsoUtc, setEventTime, setPayloadTime } from './event-time.js';
import { lift, liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { objectField, textField } from './values.js';
import { windowsAction } from './windows/actions.js';
import { knownChannel } from './windows/channels.js';
import { liftInserts } from './windows/inserts.js';
import { foreignLogsource, windowsLogsource } from './windows/logsources.js';
import { liftMessageText } from './windows/message-text.js';
import { mapOther } from './windows/other.js';
import { mapSecurity } from './windows/security.js';
import { readWindowsEvent, type WindowsHeader } from './windows/shapes.js';
import { mapSysmon } from './windows/sysmon.js';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const DEFENDER = 'Microsoft-Windows-Windows Defender/Operational';
const NO_FIELDS = emptyFields();

export const windows: Normalizer = {
  name: 'windows',
  summary:
    'Windows event log and Sysmon as JSON: winlogbeat and Elastic Agent, NXLog (as structured data, too), evtx exports, EvtxECmd, Wazuh, OpenTelemetry, Fluent Bit, Fluentd, flat events, as XML, and as Snare’s text',
  formats: ['json', 'rfc5424', 'snare', 'event-xml'],
  normalize(event) {
    const fields = event.record.fields ?? nxlogFields(event);
    if (fields === null) return false;
    const header = readWindowsEvent(fields);
    if (header === null) return false;
    event.record.fields = fields;
    if (event.record.format === 'snare') liftMessageText(fields, header.channel, header.eventId);
    else liftInserts(fields, header.channel, header.provider, header.eventId);
    setTime(event, fields);
    setCommon(event, fields, header);
    const foreign = foreignLogsource(header.channel, header.provider, header.eventId);
    if (foreign !== null) {
      event.logsource = foreign;
      if (foreign.product === 'linux') mapSysmon(event, fields, header.eventId);
      // Its rules call the channel so, as PowerShell's Get-EventLog does.
      else if (header.channel !== null) lift(fields, 'EventLog', header.channel);
      return true;
    }
    mapWindows(event, fields, header);
    return true;
  },
};

/** NXLog's to_syslog_ietf(): `[NXLOG@14506 EventID="4625" Channel="Security" …]`; the source is the app. */
function nxlogFields(event: Event): JsonObject | null {
  const { structuredData, app } = event.record;
  for (const id in structuredData) {
    if (!id.startsWith('NXLOG@')) continue;
    const fields = emptyFields();
    const parameters = structuredData[id]!;
    for (const name in parameters) {
      const value = parameters[name]!;
      fields[name] = typeof value === 'string' ? value : value[0]!;
    }
    if (!Object.hasOwn(fields, 'SourceName')) fields.SourceName = app;
    return fields;
  }
  return null;
}

/** The log's own stamp, before Sysmon's and what a shipper added. */
function setTime(event: Event, fields: JsonObject): void {
  let stated = readIsoUtc(textField(fields, 'TimeCreated_SystemTime'));
  if (Number.isNaN(stated)) stated = readIsoUtc(textField(fields, 'UtcTime'));
  // Fluent Bit: `2026-11-19 13:55:36 +0100`.
  if (Number.isNaN(stated)) stated = readIsoUtc(textField(fields, 'TimeCreated'));
  if (Number.isNaN(stated)) setPayloadTime(event);
  else setEventTime(event, stated);
}

function setCommon(event: Event, fields: JsonObject, header: WindowsHeader): void {
  event['event.code'] = String(header.eventId);
  event['event.provider'] = header.provider;
  const host = hostName(fields) ?? header.computer;
  if (host !== null) event['host.name'] = host;
  const message = fields.message ?? fields.Message;
  if (typeof message === 'string') event.message = message;
}

function hostName(fields: JsonObject): string | null {
  const host = objectField(fields, 'host');
  return host === null ? null : (textField(host, 'name') ?? textField(host, 'hostname'));
}

function mapWindows(event: Event, fields: JsonObject, header: WindowsHeader): void {
  const { eventId, provider } = header;
  const channel = knownChannel(header.channel, provider);
  // Only Sysmon's 12 is several categories, told apart by its EventType.
  const eventType = eventId === 12 ? textField(fields, 'EventType') : null;
  event.logsource = windowsLogsource(channel, provider, eventId, eventType);
  const action = channel === null ? undefined : windowsAction(channel, eventId);
  if (action !== undefined) {
    event['event.action'] = action.action;
    event['event.category'] = action.category;
    event['event.type'] = action.type;
    event['event.outcome'] = action.outcome;
  }
  if (channel === SYSMON) mapSysmon(event, fields, eventId);
  else if (channel === 'Security') mapSecurity(event, fields, eventId, action);
  else {
    // Defender is the one channel whose members have blanks in their names (`New Value`).
    if (channel === DEFENDER) liftAll(fields, fields);
    mapOther(event, fields, channel);
  }
  if (event['event.outcome'] === null) event['event.outcome'] = statedOutcome(fields);
}

/** winlogbeat's own reading of the audit bits. */
function statedOutcome(fields: JsonObject): Outcome | null {
  const stated = textField(objectField(fields, 'event') ?? NO_FIELDS, 'outcome');
  return stated === 'success' || stated === 'failure' ? stated : null;
}
