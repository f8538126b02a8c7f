import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { CsvColumns } from './csv.js';
import { setVerdict } from './device-action.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { setTransport, toPort } from './values.js';

const columns = new CsvColumns();

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
    columns.read(event.message);
    const version = columns.at(8);
    if (columns.length < 17 || (version !== '4' && version !== '6')) return false;
    event.logsource = LOGSOURCE;
    setCommon(event, columns);
    setPacket(event, columns, version === '4' ? 18 : 15);
    setTransport(event, columns.text(version === '4' ? 16 : 12));
    return true;
  },
};

function setCommon(event: Event, columns: CsvColumns): void {
  const name = columns.text(4);
  const direction = columns.text(7);
  event['rule.id'] = columns.text(3) ?? columns.text(0);
  if (direction === 'out') event['observer.egress.interface.name'] = name;
  else event['observer.ingress.interface.name'] = name;
  event['event.reason'] = columns.text(5);
  event['network.direction'] = direction;
  setVerdict(event, columns.text(6));
}

/** Addresses at `at`; of TCP and UDP the ports follow. */
function setPacket(event: Event, columns: CsvColumns, at: number): void {
  event['source.ip'] = toAddress(columns.at(at));
  event['destination.ip'] = toAddress(columns.at(at + 1));
  const protocol = columns.at(at === 18 ? 15 : 13);
  if (protocol !== '6' && protocol !== '17' && protocol !== '132') return;
  event['source.port'] = toPort(columns.at(at + 2));
  event['destination.port'] = toPort(columns.at(at + 3));
  const flags = columns.text(at + 5);
  if (protocol === '6' && flags !== null) setField(event.record, 'tcp_flags', flags);
}
