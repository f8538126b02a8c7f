import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, FILE, INFO, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, standsAt } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'qnap',
  categories: ['authentication'],
  services: ['connection'],
});

const LEAD = 'conn log: Users: ';
const ADDRESS = ', Source IP: ';

/**
 * QNAP QTS, system connection log: `conn log: Users: NAME, Source IP: ADDR, Computer name: …, Connection type: SSH,
 * Accessed resources: …, Action: Login Fail`. The name is what somebody typed, all after the address is the device's own.
 */
export const qnap: Normalizer = {
  name: 'qnap',
  summary: 'QNAP QTS connection log: logins, logouts, files',
  programs: ['qlogd', 'qulogd'],
  normalize(event) {
    const message = event.message;
    const at = message.lastIndexOf(ADDRESS);
    const end = message.indexOf(',', at + ADDRESS.length);
    if (!standsAt(message, LEAD, 0) || at < LEAD.length || end < 0) return false;
    event.logsource = LOGSOURCE;
    event['observer.vendor'] = 'QNAP';
    event['observer.product'] = 'QTS';
    const type = between(message, ', Connection type: ', ',', end) ?? '';
    const action = message.slice(message.lastIndexOf(', Action: ') + 10);
    if (action.startsWith('Login '))
      classify(event, AUTHENTICATION, START, actionOf(type), action === 'Login OK' ? 'success' : 'failure');
    else if (action === 'Logout') classify(event, SESSION, END, 'admin_logout', 'success');
    else classify(event, FILE, INFO, action.slice(0, 32).toLowerCase(), null);
    event['user.name'] = message.slice(LEAD.length, at);
    event['source.ip'] = toAddress(message.slice(at + ADDRESS.length, end));
    setField(event.record, 'login_service', type);
    const resource = between(message, ', Accessed resources: ', ', Action: ', end);
    if (resource !== null && resource !== '---') event['file.path'] = resource;
    return true;
  },
};

/** The file services let nobody at the console. */
function actionOf(type: string): string {
  if (type === 'SAMBA') return 'smb_login';
  return type === 'FTP' ? 'ftp_login' : 'admin_login';
}
