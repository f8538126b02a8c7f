import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, CONNECTION, INFO, NETWORK, WEB } from './ecs.js';
import { setRequestLine, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { readInteger, readPort, wordEnd } from './text.js';

const HTTP = closedLogsource({
  product: 'haproxy',
  categories: ['webserver', 'proxy'],
  services: ['haproxy'],
});
const OTHER = closedLogsource({ product: 'haproxy', services: ['haproxy'] });

/**
 * HAProxy's `option httplog` and `tcplog` (configuration manual §8.2):
 * `ADDR:PORT [date] FRONTEND BACKEND/SERVER TIMERS [STATUS ]BYTES …[ "REQUEST"]`; five timers for HTTP, three for TCP.
 */
export const haproxy: Normalizer = {
  name: 'haproxy',
  summary: 'HAProxy: HTTP requests and TCP connections',
  programs: ['haproxy'],
  normalize(event) {
    event.logsource = OTHER;
    classify(event, NETWORK, INFO, null, null);
    const message = event.message;
    if (message.startsWith('Connect from ')) return readConnect(event, message);
    const date = message.indexOf(' [');
    const close = message.indexOf('] ', date);
    const colon = message.lastIndexOf(':', date);
    if (date < 0 || close < 0 || colon < 0) return true;
    const address = readAddress(message, 0, colon);
    if (address === null) return true;
    event['source.ip'] = address;
    event['source.port'] = readPort(message, colon + 1, date);
    readConnection(event, message, close + 2);
    return true;
  },
};

/** Without a log format: `Connect from ADDR:PORT to ADDR:PORT (FRONTEND/MODE)`. */
function readConnect(event: Event, message: string): true {
  classify(event, NETWORK, CONNECTION, 'tcp_connection', null);
  const to = message.indexOf(' to ', 13);
  if (to < 0) return true;
  const end = wordEnd(message, to + 4);
  const from = message.lastIndexOf(':', to);
  const port = message.lastIndexOf(':', end);
  event['source.ip'] = readAddress(message, 13, from);
  event['source.port'] = readPort(message, from + 1, to);
  event['destination.ip'] = readAddress(message, to + 4, port);
  event['destination.port'] = readPort(message, port + 1, end);
  return true;
}

function readConnection(event: Event, message: string, at: number): void {
  const [frontend = '', route = '', timers = '', first = '', second = ''] = message
    .slice(at, at + 1024)
    .split(' ', 5);
  const slash = route.indexOf('/');
  if (slash < 0) {
    // `FRONTEND/LISTENER: SSL handshake failure`, `…: Connection error during SSL handshake (…)`.
    if (message.includes('SSL handshake', at))
      classify(event, NETWORK, CONNECTION, 'tls_handshake', 'failure');
    return;
  }
  setField(event.record, 'frontend', frontend.endsWith('~') ? frontend.slice(0, -1) : frontend);
  setField(event.record, 'backend', route.slice(0, slash));
  setField(event.record, 'server', route.slice(slash + 1));
  const times = timers.split('/');
  const ms = countOf(times.at(-1) ?? '');
  event['event.duration'] = ms === null ? null : ms * 1e6;
  if (times.length < 5) {
    classify(event, NETWORK, CONNECTION, 'tcp_connection', null);
    event['network.bytes'] = countOf(first);
    return;
  }
  event.logsource = HTTP;
  classify(event, WEB, ACCESS, 'http_request', null);
  setStatus(event, readInteger(first, 0, first.length));
  event['http.response.body.bytes'] = countOf(second);
  const quote = message.indexOf(' "', at);
  const end = message.lastIndexOf('"');
  if (quote > 0 && end > quote + 1) setRequestLine(event, message.slice(quote + 2, end));
}

/** With `option logasap` the line is written before the end, and its counts are `+N`: at least N. */
function countOf(text: string): number | null {
  return readInteger(text, text.startsWith('+') ? 1 : 0, text.length);
}
