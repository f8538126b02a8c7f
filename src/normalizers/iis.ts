import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { isMethod, setRequest, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setSeconds, toCount, toPort } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'windows', categories: ['webserver'], services: ['iis'] });

/** With the referrer (IIS 8.5 and later) and without. */
const COLUMNS = [15, 14];
const MAX_COLUMNS = 16;

/**
 * IIS in the W3C format, with the columns that it comes with: `date time s-ip cs-method cs-uri-stem cs-uri-query s-port
 * cs-username c-ip cs(User-Agent)[ cs(Referer)] sc-status sc-substatus sc-win32-status time-taken`. Blanks in values are `+`.
 */
export const iis: Normalizer = {
  name: 'iis',
  summary: 'Microsoft IIS access logs in the W3C format with its own columns',
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const text = event.message;
    if (codeAt(text, 4) !== 0x2d || codeAt(text, 10) !== 0x20 || codeAt(text, 19) !== 0x20) return false;
    const columns = text.split(' ', MAX_COLUMNS);
    const method = columns[3];
    if (method === undefined || !isMethod(method, method.length)) return false;
    const client = toAddress(columns[8]);
    const server = toAddress(columns[2]);
    if (client === null || server === null || !COLUMNS.includes(columns.length)) return false;
    event.logsource = LOGSOURCE;
    classify(event, WEB, ACCESS, 'http_request', null);
    event['source.ip'] = client;
    event['destination.ip'] = server;
    event['destination.port'] = toPort(columns[6]);
    event['user.name'] = value(columns[7]);
    const query = value(columns[5]);
    setRequest(event, method, query === null ? columns[4]! : `${columns[4]}?${query}`, null);
    event['user_agent.original'] = value(columns[9])?.replaceAll('+', ' ') ?? null;
    readEnd(event, columns);
    return true;
  },
};

function readEnd(event: Event, columns: readonly string[]): void {
  const status = columns.length - 4;
  if (columns.length === COLUMNS[0]) event['http.request.referrer'] = value(columns[10]);
  setStatus(event, toCount(columns[status]));
  const taken = toCount(columns[status + 3]);
  if (taken !== null) setSeconds(event, taken / 1000);
}

function value(column: string | undefined): string | null {
  return column === undefined || column === '-' ? null : column;
}
