import type { Event } from '../../model/event.js';
import { toAddress } from '../address.js';
import { setUrl } from '../http-request.js';
import { readInteger, readPort } from '../text.js';
import { setDestination, setMac, setSource, setTransport } from '../values.js';

/** Puts one extension value into its ECS field. */
type Setter = (event: Event, value: string) => void;

/**
 * CEF extension dictionary (ArcSight "Implementing CEF", revision 27): short key and full name → ECS. A later key
 * does not undo an earlier one: addresses before host names.
 */
export const CEF_KEYS: ReadonlyMap<string, Setter> = new Map([
  ...keys('src sourceAddress', (event, value) => setSource(event, toAddress(value))),
  ...keys('c6a2', (event, value) => {
    event['source.ip'] ??= toAddress(value);
  }),
  ...keys('spt sourcePort', (event, value) => {
    event['source.port'] = readPort(value, 0, value.length);
  }),
  ...keys('shost sourceHostName', (event, value) => {
    const address = toAddress(value);
    if (address === null) event['source.domain'] = value;
    else event['source.ip'] ??= address;
  }),
  ...keys('smac sourceMacAddress', (event, value) => {
    event['source.mac'] = value;
  }),
  ...keys('sourceTranslatedAddress', (event, value) => {
    event['source.nat.ip'] = toAddress(value);
  }),
  ...keys('sourceTranslatedPort', (event, value) => {
    event['source.nat.port'] = readPort(value, 0, value.length);
  }),
  ...keys('dst destinationAddress', (event, value) => setDestination(event, toAddress(value))),
  ...keys('c6a3', (event, value) => {
    event['destination.ip'] ??= toAddress(value);
  }),
  ...keys('dpt destinationPort', (event, value) => {
    event['destination.port'] = readPort(value, 0, value.length);
  }),
  ...keys('dhost destinationHostName', (event, value) => {
    const address = toAddress(value);
    if (address === null) event['destination.domain'] = value;
    else event['destination.ip'] ??= address;
  }),
  ...keys('dmac destinationMacAddress', (event, value) => {
    event['destination.mac'] = value;
  }),
  ...keys('destinationTranslatedAddress', (event, value) => {
    event['destination.nat.ip'] = toAddress(value);
  }),
  ...keys('destinationTranslatedPort', (event, value) => {
    event['destination.nat.port'] = readPort(value, 0, value.length);
  }),
  ...keys('suser sourceUserName', (event, value) => {
    event['user.name'] = value;
  }),
  ...keys('suid sourceUserId', (event, value) => {
    event['user.id'] = value;
  }),
  ...keys('sntdom sourceNtDomain', (event, value) => {
    event['user.domain'] = value;
  }),
  ...keys('duser destinationUserName', (event, value) => {
    event['user.target.name'] = value;
  }),
  ...keys('duid destinationUserId', (event, value) => {
    event['user.target.id'] = value;
  }),
  ...keys('dntdom destinationNtDomain', (event, value) => {
    event['user.target.domain'] = value;
  }),
  ...keys('sproc sourceProcessName', (event, value) => {
    event['process.name'] = value;
  }),
  ...keys('spid sourceProcessId', (event, value) => {
    event['process.pid'] = readInteger(value, 0, value.length);
  }),
  ...keys('proto transportProtocol', setTransport),
  ...keys('app applicationProtocol', (event, value) => {
    event['network.protocol'] = value.length > 64 ? value : value.toLowerCase();
  }),
  ...keys('act deviceAction', (event, value) => {
    event['event.action'] = value;
  }),
  ...keys('reason Reason', (event, value) => {
    event['event.reason'] = value;
  }),
  ...keys('in bytesIn', (event, value) => {
    event['destination.bytes'] = readInteger(value, 0, value.length);
  }),
  ...keys('out bytesOut', (event, value) => {
    event['source.bytes'] = readInteger(value, 0, value.length);
  }),
  ...keys('request requestURL', setUrl),
  ...keys('requestMethod', (event, value) => {
    event['http.request.method'] = value;
  }),
  ...keys('requestClientApplication', (event, value) => {
    event['user_agent.original'] = value;
  }),
  ...keys('requestContext', (event, value) => {
    event['http.request.referrer'] = value;
  }),
  ...keys('fname fileName', (event, value) => {
    event['file.name'] = value;
  }),
  ...keys('filePath', (event, value) => {
    event['file.path'] = value;
  }),
  ...keys('dvchost deviceHostName', (event, value) => {
    event['host.name'] = value;
  }),
  ...keys('dvc deviceAddress', (event, value) => {
    event['host.ip'] = toAddress(value);
  }),
  ...keys('deviceInboundInterface', (event, value) => {
    event['observer.ingress.interface.name'] = value;
  }),
  ...keys('deviceOutboundInterface', (event, value) => {
    event['observer.egress.interface.name'] = value;
  }),
  ...keys('deviceDirection', (event, value) => {
    event['network.direction'] = value === '0' ? 'inbound' : value === '1' ? 'outbound' : null;
  }),
  // UniFi's own
  ...keys('UNIFIadmin', (event, value) => {
    event['user.name'] ??= value;
  }),
  ...keys('UNIFIclientIp UNIFIclientIP', (event, value) => {
    event['source.ip'] ??= toAddress(value);
  }),
  ...keys('UNIFIclientMac', setMac),
]);

/** LEEF predefined attributes (IBM "LEEF event components") → ECS. */
export const LEEF_KEYS: ReadonlyMap<string, Setter> = new Map([
  ...keys('src', (event, value) => setSource(event, toAddress(value))),
  ...keys('srcPort', (event, value) => {
    event['source.port'] = readPort(value, 0, value.length);
  }),
  ...keys('srcMAC', (event, value) => {
    event['source.mac'] = value;
  }),
  ...keys('srcPostNAT', (event, value) => {
    event['source.nat.ip'] = toAddress(value);
  }),
  ...keys('srcBytes', (event, value) => {
    event['source.bytes'] = readInteger(value, 0, value.length);
  }),
  ...keys('dst', (event, value) => setDestination(event, toAddress(value))),
  ...keys('dstPort', (event, value) => {
    event['destination.port'] = readPort(value, 0, value.length);
  }),
  ...keys('dstMAC', (event, value) => {
    event['destination.mac'] = value;
  }),
  ...keys('dstPostNAT', (event, value) => {
    event['destination.nat.ip'] = toAddress(value);
  }),
  ...keys('dstBytes', (event, value) => {
    event['destination.bytes'] = readInteger(value, 0, value.length);
  }),
  ...keys('totalBytes', (event, value) => {
    event['network.bytes'] = readInteger(value, 0, value.length);
  }),
  ...keys('usrName accountName', (event, value) => {
    event['user.name'] ??= value;
  }),
  ...keys('domain', (event, value) => {
    event['user.domain'] = value;
  }),
  ...keys('groupID', (event, value) => {
    event['group.id'] = value;
  }),
  ...keys('proto', setTransport),
  ...keys('policy', (event, value) => {
    event['rule.name'] = value;
  }),
  ...keys('action', (event, value) => {
    event['event.action'] = value;
  }),
  ...keys('resource identHostName', (event, value) => {
    event['host.name'] ??= value;
  }),
  ...keys('url', setUrl),
]);

function keys(names: string, set: Setter): [string, Setter][] {
  return names.split(' ').map((name) => [name, set]);
}
