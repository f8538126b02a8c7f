import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, CONFIGURATION } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { setStatus, setUrl } from './http-request.js';
import { lift } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { countField, firstText, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'kubernetes',
  categories: ['application'],
  services: ['audit'],
});

/** Volumes and containers of one pod that are looked at. */
const MAX_LISTED = 64;

/** Kubernetes audit.k8s.io/v1 Event. The first of `sourceIPs` is the client, the others are proxies. */
export const kubernetesAudit: Normalizer = {
  name: 'kubernetes-audit',
  summary: 'Kubernetes API server audit events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !isAuditEvent(fields)) return false;
    event.logsource = LOGSOURCE;
    liftNames(fields);
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

/** Members of an `EventList` leave their kind to the list. */
export function isAuditEvent(fields: JsonObject): boolean {
  const kind = ownField(fields, 'kind');
  if (kind === undefined) return Object.hasOwn(fields, 'auditID') && Object.hasOwn(fields, 'requestURI');
  return kind === 'Event' && textField(fields, 'apiVersion')?.startsWith('audit.k8s.io/') === true;
}

/** Adds the names that rules use: what they ask of a pod stands in its volumes and containers. */
function liftNames(fields: JsonObject): void {
  const group = ownField(objectField(fields, 'objectRef') ?? {}, 'apiGroup');
  if (group !== undefined) lift(fields, 'apiGroup', group);
  const spec = objectField(objectField(fields, 'requestObject') ?? {}, 'spec');
  if (spec === null) return;
  const paths = listed(spec, 'volumes').flatMap((volume) => {
    const path = textField(objectField(volume, 'hostPath') ?? {}, 'path');
    return path === null ? [] : [path];
  });
  if (paths.length > 0) lift(fields, 'hostPath', paths);
  const containers = [...listed(spec, 'containers'), ...listed(spec, 'initContainers')];
  const added = containers.flatMap((container) => {
    const context = objectField(container, 'securityContext') ?? {};
    const add = ownField(objectField(context, 'capabilities') ?? {}, 'add');
    return Array.isArray(add) ? add.slice(0, MAX_LISTED) : [];
  });
  if (added.length > 0) lift(fields, 'capabilities', added);
}

function listed(fields: JsonObject, name: string): JsonObject[] {
  const list = ownField(fields, name);
  return Array.isArray(list) ? list.slice(0, MAX_LISTED).filter(isObject) : [];
}

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
