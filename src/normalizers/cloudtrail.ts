import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, IAM, INFO, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { objectField, setSource, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'aws', services: ['cloudtrail'] });

/** AWS CloudTrail record contents, bare or as `detail` of an EventBridge event (its members are lifted then). */
export const cloudtrail: Normalizer = {
  name: 'cloudtrail',
  summary: 'AWS CloudTrail records as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return false;
    if (!isRecord(fields)) {
      const detail = Object.hasOwn(fields, 'detail-type') ? objectField(fields, 'detail') : null;
      if (detail === null || !isRecord(detail)) return false;
      liftAll(fields, detail);
    }
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    mapRecord(event, fields);
    return true;
  },
};

function isRecord(fields: JsonObject): boolean {
  return (
    Object.hasOwn(fields, 'eventSource') &&
    Object.hasOwn(fields, 'eventName') &&
    (Object.hasOwn(fields, 'userIdentity') || Object.hasOwn(fields, 'awsRegion'))
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
