import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'pfsense',
  categories: ['authentication'],
  services: ['webgui'],
});

const OPENINGS = [
  ["Successful login for user '", 'admin_login', 'success'],
  ["Successful webConfigurator login for user '", 'admin_login', 'success'],
  ["User logged in for user '", 'admin_login', 'success'],
  ["webConfigurator authentication error for user '", 'admin_login', 'failure'],
  ["webConfigurator authentication error for '", 'admin_login', 'failure'],
  ["Web GUI authentication error for '", 'admin_login', 'failure'],
  ["User logged out for user '", 'admin_logout', 'success'],
  ["Session timed out for user '", 'admin_logout', 'success'],
] as const;

/** `/index.php: Successful login for user 'NAME' from: ADDR[ (Local Database)]`, in older versions without the colon. */
export const pfsenseConsole: Normalizer = {
  name: 'pfsense-console',
  summary: 'pfSense and OPNsense web console: logins, failures, logouts',
  programs: ['php-fpm', 'php', 'audit', 'opnsense'],
  normalize(event) {
    const message = event.message;
    if (codeAt(message, 0) !== 0x2f) return false;
    const at = message.indexOf('.php: ') + 6;
    if (at < 6) return false;
    const opening = OPENINGS.find(([words]) => standsAt(message, words, at));
    if (opening === undefined) return false;
    event.logsource = LOGSOURCE;
    const [words, action, outcome] = opening;
    if (action === 'admin_logout') classify(event, SESSION, END, action, outcome);
    else classify(event, AUTHENTICATION, START, action, outcome);
    readUser(event, message, at + words.length);
    return true;
  },
};

/** The name is what somebody typed: it ends where the last address begins. */
function readUser(event: Event, message: string, start: number): void {
  const end = message.lastIndexOf("' from");
  if (end < start) return;
  event['user.name'] = message.slice(start, end) || null;
  const address = end + (codeAt(message, end + 6) === 0x3a ? 8 : 7);
  event['source.ip'] = readAddress(message, address, wordEnd(message, address));
}
