import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { setDomain, setRequest, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setPeer } from './peer.js';
import { SQUID, squidResult } from './squid.js';
import { countField, textField } from './values.js';
import { webLogsource } from './web-logsource.js';

/** Common and combined log format, already split by its parser, from a file or through syslog: a container's tag is its id. */
export const accessLog: Normalizer = {
  name: 'access-log',
  summary: 'Web server access logs in common or combined format, and Squid’s in these',
  programs: ['nginx', 'apache', 'apache2', 'httpd', 'access_log', 'nginx_access', 'lighttpd'],
  formats: ['access-log', 'rfc3164', 'rfc5424'],
  normalize(event) {
    const { fields } = event.record;
    // Pairs of the same names are all text.
    if (fields === null || typeof fields.status !== 'number' || ownField(fields, 'remote_addr') === undefined)
      return false;
    const { extra } = fields;
    const result = typeof extra === 'string' ? squidResult(extra) : null;
    event.logsource = result === null ? webLogsource(event['process.name']) : SQUID;
    classify(event, WEB, ACCESS, result ?? 'http_request', null);
    readFields(event, fields);
    if (result?.includes('DENIED') === true) event['event.outcome'] = 'failure';
    return true;
  },
};

function readFields(event: Event, fields: JsonObject): void {
  const client = textField(fields, 'remote_addr');
  // nginx, of a client on a socket of this host.
  setPeer(event, client === 'unix:' ? null : client);
  event['user.name'] = textField(fields, 'remote_user');
  const method = textField(fields, 'method');
  if (method === null) event['url.original'] = textField(fields, 'request');
  else setRequest(event, method, textField(fields, 'url') ?? '', textField(fields, 'protocol'));
  const host = textField(fields, 'vhost');
  if (host !== null) setDomain(event, host);
  setStatus(event, countField(fields, 'status'));
  event['http.response.body.bytes'] = countField(fields, 'bytes');
  event['http.request.referrer'] = textField(fields, 'referrer');
  event['user_agent.original'] = textField(fields, 'user_agent');
}
