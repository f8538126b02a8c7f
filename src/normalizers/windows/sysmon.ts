import type { Event } from '../../model/event.js';
import type { JsonObject } from '../../model/json.js';
import { addressField, portField, setTransport, textField } from '../values.js';
import { processId, setFile, setParent, setProcess, setQualifiedUser } from './fields.js';

/** Sysmon's members, which are also the field names of Sigma's generic Windows categories. */
export function mapSysmon(event: Event, fields: JsonObject, eventId: number): void {
  const image = textField(fields, 'Image');
  setProcess(event, image ?? textField(fields, 'SourceImage'));
  event['process.pid'] = processId(fields, image === null ? 'SourceProcessId' : 'ProcessId');
  setQualifiedUser(event, textField(fields, 'User'));
  if (eventId === 1) mapCreation(event, fields);
  else if (eventId === 3) mapConnection(event, fields);
  else if (eventId === 22) mapQuery(event, fields);
  else if (eventId >= 12 && eventId <= 14) event['registry.path'] = textField(fields, 'TargetObject');
  else if (eventId === 6 || eventId === 7) {
    setFile(event, textField(fields, 'ImageLoaded'));
    setHash(event, textField(fields, 'Hashes'));
  } else if (eventId === 17 || eventId === 18) event['file.name'] = textField(fields, 'PipeName');
  else setFile(event, textField(fields, 'TargetFilename'));
}

function mapCreation(event: Event, fields: JsonObject): void {
  event['process.command_line'] = textField(fields, 'CommandLine');
  event['process.working_directory'] = textField(fields, 'CurrentDirectory');
  setParent(event, textField(fields, 'ParentImage'));
  event['process.parent.pid'] = processId(fields, 'ParentProcessId');
  event['process.parent.command_line'] = textField(fields, 'ParentCommandLine');
  setHash(event, textField(fields, 'Hashes'));
}

function mapConnection(event: Event, fields: JsonObject): void {
  event['source.ip'] = addressField(fields, 'SourceIp');
  event['source.port'] = portField(fields, 'SourcePort');
  event['source.domain'] = textField(fields, 'SourceHostname');
  event['destination.ip'] = addressField(fields, 'DestinationIp');
  event['destination.port'] = portField(fields, 'DestinationPort');
  event['destination.domain'] = textField(fields, 'DestinationHostname');
  setTransport(event, textField(fields, 'Protocol'));
}

function mapQuery(event: Event, fields: JsonObject): void {
  event['dns.question.name'] = textField(fields, 'QueryName');
  event['dns.response_code'] = textField(fields, 'QueryStatus');
}

/** `Hashes`: `MD5=…,SHA256=…,IMPHASH=…`. */
function setHash(event: Event, hashes: string | null): void {
  if (hashes === null) return;
  const start = hashes.indexOf('SHA256=');
  if (start < 0) return;
  const end = hashes.indexOf(',', start);
  event['process.hash.sha256'] = hashes.slice(start + 7, end < 0 ? undefined : end).toLowerCase();
}
