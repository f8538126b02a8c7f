import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, IAM, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime, setPayloadTime } from './event-time.js';
import { liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { objectField, setSource, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'aws', services: ['cloudtrail'] });

/**
 * AWS CloudTrail record contents, bare, as `detail` of an EventBridge event, or alone in the `Records` of a file (its members are
 * lifted then).
 */
export const cloudtrail: Normalizer = {
  name: 'cloudtrail',
  summary: 'AWS CloudTrail records as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return false;
    if (!isRecord(fields)) {
      const inner = innerRecord(fields);
      if (inner === null) return false;
      event.logsource = LOGSOURCE;
      // A file of many events in one line is no one event: what it says of one is not said of the line.
      if (inner === 'many') return true;
      liftAll(fields, inner);
      const time = readIsoUtc(textField(inner, 'eventTime'));
      if (Number.isNaN(event.record.payloadTimestamp)) setEventTime(event, time);
    }
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    mapRecord(event, fields);
    return true;
  },
};

/** `detail` of an EventBridge event, or the one member of the `Records` of a file in S3. */
function innerRecord(fields: JsonObject): JsonObject | 'many' | null {
  const records = ownField(fields, 'Records');
  const first = Array.isArray(records) ? records[0] : undefined;
  if (Array.isArray(records) && isObject(first)) {
    if (!isRecord(first)) return null;
    return records.length === 1 ? first : 'many';
  }
  const detail = Object.hasOwn(fields, 'detail-type') ? objectField(fields, 'detail') : null;
  return detail !== null && isRecord(detail) ? detail : null;
}

function isRecord(fields: JsonObject): boolean {
  return (
    Object.hasOwn(fields, 'eventSource') &&
    Object.hasOwn(fields, 'eventName') &&
    (Object.hasOwn(fields, 'userIdentity') ||
      Object.hasOwn(fields, 'awsRegion') ||
      Object.hasOwn(fields, 'eventVersion'))
  );
}

function mapRecord(event: Event, fields: JsonObject): void {
  const source = textField(fields, 'eventSource');
  const name = textField(fields, 'eventName');
  const isLogin = name === 'ConsoleLogin';
  const category = isLogin ? AUTHENTICATION : source === 'iam.amazonaws.com' ? IAM : CONFIGURATION;
  const error = textField(fields, 'errorCode');
  const failed = error !== null || (isLogin && consoleLogin(fields) === 'Failure');
  classify(event, category, isLogin ? START : INFO, name, failed ? 'failure' : 'success');
  event['event.provider'] = source;
  event['event.reason'] = textField(fields, 'errorMessage') ?? error;
  event['cloud.provider'] = 'aws';
  event['cloud.region'] = textField(fields, 'awsRegion');
  event['user_agent.original'] = textField(fields, 'userAgent');
  setSource(event, textField(fields, 'sourceIPAddress'));
  setIdentity(event, fields);
  const parameters = objectField(fields, 'requestParameters');
  if (parameters === null) return;
  if (category === IAM) event['user.target.name'] = textField(parameters, 'userName');
  event['group.name'] = textField(parameters, 'groupName');
}

function consoleLogin(fields: JsonObject): string | null {
  const response = objectField(fields, 'responseElements');
  return response === null ? null : textField(response, 'ConsoleLogin');
}

/** An IAM user by name, a role by the name of who issued its session, root as `root`, a service as itself. */
function setIdentity(event: Event, fields: JsonObject): void {
  const identity = objectField(fields, 'userIdentity');
  event['cloud.account.id'] = textField(fields, 'recipientAccountId');
  if (identity === null) return;
  const session = objectField(identity, 'sessionContext');
  const issuer = session === null ? null : objectField(session, 'sessionIssuer');
  event['user.name'] =
    textField(identity, 'userName') ??
    (ownField(identity, 'type') === 'Root' ? 'root' : null) ??
    (issuer === null ? null : textField(issuer, 'userName')) ??
    textField(identity, 'invokedBy');
  event['user.id'] = textField(identity, 'principalId') ?? textField(identity, 'arn');
  event['cloud.account.id'] = textField(identity, 'accountId') ?? event['cloud.account.id'];
}
