import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime, setPayloadTime } from './event-time.js';
import { liftWorkspaceEvents } from './google-workspace.js';
import { lift } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { addressField, countField, firstText, objectField, textField } from './values.js';

const AUDIT = gcpLogsource('gcp.audit');
const ADMIN = gcpLogsource('google_workspace.admin');
const LOGIN = gcpLogsource('google_workspace.login');
const WORKSPACE: ReadonlyMap<string, Logsource> = new Map([
  ['admin', ADMIN],
  ['login', LOGIN],
]);
/** Of the other applications of Workspace. */
const OTHER = gcpLogsource('google_workspace');

/** What an activity of the Reports API begins with. */
const ACTIVITY = 'admin#reports#activity';

/** Cloud Audit Logs: a LogEntry whose `protoPayload` is an AuditLog; Google Workspace events come so, too, or as the Reports API has them. */
export const gcp: Normalizer = {
  name: 'gcp',
  summary: 'Google Cloud audit logs and Google Workspace admin and login events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return false;
    if (ownField(fields, 'kind') === ACTIVITY) return readActivity(event, fields);
    const payload = objectField(fields, 'protoPayload');
    if (payload === null || !Object.hasOwn(payload, 'methodName')) return false;
    const service = textField(payload, 'serviceName');
    event.logsource =
      service === 'admin.googleapis.com' ? ADMIN : service === 'login.googleapis.com' ? LOGIN : AUDIT;
    setPayloadTime(event);
    mapPayload(event, payload);
    liftNames(fields, payload);
    return true;
  },
};

function readActivity(event: Event, fields: JsonObject): boolean {
  const id = objectField(fields, 'id');
  const application = id === null ? null : textField(id, 'applicationName');
  if (id === null || application === null) return false;
  const service = `${application}.googleapis.com`;
  event.logsource = WORKSPACE.get(application) ?? OTHER;
  setEventTime(event, readIsoUtc(textField(id, 'time')));
  liftWorkspaceEvents(fields, ownField(fields, 'events'), service);
  const isLogin = event.logsource === LOGIN;
  const name = firstText(ownField(fields, 'eventName'));
  if (isLogin) {
    // The rules on logins were written for Cloud Logging.
    lift(fields, 'protoPayload.serviceName', service);
    if (name !== null) lift(fields, 'protoPayload.metadata.event.eventName', fields.eventName!);
  }
  const failed = name === 'login_failure';
  classify(
    event,
    isLogin ? AUTHENTICATION : CONFIGURATION,
    isLogin ? START : INFO,
    name,
    failed ? 'failure' : null,
  );
  if (name === 'login_success') event['event.outcome'] = 'success';
  event['cloud.provider'] = 'gcp';
  event['event.provider'] = service;
  event['source.ip'] = addressField(fields, 'ipAddress');
  const actor = objectField(fields, 'actor');
  if (actor !== null) event['user.name'] = textField(actor, 'email');
  return true;
}

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

/** Names of Elastic's integration and those of Workspace, which SigmaHQ's rules use. */
function liftNames(fields: JsonObject, payload: JsonObject): void {
  const method = textField(payload, 'methodName');
  if (method !== null) lift(fields, 'gcp.audit.method_name', method);
  const metadata = objectField(payload, 'metadata');
  const service = textField(payload, 'serviceName');
  if (metadata !== null && service !== null)
    liftWorkspaceEvents(fields, ownField(metadata, 'event'), service);
}

function gcpLogsource(service: string): Logsource {
  return closedLogsource({ product: 'gcp', services: [service] });
}
