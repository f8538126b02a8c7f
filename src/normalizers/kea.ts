import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { between, standsAt } from './text.js';
import { setMac } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['kea', 'dhcp', 'syslog'] });

const LEASED = ['DHCP4_LEASE_ALLOC ', 'DHCP4_LEASE_RENEW '] as const;

/** `2026-11-20 10:00:00.123 INFO  `; the levels are as long. */
const STAMP_LENGTH = 30;

/** `… DHCP4_LEASE_ALLOC [hwtype=1 MAC], cid=[…], tid=0x…: lease ADDR has been allocated for 3600 seconds`. */
export const kea: Normalizer = {
  name: 'kea',
  summary: 'Kea: DHCPv4 leases',
  programs: ['kea-dhcp4'],
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    const claimed = event['process.name']?.toLowerCase() === 'kea-dhcp4';
    if (!claimed && !standsAt(message, '[kea-dhcp4.', STAMP_LENGTH)) return false;
    event.logsource = LOGSOURCE;
    event['process.name'] = 'kea-dhcp4';
    classify(event, NETWORK, INFO, null, null);
    const code = LEASED.find((word) => message.includes(word));
    if (code === undefined) return true;
    classify(event, NETWORK, PROTOCOL, 'dhcpack', null);
    event['event.code'] = code.trim();
    event['network.protocol'] = 'dhcp';
    event['source.ip'] = toAddress(between(message, ': lease ', ' '));
    setMac(event, between(message, '[hwtype=1 ', ']') ?? '');
    return true;
  },
};
