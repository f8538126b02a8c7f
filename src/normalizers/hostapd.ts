import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { CONNECTION, CONNECTION_END, CONNECTION_START, INFO, NETWORK } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';
import { setMac } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['hostapd', 'syslog'] });

const TEXTS = [
  ['IEEE 802.11: associated', CONNECTION_START, 'wifi_associated'],
  ['IEEE 802.11: disassociated', CONNECTION_END, 'wifi_disassociated'],
  ['IEEE 802.11: deauthenticated', CONNECTION_END, 'wifi_deauthenticated'],
  ['WPA: pairwise key handshake completed', CONNECTION, 'wifi_key_handshake'],
] as const;

/** hostapd, also of UniFi and OpenWrt access points: `wlan0: STA MAC IEEE 802.11: associated (aid 1)`. */
export const hostapd: Normalizer = {
  name: 'hostapd',
  summary: 'hostapd, also of UniFi and OpenWrt: clients of the wireless network',
  programs: ['hostapd'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    classify(event, NETWORK, INFO, null, null);
    const message = event.message;
    const colon = message.indexOf(': STA ');
    if (colon < 1 || colon > 32) return true;
    event['observer.ingress.interface.name'] = message.slice(0, colon);
    const macEnd = wordEnd(message, colon + 6);
    setMac(event, message.slice(colon + 6, macEnd));
    const text = TEXTS.find(([words]) => standsAt(message, words, macEnd + 1));
    if (text !== undefined) classify(event, NETWORK, text[1], text[2], null);
    return true;
  },
};
