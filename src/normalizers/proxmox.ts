import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, INFO, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { setUser } from './peer.js';
import { sentenceReader } from './sentences.js';
import { readPort, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'proxmox',
  categories: ['authentication'],
  services: ['api'],
});

const readSuccess = sentenceReader([
  ...["<{*}> successful auth for user '{user.name}'", "successful auth for user '{user.name}'"].map(
    (text) => ({
      text,
      category: AUTHENTICATION,
      type: START,
      action: 'admin_login',
      outcome: 'success' as const,
    }),
  ),
  {
    text: '<{user.name}> starting task {task}',
    category: CONFIGURATION,
    type: INFO,
    action: 'task_started',
    outcome: null,
  },
]);

const FAILURES = ['authentication failure; rhost=', 'openid authentication failure; rhost='] as const;

/** Proxmox VE, Backup Server and Mail Gateway: `authentication failure; rhost=ADDR user=NAME@REALM msg=TEXT`. */
export const proxmox: Normalizer = {
  name: 'proxmox',
  summary: 'Proxmox VE, Backup Server and Mail Gateway: logins at the console and the API',
  programs: ['pvedaemon', 'pveproxy', 'proxmox-backup-proxy', 'proxmox-backup-api', 'pmgdaemon'],
  normalize(event) {
    const message = event.message;
    event.logsource = LOGSOURCE;
    const failure = FAILURES.find((words) => standsAt(message, words, 0));
    if (failure !== undefined) readFailure(event, message, failure.length);
    else if (!readPam(event, message) && readSuccess(event, message) === null) normalizeGeneric(event);
    return true;
  },
};

/** VE writes the bare address, Backup Server `[::ffff:192.0.2.1]:50432`. */
function readFailure(event: Event, message: string, start: number): void {
  classify(event, AUTHENTICATION, START, 'admin_login', 'failure');
  const end = wordEnd(message, start);
  const close = codeAt(message, start) === 0x5b ? message.indexOf(']:', start) : -1;
  if (close > 0 && close < end) {
    event['source.ip'] = readAddress(message, start + 1, close);
    event['source.port'] = readPort(message, close + 2, end);
  } else event['source.ip'] = readAddress(message, start, end);
  const reason = message.indexOf(' msg=', end);
  // A name that holds the frame, or is repeated in the reason with it: nobody can say where it ends.
  if (reason < 0 || message.indexOf(' msg=', reason + 5) >= 0) return;
  event['event.reason'] = message.slice(reason + 5);
  if (standsAt(message, ' user=', end)) setUser(event, message, end + 6, reason);
}
