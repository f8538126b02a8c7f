import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, CONFIGURATION } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { countField, firstText, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'kubernetes',
  categories: ['application'],
  services: ['audit'],
});

/** Kubernetes audit.k8s.io/v1 Event. The first of `sourceIPs` is the client, the others are proxies. */
export const kubernetesAudit: Normalizer = {
  name: 'kubernetes-audit',
  summary: 'Kubernetes API server audit events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || ownField(fields, 'kind') !== 'Event') return false;
    if (textField(fields, 'apiVersion')?.startsWith('audit.k8s.io/') !== true) return false;
    event.logsource = LOGSOURCE;
    setEventTime(event, readIsoUtc(textField(fields, 'requestReceivedTimestamp')));
    classify(event, CONFIGURATION, ACCESS, textField(fields, 'verb'), null);
    setRequest(event, fields);
    setUsers(event, fields);
    const object = objectField(fields, 'objectRef');
    if (object === null) return true;
    event['orchestrator.namespace'] = textField(object, 'namespace');
    event['orchestrator.resource.name'] = textField(object, 'name');
    return true;
  },
};

function setRequest(event: Event, fields: JsonObject): void {
  const uri = textField(fields, 'requestURI');
  if (uri !== null) setUrl(event, uri);
  event['user_agent.original'] = textField(fields, 'userAgent');
  event['source.ip'] = toAddress(firstText(ownField(fields, 'sourceIPs')));
  const status = objectField(fields, 'responseStatus');
  if (status === null) return;
  setStatus(event, countField(status, 'code'));
  event['event.reason'] = textField(status, 'reason') ?? textField(status, 'message');
}

function setUsers(event: Event, fields: JsonObject): void {
  const user = objectField(fields, 'user');
  if (user !== null) {
    event['user.name'] = textField(user, 'username');
    event['user.id'] = textField(user, 'uid');
  }
  const impersonated = objectField(fields, 'impersonatedUser');
  if (impersonated !== null) event['user.effective.name'] = textField(impersonated, 'username');
}
