import type { Event, Outcome } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, IAM, INFO, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'okta', services: ['okta'] });

/** Targets that are looked through for the user something was done to. */
const MAX_TARGETS = 16;

/** Okta System Log API LogEvent. */
export const okta: Normalizer = {
  name: 'okta',
  summary: 'Okta System Log events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'eventType') || !Object.hasOwn(fields, 'published'))
      return false;
    const actor = objectField(fields, 'actor');
    if (actor === null) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    mapAction(event, fields);
    event['user.name'] = textField(actor, 'alternateId') ?? textField(actor, 'displayName');
    event['user.id'] = textField(actor, 'id');
    setClient(event, objectField(fields, 'client'));
    setTarget(event, fields);
    return true;
  },
};

function mapAction(event: Event, fields: JsonObject): void {
  const action = textField(fields, 'eventType') ?? '';
  const isLogin = action.startsWith('user.session') || action.startsWith('user.authentication');
  const outcome = objectField(fields, 'outcome');
  const result = outcome === null ? null : textField(outcome, 'result');
  classify(event, isLogin ? AUTHENTICATION : IAM, isLogin ? START : INFO, action, outcomeOf(result));
  if (outcome !== null) event['event.reason'] = textField(outcome, 'reason');
  const message = textField(fields, 'displayMessage');
  if (message !== null) event.message = message;
}

function outcomeOf(result: string | null): Outcome | null {
  if (result === 'SUCCESS' || result === 'ALLOW') return 'success';
  if (result === 'FAILURE' || result === 'DENY') return 'failure';
  return result === null ? null : 'unknown';
}

function setClient(event: Event, client: JsonObject | null): void {
  if (client === null) return;
  event['source.ip'] = addressField(client, 'ipAddress');
  const agent = objectField(client, 'userAgent');
  if (agent !== null) event['user_agent.original'] = textField(agent, 'rawUserAgent');
}

function setTarget(event: Event, fields: JsonObject): void {
  const targets = ownField(fields, 'target');
  if (!Array.isArray(targets)) return;
  for (const target of targets.slice(0, MAX_TARGETS)) {
    if (!isObject(target)) continue;
    const type = textField(target, 'type');
    if (type === 'User' || type === 'AppUser') {
      event['user.target.name'] ??= textField(target, 'alternateId') ?? textField(target, 'displayName');
      event['user.target.id'] ??= textField(target, 'id');
    } else if (type === 'UserGroup') {
      event['group.name'] ??= textField(target, 'displayName');
    }
  }
}
