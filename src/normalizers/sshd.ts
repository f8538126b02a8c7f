import { closedLogsource } from '../model/logsource.js';
import type { Normalizer } from './normalizer.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['sshd', 'auth', 'syslog'] });

export const sshd: Normalizer = {
  name: 'sshd',
  summary: 'OpenSSH server: logins, refusals and disconnects',
  programs: ['sshd', 'sshd-session', 'sshd-auth'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    return true;
  },
};
