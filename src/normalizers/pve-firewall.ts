import { codeAt } from '../model/code-at.js';
import { closedLogsource } from '../model/logsource.js';
import { readFilteredPacket } from './netfilter.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { digitsEnd, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'proxmox', categories: ['firewall'], services: ['firewall'] });
const STAMP_LENGTH = '20/Nov/2026:11:00:00 +0100 '.length;

/** pve-firewall.log: `VMID LEVEL CHAIN STAMP VERDICT: IN=… SRC=…`, where the host is machine 0. */
export const pveFirewall: Normalizer = {
  name: 'pve-firewall',
  summary: 'Proxmox VE firewall: packets logged for machines and the host (pve-firewall.log)',
  programs: ['pvefw-logger'],
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    const machine = digitsEnd(message, 0);
    const level = digitsEnd(message, machine + 1);
    if (machine === 0 || codeAt(message, machine) !== 0x20 || level !== machine + 2) return false;
    const chain = wordEnd(message, level + 1);
    if (codeAt(message, level) !== 0x20 || codeAt(message, chain + 3) !== 0x2f) return false;
    if (!readFilteredPacket(event, message, chain + 1 + STAMP_LENGTH)) return false;
    event.logsource = LOGSOURCE;
    setField(event.record, 'vmid', message.slice(0, machine));
    setField(event.record, 'chain', message.slice(level + 1, chain));
    return true;
  },
};
