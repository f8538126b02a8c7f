import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import {
  ACCESS,
  AUTHENTICATION,
  CHANGE,
  CREATION,
  DELETION,
  DENIED,
  END,
  FILE,
  INTRUSION_DETECTION,
  SESSION,
  START,
} from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, standsAt } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'synology',
  categories: ['authentication'],
  services: ['connection'],
});

/**
 * Synology DSM, connection log: `User [NAME] from [ADDR] failed to log in via [DSM] due to REASON.`, since DSM 7
 * `failed to sign in to [DSM] via [password] due to REASON.`; `Host [ADDR] was blocked via [SSH].` File transfer log:
 * `WinFileService Event: Delete, Path: PATH, File/Folder: File, Size: 10.00 KB, User: NAME, IP: ADDR`.
 */
export const synology: Normalizer = {
  name: 'synology',
  summary: 'Synology DSM: logins at the console and the file services, blocked hosts, file transfers',
  programs: ['connection'],
  formats: ['rfc3164', 'rfc5424', 'plain'],
  initials: 'AFW',
  normalize(event) {
    const { message } = event;
    if (message.includes(TRANSFER)) {
      if (!readTransfer(event, message)) return false;
    } else {
      const read = standsAt(message, 'User [', 0)
        ? readUser
        : standsAt(message, 'Host [', 0)
          ? readHost
          : null;
      if (read === null || !read(event, message)) return false;
      event.logsource = LOGSOURCE;
    }
    event['observer.vendor'] = 'Synology';
    event['observer.product'] = 'DSM';
    return true;
  },
};

const FAILED = ['failed to log in via [', 'failed to sign in to ['] as const;
const GRANTED = ['logged in successfully via [', 'signed in to ['] as const;
const LEFT = ['logged out the server via ['] as const;

/** The name is what somebody typed, all after the address is DSM's own. */
function readUser(event: Event, message: string): boolean {
  const from = message.lastIndexOf('] from [');
  const close = message.indexOf('] ', from + 8);
  if (from < 0 || close < 0) return false;
  const after = (words: readonly string[]) => words.find((word) => standsAt(message, word, close + 2));
  const failed = after(FAILED);
  const left = failed === undefined ? after(LEFT) : undefined;
  const words = failed ?? left ?? after(GRANTED);
  if (words === undefined) return false;
  const service = between(message, '[', ']', close + 2) ?? '';
  if (left !== undefined) classify(event, SESSION, END, 'admin_logout', 'success');
  else
    classify(event, AUTHENTICATION, START, actionOf(service), failed === undefined ? 'success' : 'failure');
  event['user.name'] = message.slice(6, from) || null;
  event['source.ip'] = toAddress(message.slice(from + 8, close));
  setField(event.record, 'login_service', service);
  const reason = failed === undefined ? -1 : message.indexOf(' due to ', close);
  if (reason > 0) event['event.reason'] = message.slice(reason + 8).replace(/\.$/, '');
  return true;
}

/** The file services let nobody at the console. */
function actionOf(service: string): string {
  if (service.startsWith('CIFS') || service.startsWith('SMB')) return 'smb_login';
  return service.startsWith('FTP') ? 'ftp_login' : 'admin_login';
}

function readHost(event: Event, message: string): boolean {
  const close = message.indexOf('] was blocked via [');
  if (close < 0) return false;
  classify(event, INTRUSION_DETECTION, DENIED, 'ban', null);
  event['source.ip'] = toAddress(message.slice(6, close));
  return true;
}

const TRANSFER = ' Event: ';

/** The path is what somebody named, all after it is DSM's own. */
function readTransfer(event: Event, message: string): boolean {
  const user = message.lastIndexOf(', User: ');
  const address = message.lastIndexOf(', IP: ');
  const kind = message.lastIndexOf(', File/Folder: ', user);
  const path = message.indexOf(', Path: ');
  if (path < 0 || kind < path || user < kind || address < user) return false;
  event.logsource = TRANSFERS;
  const action = between(message, TRANSFER, ',')!.slice(0, 32).toLowerCase();
  classify(event, FILE, TYPES.get(action) ?? ACCESS, `file_${action}`, null);
  event['file.path'] = message.slice(path + 8, kind);
  event['user.name'] = message.slice(user + 8, address) || null;
  event['source.ip'] = toAddress(message.slice(address + 6).trimEnd());
  return true;
}

const TRANSFERS = closedLogsource({ product: 'synology', services: ['transfer'] });

const TYPES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['delete', DELETION],
  ['write', CHANGE],
  ['rename', CHANGE],
  ['move', CHANGE],
  ['create', CREATION],
  ['mkdir', CREATION],
]);
