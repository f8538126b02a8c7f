import { codeAt } from '../model/code-at.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { CONNECTION_START, DATABASE, DENIED, INFO, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { digitsEnd, readInteger, readPort } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'redis', categories: ['database'], services: ['redis'] });
/** `:M 19 Nov 2026 12:24:00.123 # `. */
const STAMP_LENGTH = 30;
const LEVELS = '.-*#';

/** Redis: `PID:ROLE dd Mmm yyyy hh:mm:ss.mmm LEVEL TEXT`; by syslog the text alone. */
export const redis: Normalizer = {
  name: 'redis',
  summary: 'Redis and Valkey: connections, attacks told by the server',
  programs: ['redis', 'redis-server', 'valkey', 'valkey-server'],
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    let at = 0;
    if (event.record.app === null) {
      const colon = digitsEnd(message, 0);
      at = colon + STAMP_LENGTH;
      if (codeAt(message, colon) !== 0x3a || codeAt(message, colon + 2) !== 0x20) return false;
      if (!LEVELS.includes(message.charAt(at - 2)) || codeAt(message, at - 1) !== 0x20) return false;
      event['process.pid'] = readInteger(message, 0, colon);
    }
    event.logsource = LOGSOURCE;
    classify(event, DATABASE, INFO, null, null);
    const attack = message.includes('SECURITY ATTACK detected', at);
    const end = message.startsWith('Accepted ', at) ? message.length : message.lastIndexOf(' aborted');
    const start = message.lastIndexOf(' ', end - 1) + 1;
    if (!attack && end !== message.length) return true;
    if (attack) classify(event, INTRUSION_DETECTION, DENIED, 'attack_refused', 'failure');
    else classify(event, DATABASE, CONNECTION_START, 'database_connect', null);
    const port = message.lastIndexOf(':', end - 1);
    if (port > start) {
      event['source.ip'] = readAddress(message, start, port);
      event['source.port'] = readPort(message, port + 1, end);
    }
    return true;
  },
};
