import type { Event, Outcome } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, IAM, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime, setPayloadTime } from './event-time.js';
import { liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField, toText } from './values.js';

const ACTIVITY = azureLogsource('activitylogs');
const SIGN_IN = azureLogsource('signinlogs');
const AUDIT = azureLogsource('auditlogs');
const RISK = azureLogsource('riskdetection', 'pim');

const CLAIM = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

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
    if (fields === null) return false;
    if (Object.hasOwn(fields, 'createdDateTime')) return readGraphSignIn(event, fields);
    if (!Object.hasOwn(fields, 'operationName') || !Object.hasOwn(fields, 'time')) return false;
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

/** A sign-in as Microsoft Graph returns it (`auditLogs/signIns`), without the schema around it. */
function readGraphSignIn(event: Event, fields: JsonObject): boolean {
  const status = objectField(fields, 'status');
  if (status === null || !Object.hasOwn(fields, 'appDisplayName')) return false;
  const code = textField(status, 'errorCode');
  if (code === null) return false;
  event.logsource = SIGN_IN;
  setEventTime(event, readIsoUtc(textField(fields, 'createdDateTime')));
  classify(event, AUTHENTICATION, START, 'Sign-in activity', code === '0' ? 'success' : 'failure');
  event['cloud.provider'] = 'azure';
  event['source.ip'] = addressField(fields, 'ipAddress');
  event['user.name'] = textField(fields, 'userPrincipalName');
  event['user.id'] = textField(fields, 'userId');
  event['user_agent.original'] = textField(fields, 'userAgent');
  if (code !== '0') event['event.reason'] = textField(status, 'failureReason');
  return true;
}

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
  setInitiator(event, fields);
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

/** Of an audit log, where the initiator was, and who it was done to. */
function setInitiator(event: Event, fields: JsonObject): void {
  const initiator = objectField(fields, 'initiatedBy');
  const user = initiator === null ? null : objectField(initiator, 'user');
  if (user !== null) event['source.ip'] ??= addressField(user, 'ipAddress');
  const targets = ownField(fields, 'targetResources');
  if (!Array.isArray(targets)) return;
  for (const target of targets) {
    if (isObject(target)) event['user.target.name'] ??= textField(target, 'userPrincipalName');
  }
}

function userOf(fields: JsonObject): string | null {
  const initiator = objectField(fields, 'initiatedBy');
  const user = initiator === null ? null : objectField(initiator, 'user');
  const stated = textField(fields, 'userPrincipalName') ?? (user && textField(user, 'userPrincipalName'));
  const identity = ownField(fields, 'identity');
  if (!isObject(identity)) return stated ?? toText(identity);
  const claims = objectField(identity, 'claims');
  return stated ?? (claims && (textField(claims, `${CLAIM}upn`) ?? textField(claims, `${CLAIM}name`)));
}

function azureLogsource(...services: string[]): Logsource {
  return closedLogsource({ product: 'azure', services });
}
