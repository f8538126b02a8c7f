import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { toAddress } from './address.js';
import { readInteger } from './text.js';

/** Parts that the log lines of web servers and proxies share. */

/**
 * `GET /path?query HTTP/1.1` into method, url and version. What is no request line (TLS to a plain port, `-`) is
 * kept as url.original unless it is a dash.
 */
export function setRequestLine(event: Event, request: string): void {
  if (request === '' || request === '-' || request === '<BADREQ>') return;
  const methodEnd = request.indexOf(' ');
  if (methodEnd < 1 || !isMethod(request, methodEnd)) {
    event['url.original'] = request;
    return;
  }
  const version = request.lastIndexOf(' HTTP/');
  const hasVersion = version >= methodEnd;
  setRequest(
    event,
    request.slice(0, methodEnd),
    request.slice(methodEnd + 1, hasVersion ? version : request.length),
    hasVersion ? request.slice(version + 1) : null,
  );
}

/** The parts of a request line; the protocol as `HTTP/1.1`. */
export function setRequest(event: Event, method: string, url: string, protocol: string | null): void {
  event['http.request.method'] = method;
  if (protocol?.startsWith('HTTP/')) event['http.version'] = protocol.slice(5);
  setUrl(event, url);
}

/** Method token of RFC 9110 §9.1 in upper case, as every known one is. */
export function isMethod(text: string, end: number): boolean {
  if (end > 20) return false;
  for (let i = 0; i < end; i++) {
    const code = codeAt(text, i);
    if (!((code >= 0x41 && code <= 0x5a) || code === 0x2d || code === 0x5f)) return false;
  }
  return end > 0;
}

/** url.original and, of it, path, query and (of an absolute one) domain. */
export function setUrl(event: Event, url: string): void {
  if (url === '') return;
  event['url.original'] = url;
  let start = 0;
  const scheme = url.indexOf('://');
  if (scheme > 0 && scheme < 10) {
    start = url.indexOf('/', scheme + 3);
    if (start < 0) start = url.length;
    setDomain(event, url.slice(scheme + 3, start));
  } else if (codeAt(url, 0) !== 0x2f) {
    if (event['http.request.method'] === 'CONNECT') setDomain(event, url);
    return;
  }
  const query = url.indexOf('?', start);
  if (query < 0) event['url.path'] = url.slice(start);
  else {
    event['url.path'] = url.slice(start, query);
    event['url.query'] = url.slice(query + 1);
  }
}

/** `user@host:port` → url.domain; the port only where none is known yet. */
export function setDomain(event: Event, authority: string): void {
  const at = authority.lastIndexOf('@');
  let host = at < 0 ? authority : authority.slice(at + 1);
  const colon = host.lastIndexOf(':');
  if (colon > 0 && readInteger(host, colon + 1, host.length) !== null) host = host.slice(0, colon);
  if (host.startsWith('[') && host.endsWith(']')) host = toAddress(host.slice(1, -1)) ?? host;
  if (host !== '') event['url.domain'] = host;
}

/** Status of an answer; 4xx and 5xx are failures. 000 (no answer) and the like are no status. */
export function setStatus(event: Event, status: number | null): void {
  if (status === null || status < 100 || status > 599) return;
  event['http.response.status_code'] = status;
  event['event.outcome'] = status < 400 ? 'success' : 'failure';
}
