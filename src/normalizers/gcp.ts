import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, INFO, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { lift } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { addressField, countField, objectField, textField } from './values.js';

const AUDIT = gcpLogsource('gcp.audit');
const ADMIN = gcpLogsource('google_workspace.admin');
const LOGIN = gcpLogsource('google_workspace.login');

/** Cloud Audit Logs: a LogEntry whose `protoPayload` is an AuditLog; Google Workspace events come so too. */
export const gcp: Normalizer = {
  name: 'gcp',
  summary: 'Google Cloud audit logs and Google Workspace admin and login events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const payload = fields === null ? null : objectField(fields, 'protoPayload');
    if (fields === null || payload === null || !Object.hasOwn(payload, 'methodName')) return false;
    const service = textField(payload, 'serviceName');
    event.logsource =
      service === 'admin.googleapis.com' ? ADMIN : service === 'login.googleapis.com' ? LOGIN : AUDIT;
    setPayloadTime(event);
    mapPayload(event, payload);
    liftNames(fields, payload);
    return true;
  },
};

function mapPayload(event: Event, payload: JsonObject): void {
  const isLogin = event.logsource === LOGIN;
  const status = objectField(payload, 'status');
  const code = status === null ? 0 : (countField(status, 'code') ?? 0);
  const category = isLogin ? AUTHENTICATION : CONFIGURATION;
  const method = textField(payload, 'methodName');
  classify(event, category, isLogin ? START : INFO, method, code === 0 ? 'success' : 'failure');
  if (status !== null) event['event.reason'] = textField(status, 'message');
  event['cloud.provider'] = 'gcp';
  event['event.provider'] = textField(payload, 'serviceName');
  const authentication = objectField(payload, 'authenticationInfo');
  if (authentication !== null) event['user.name'] = textField(authentication, 'principalEmail');
  const metadata = objectField(payload, 'requestMetadata');
  if (metadata === null) return;
  event['source.ip'] = addressField(metadata, 'callerIp');
  event['user_agent.original'] = textField(metadata, 'callerSuppliedUserAgent');
}

/** Names of Elastic's integration and of the Reports API, which SigmaHQ's rules use. */
function liftNames(fields: JsonObject, payload: JsonObject): void {
  const method = textField(payload, 'methodName');
  if (method !== null) lift(fields, 'gcp.audit.method_name', method);
  const metadata = objectField(payload, 'metadata');
  const events = metadata === null ? undefined : ownField(metadata, 'event');
  const first = Array.isArray(events) ? events[0] : events;
  const name = isObject(first) ? textField(first, 'eventName') : null;
  const service = textField(payload, 'serviceName');
  if (name === null || service === null) return;
  lift(fields, 'eventName', name);
  lift(fields, 'eventService', service);
}

function gcpLogsource(service: string): Logsource {
  return closedLogsource({ product: 'gcp', services: [service] });
}
