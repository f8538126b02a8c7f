import type { Event, Outcome } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, IAM, INFO, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField } from './values.js';

const ACTIVITY = azureLogsource('activitylogs');
const SIGN_IN = azureLogsource('signinlogs');
const AUDIT = azureLogsource('auditlogs');
const RISK = azureLogsource('riskdetection', 'pim');

/** `category` of a diagnostic setting → logsource; all others are the resource providers' activity. */
const BY_CATEGORY: ReadonlyMap<string, Logsource> = new Map([
  ['SignInLogs', SIGN_IN],
  ['NonInteractiveUserSignInLogs', SIGN_IN],
  ['ServicePrincipalSignInLogs', SIGN_IN],
  ['ManagedIdentitySignInLogs', SIGN_IN],
  ['AuditLogs', AUDIT],
  ['RiskyUsers', RISK],
  ['UserRiskEvents', RISK],
  ['RiskyServicePrincipals', RISK],
  ['ServicePrincipalRiskEvents', RISK],
]);

/**
 * Azure Monitor resource logs and Entra ID logs ("common schema": time, category, operationName, properties). The
 * members of `properties` are lifted, because rules name them without it.
 */
export const azure: Normalizer = {
  name: 'azure',
  summary: 'Azure activity logs and Entra ID sign-in, audit and risk logs as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'operationName') || !Object.hasOwn(fields, 'time'))
      return false;
    const category = textField(fields, 'category');
    if (category === null || !(Object.hasOwn(fields, 'resourceId') || Object.hasOwn(fields, 'tenantId')))
      return false;
    event.logsource = BY_CATEGORY.get(category) ?? ACTIVITY;
    setPayloadTime(event);
    const properties = objectField(fields, 'properties');
    liftAll(fields, properties);
    mapOperation(event, fields);
    return true;
  },
};

function mapOperation(event: Event, fields: JsonObject): void {
  const isSignIn = event.logsource === SIGN_IN;
  const category = isSignIn ? AUTHENTICATION : event.logsource === AUDIT ? IAM : CONFIGURATION;
  classify(
    event,
    category,
    isSignIn ? START : INFO,
    textField(fields, 'operationName'),
    outcomeOf(fields, isSignIn),
  );
  event['cloud.provider'] = 'azure';
  event['source.ip'] = addressField(fields, 'callerIpAddress') ?? addressField(fields, 'ipAddress');
  event['user.name'] = userOf(fields);
  event['user.id'] = textField(fields, 'userId');
  event['user_agent.original'] = textField(fields, 'userAgent');
  event['event.reason'] = textField(fields, 'resultDescription');
}

/** A sign-in's resultType is an error number, 0 for none; others say it in words. */
function outcomeOf(fields: JsonObject, isSignIn: boolean): Outcome | null {
  const result = textField(fields, 'resultType') ?? textField(fields, 'result');
  if (result === null) return null;
  if (isSignIn) return result === '0' ? 'success' : 'failure';
  const word = result.slice(0, 16).toLowerCase();
  if (word.startsWith('succe')) return 'success';
  return word.startsWith('fail') ? 'failure' : null;
}

function userOf(fields: JsonObject): string | null {
  const initiator = objectField(fields, 'initiatedBy');
  const user = initiator === null ? null : objectField(initiator, 'user');
  const stated = textField(fields, 'userPrincipalName') ?? (user && textField(user, 'userPrincipalName'));
  const identity = ownField(fields, 'identity');
  return stated ?? (typeof identity === 'string' && identity !== '' ? identity : null);
}

function azureLogsource(...services: string[]): Logsource {
  return closedLogsource({ product: 'azure', services });
}
