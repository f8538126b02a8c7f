import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setDomain, setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { readPort } from './text.js';
import { countField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'traefik', categories: ['webserver'], services: ['traefik'] });

/** Traefik's access log as JSON; request headers are kept as `request_NAME` when it is told to. */
export const traefik: Normalizer = {
  name: 'traefik',
  summary: 'Traefik access log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'DownstreamStatus')) return false;
    if (!Object.hasOwn(fields, 'RequestMethod')) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    classify(event, WEB, ACCESS, 'http_request', null);
    const client = textField(fields, 'ClientAddr') ?? '';
    const colon = client.lastIndexOf(':');
    event['source.ip'] = toAddress(textField(fields, 'ClientHost'));
    event['source.port'] = colon < 0 ? null : readPort(client, colon + 1, client.length);
    event['http.request.method'] = textField(fields, 'RequestMethod');
    const path = textField(fields, 'RequestPath');
    if (path !== null) setUrl(event, path);
    const host = textField(fields, 'RequestHost');
    if (host !== null) setDomain(event, host);
    event['user.name'] = textField(fields, 'ClientUsername');
    event['user_agent.original'] = textField(fields, 'request_User-Agent');
    event['http.request.referrer'] = textField(fields, 'request_Referer');
    event['http.response.body.bytes'] = countField(fields, 'DownstreamContentSize');
    event['event.duration'] = countField(fields, 'Duration');
    setStatus(event, countField(fields, 'DownstreamStatus'));
    return true;
  },
};
