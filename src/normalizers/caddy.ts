import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setDomain, setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import {
  addressField,
  countField,
  firstText,
  objectField,
  portField,
  setSeconds,
  textField,
} from './values.js';

const LOGSOURCE = closedLogsource({ product: 'caddy', categories: ['webserver'], services: ['caddy'] });

/** Caddy's structured access log (`logger: http.log.access…`). */
export const caddy: Normalizer = {
  name: 'caddy',
  summary: 'Caddy access log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || textField(fields, 'logger')?.startsWith('http.log.') !== true) return false;
    const request = objectField(fields, 'request');
    if (request === null) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    classify(event, WEB, ACCESS, 'http_request', null);
    event['source.ip'] = addressField(request, 'client_ip') ?? addressField(request, 'remote_ip');
    event['source.port'] = portField(request, 'remote_port');
    event['http.request.method'] = textField(request, 'method');
    const uri = textField(request, 'uri');
    if (uri !== null) setUrl(event, uri);
    const host = textField(request, 'host');
    if (host !== null) setDomain(event, host);
    const headers = objectField(request, 'headers');
    event['user_agent.original'] = header(headers, 'User-Agent');
    event['http.request.referrer'] = header(headers, 'Referer');
    event['user.name'] = textField(fields, 'user_id');
    event['http.response.body.bytes'] = countField(fields, 'size');
    setSeconds(event, ownField(fields, 'duration'));
    setStatus(event, countField(fields, 'status'));
    return true;
  },
};

function header(headers: JsonObject | null, name: string): string | null {
  return headers === null ? null : firstText(ownField(headers, name));
}
