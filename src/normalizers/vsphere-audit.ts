import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, PROCESS, SESSION, START } from './ecs.js';
import { readLoginText } from './esxi.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { between } from './text.js';
import { setSource } from './values.js';

const SHELL = closedLogsource({ product: 'esxi', services: ['shell'] });
const VOBD = closedLogsource({ product: 'esxi', services: ['vobd'] });
const VOBD_LOGIN = withLogins(VOBD);
const VPXD = closedLogsource({ product: 'vcenter', services: ['vpxd'] });
const VPXD_LOGIN = withLogins(VPXD);

/** ESXi's shell (`[root]: esxcli …`) and observations (`[esx.audit.…] text`), vCenter's events (`[vim.event.…] … [text]`). */
export const vsphereAudit: Normalizer = {
  name: 'vsphere-audit',
  summary: 'VMware ESXi shell commands and audit observations, vCenter logins',
  programs: ['shell', 'esxishell', 'vobd', 'vpxd'],
  normalize(event) {
    const message = event.message;
    const program = event['process.name'];
    const isKnown =
      program === 'vobd'
        ? readObservation(event, message)
        : program === 'vpxd'
          ? readVcenter(event, message)
          : readCommand(event, message);
    if (isKnown) event['observer.vendor'] = 'VMware';
    return isKnown;
  },
};

function readCommand(event: Event, message: string): boolean {
  const close = message.startsWith('[') ? message.indexOf(']: ') : -1;
  if (close < 0) return false;
  event.logsource = SHELL;
  classify(event, PROCESS, START, 'command', null);
  event['user.name'] = message.slice(1, close);
  event['process.command_line'] = message.slice(close + 3);
  return true;
}

/** `[UserLevelCorrelator] 123us: [esx.audit.ssh.session.opened] SSH session was opened for 'root@ADDR'.` */
function readObservation(event: Event, message: string): boolean {
  const code = between(message, '[esx.', ']');
  if (code === null) return false;
  event.logsource = VOBD;
  event['event.code'] = `esx.${code}`;
  const isOpened = code === 'audit.ssh.session.opened';
  if (!isOpened && code !== 'audit.ssh.session.closed') {
    normalizeGeneric(event);
    return true;
  }
  if (isOpened) event.logsource = VOBD_LOGIN;
  classify(
    event,
    isOpened ? AUTHENTICATION : SESSION,
    isOpened ? START : END,
    isOpened ? 'admin_login' : 'admin_logout',
    'success',
  );
  const who = between(message, " for '", "'");
  const at = who === null ? -1 : who.lastIndexOf('@');
  if (at < 0) return true;
  event['user.name'] = who!.slice(0, at);
  setSource(event, who!.slice(at + 1));
  return true;
}

/** `Event [ID] [1-1] [TIME] [vim.event.UserLoginSessionEvent] [info] [USER] [] [ID] [User NAME@ADDR logged in as CLIENT]`. */
function readVcenter(event: Event, message: string): boolean {
  const code = between(message, '[vim.event.', ']');
  if (code === null) return false;
  event.logsource = VPXD;
  event['event.code'] = `vim.event.${code}`;
  const open = message.search(/\[(?:Cannot login|User) /);
  if (open < 0 || !code.endsWith('SessionEvent')) {
    normalizeGeneric(event);
    return true;
  }
  const text = message.slice(open + 1, message.endsWith(']') ? -1 : message.length);
  if (!readLoginText(event, text)) normalizeGeneric(event);
  if (code.startsWith('Bad')) classify(event, AUTHENTICATION, START, 'admin_login', 'failure');
  if (event['event.category'] === AUTHENTICATION) event.logsource = VPXD_LOGIN;
  return true;
}
