import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { isMethod, setRequestLine, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { digitsEnd, isDigit, readInteger, skipBlanks, wordEnd } from './text.js';
import { webLogsource } from './web-logsource.js';

/** Lines of web servers in formats of the administrator's own: a request, if there is one. */
export const webOther: Normalizer = {
  name: 'web-other',
  summary: 'Other lines of web servers: the HTTP request in them',
  programs: ['nginx', 'apache', 'apache2', 'httpd', 'lighttpd', 'caddy'],
  normalize(event) {
    event.logsource = webLogsource(event['process.name']);
    const message = event.message;
    event['source.ip'] = readAddress(message, 0, wordEnd(message, 0));
    if (!findRequest(event, message)) event['event.category'] = WEB;
    return true;
  },
};

/**
 * `GET /admin HTTP/1.1 403` without quotes anywhere in the text of a web server's line that is in no known format.
 * Fills what it finds; false when there is no request.
 */
function findRequest(event: Event, message: string): boolean {
  const version = message.indexOf(' HTTP/');
  if (version < 0) return false;
  const url = message.lastIndexOf(' ', version - 1);
  const method = Math.max(message.lastIndexOf(' ', url - 1), message.lastIndexOf('"', url - 1)) + 1;
  if (url < 0 || !isMethod(message.slice(method, url), url - method)) return false;
  let end = version + 6;
  while (isDigit(codeAt(message, end)) || codeAt(message, end) === 0x2e) end++;
  classify(event, WEB, ACCESS, 'http_request', null);
  setRequestLine(event, message.slice(method, end));
  if (codeAt(message, end) === 0x22) end++;
  const status = skipBlanks(message, end);
  const statusEnd = digitsEnd(message, status);
  if (statusEnd - status === 3) setStatus(event, readInteger(message, status, statusEnd));
  return true;
}
