import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { csvColumns } from './csv.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { setTransport, setVerdict, toPort, toText } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'pfsense', categories: ['firewall'], services: ['filterlog'] });

/**
 * pfSense and OPNsense packet filter log (Netgate "Raw Filter Log Format"): 9 columns for all, then those of the
 * IP version, then those of the protocol.
 */
export const pfsense: Normalizer = {
  name: 'pfsense',
  summary: 'pfSense and OPNsense packet filter log (filterlog, CSV)',
  programs: ['filterlog'],
  normalize(event) {
    const columns = csvColumns(event.message);
    const version = columns[8];
    if (columns.length < 17 || (version !== '4' && version !== '6')) return false;
    event.logsource = LOGSOURCE;
    setCommon(event, columns);
    setPacket(event, columns, version === '4' ? 18 : 15);
    setTransport(event, toText(columns[version === '4' ? 16 : 12]));
    return true;
  },
};

function setCommon(event: Event, columns: readonly string[]): void {
  const name = toText(columns[4]);
  const direction = toText(columns[7]);
  event['rule.id'] = toText(columns[3]) ?? toText(columns[0]);
  if (direction === 'out') event['observer.egress.interface.name'] = name;
  else event['observer.ingress.interface.name'] = name;
  event['event.reason'] = toText(columns[5]);
  event['network.direction'] = direction;
  setVerdict(event, toText(columns[6]));
}

/** Addresses at `at`; of TCP and UDP the ports follow. */
function setPacket(event: Event, columns: readonly string[], at: number): void {
  event['source.ip'] = toAddress(columns[at]);
  event['destination.ip'] = toAddress(columns[at + 1]);
  const protocol = columns[at === 18 ? 15 : 13];
  if (protocol !== '6' && protocol !== '17' && protocol !== '132') return;
  event['source.port'] = toPort(columns[at + 2]);
  event['destination.port'] = toPort(columns[at + 3]);
  const flags = toText(columns[at + 5]);
  if (protocol === '6' && flags !== null) setField(event.record, 'tcp_flags', flags);
}
