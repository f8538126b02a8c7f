import type { Event } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import { ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { readEpoch, setEventTime, setPayloadTime } from './event-time.js';
import { setDomain, setRequest, setRequestLine, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { readPortAt } from './text.js';
import { addressField, countField, portField, setSeconds, textField } from './values.js';

const NGINX = closedLogsource({ product: 'nginx', categories: ['webserver'], services: ['nginx'] });
const ENVOY = closedLogsource({ product: 'envoy', categories: ['webserver'], services: ['envoy'] });

/** Access logs in JSON under the servers' own names: nginx' variables (`log_format … escape=json`), Envoy's and Istio's fields. */
export const webJson: Normalizer = {
  name: 'web-json',
  summary: 'nginx and Envoy (Istio) access logs as JSON, under their own names',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return false;
    if (Object.hasOwn(fields, 'remote_addr') && Object.hasOwn(fields, 'status'))
      return readNginx(event, fields);
    const isEnvoy =
      Object.hasOwn(fields, 'response_code') && Object.hasOwn(fields, 'downstream_remote_address');
    if (!isEnvoy) return false;
    readEnvoy(event, fields);
    return true;
  },
};

function readNginx(event: Event, fields: JsonObject): boolean {
  const request = textField(fields, 'request');
  const method = textField(fields, 'request_method');
  if (request === null && method === null) return false;
  event.logsource = NGINX;
  start(event);
  if (Number.isNaN(event.record.timestamp) && Number.isNaN(event.record.payloadTimestamp))
    setEventTime(event, readEpoch(textField(fields, 'msec') ?? ''));
  event['source.ip'] = addressField(fields, 'remote_addr');
  event['source.port'] = portField(fields, 'remote_port');
  event['user.name'] = textField(fields, 'remote_user');
  if (request !== null) setRequestLine(event, request);
  else setRequest(event, method!, textField(fields, 'request_uri') ?? textField(fields, 'uri') ?? '', null);
  const host =
    textField(fields, 'http_host') ?? textField(fields, 'host') ?? textField(fields, 'server_name');
  if (host !== null) setDomain(event, host);
  event['http.response.body.bytes'] =
    countField(fields, 'body_bytes_sent') ?? countField(fields, 'bytes_sent');
  event['http.request.referrer'] = textField(fields, 'http_referer') ?? textField(fields, 'http_referrer');
  event['user_agent.original'] = textField(fields, 'http_user_agent');
  setSeconds(event, ownField(fields, 'request_time'));
  setStatus(event, countField(fields, 'status'));
  return true;
}

function readEnvoy(event: Event, fields: JsonObject): void {
  event.logsource = ENVOY;
  start(event);
  const peer = textField(fields, 'downstream_remote_address') ?? '';
  const colon = peer.lastIndexOf(':');
  const from = peer.startsWith('[') ? 1 : 0;
  event['source.ip'] = readAddress(peer, from, colon - from);
  if (event['source.ip'] !== null) event['source.port'] = readPortAt(peer, colon + 1);
  const path = textField(fields, 'path') ?? textField(fields, 'x_envoy_original_path') ?? '';
  const method = textField(fields, 'method');
  if (method !== null) setRequest(event, method, path, textField(fields, 'protocol'));
  const host = textField(fields, 'authority');
  if (host !== null) setDomain(event, host);
  event['http.response.body.bytes'] = countField(fields, 'bytes_sent');
  event['user_agent.original'] = textField(fields, 'user_agent');
  setStatus(event, countField(fields, 'response_code'));
}

function start(event: Event): void {
  classify(event, WEB, ACCESS, 'http_request', null);
  if (Number.isNaN(event.record.timestamp)) setPayloadTime(event);
}
