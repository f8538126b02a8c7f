import type { Event, Outcome } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { type AzureLog, liftAzureNames } from './azure-names.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, IAM, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime, setPayloadTime } from './event-time.js';
import { objectInText } from './json-text.js';
import { isAuditEvent, kubernetesAudit } from './kubernetes-audit.js';
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

/** `Type` of a row of Log Analytics, its table → logsource. */
const BY_TABLE: ReadonlyMap<string, Logsource> = new Map([
  ['SigninLogs', SIGN_IN],
  ['AADNonInteractiveUserSignInLogs', SIGN_IN],
  ['AADServicePrincipalSignInLogs', SIGN_IN],
  ['AADManagedIdentitySignInLogs', SIGN_IN],
  ['AuditLogs', AUDIT],
  ['AADRiskyUsers', RISK],
  ['AADUserRiskEvents', RISK],
  ['AADRiskyServicePrincipals', RISK],
  ['AADServicePrincipalRiskEvents', RISK],
  ['AzureActivity', ACTIVITY],
]);

/**
 * Azure Monitor resource logs and Entra ID logs ("common schema": time, category, operationName, properties), rows of their
 * tables in Log Analytics, and sign-ins, audits and risk detections as Microsoft Graph returns them.
 */
export const azure: Normalizer = {
  name: 'azure',
  summary:
    'Azure activity logs and Entra ID sign-in, audit and risk logs as JSON, as Event Hubs, Log Analytics and Graph have them',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return false;
    const logsource = logsourceOf(fields);
    if (logsource === null) return false;
    if (logsource === ACTIVITY && liftKubernetesAudit(fields)) return kubernetesAudit.normalize(event);
    event.logsource = logsource;
    setTime(event, fields);
    liftAzureNames(fields, LOGS.get(logsource) ?? 'other');
    mapOperation(event, fields);
    return true;
  },
};

/** AKS: what the API server wrote stands as text among the properties. */
function liftKubernetesAudit(fields: JsonObject): boolean {
  if (textField(fields, 'category')?.startsWith('kube-audit') !== true) return false;
  const properties = objectField(fields, 'properties');
  const audit = properties === null ? null : objectInText(textField(properties, 'log') ?? '');
  if (audit === null || !isAuditEvent(audit)) return false;
  liftAll(fields, audit);
  return true;
}

const LOGS: ReadonlyMap<Logsource, AzureLog> = new Map([
  [SIGN_IN, 'signin'],
  [AUDIT, 'audit'],
  [ACTIVITY, 'activity'],
]);

function logsourceOf(fields: JsonObject): Logsource | null {
  if (Object.hasOwn(fields, 'TimeGenerated')) return BY_TABLE.get(textField(fields, 'Type') ?? '') ?? null;
  if (Object.hasOwn(fields, 'createdDateTime')) return isGraphSignIn(fields) ? SIGN_IN : null;
  if (Object.hasOwn(fields, 'activityDateTime')) return graphLogsource(fields);
  if (!Object.hasOwn(fields, 'operationName') || !Object.hasOwn(fields, 'time')) return null;
  const category = textField(fields, 'category');
  if (category === null || !(Object.hasOwn(fields, 'resourceId') || Object.hasOwn(fields, 'tenantId')))
    return null;
  return BY_CATEGORY.get(category) ?? ACTIVITY;
}

/** `auditLogs/signIns`, without the schema around it. */
function isGraphSignIn(fields: JsonObject): boolean {
  const status = objectField(fields, 'status');
  return (
    status !== null && Object.hasOwn(fields, 'appDisplayName') && textField(status, 'errorCode') !== null
  );
}

/** `auditLogs/directoryAudits`, `identityProtection/riskDetections`. */
function graphLogsource(fields: JsonObject): Logsource | null {
  if (Object.hasOwn(fields, 'activityDisplayName') && Object.hasOwn(fields, 'loggedByService')) return AUDIT;
  return Object.hasOwn(fields, 'riskEventType') && Object.hasOwn(fields, 'riskState') ? RISK : null;
}

function setTime(event: Event, fields: JsonObject): void {
  for (const name of ['TimeGenerated', 'createdDateTime', 'activityDateTime']) {
    const stated = readIsoUtc(textField(fields, name));
    if (Number.isNaN(stated)) continue;
    setEventTime(event, stated);
    return;
  }
  setPayloadTime(event);
}

function mapOperation(event: Event, fields: JsonObject): void {
  const isSignIn = event.logsource === SIGN_IN;
  const category = isSignIn ? AUTHENTICATION : event.logsource === AUDIT ? IAM : CONFIGURATION;
  classify(
    event,
    category,
    isSignIn ? START : INFO,
    textField(fields, 'operationName') ?? (isSignIn ? 'Sign-in activity' : null),
    outcomeOf(fields, isSignIn),
  );
  event['cloud.provider'] = 'azure';
  event['source.ip'] =
    addressField(fields, 'callerIpAddress') ??
    addressField(fields, 'ipAddress') ??
    addressField(fields, 'IPAddress');
  event['user.name'] = userOf(fields);
  setInitiator(event, fields);
  event['user.id'] = textField(fields, 'userId');
  event['user_agent.original'] = textField(fields, 'userAgent');
  if (event['event.outcome'] !== 'success') event['event.reason'] = textField(fields, 'resultDescription');
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
  if (!isObject(identity)) return stated ?? textField(fields, 'caller') ?? toText(identity);
  const claims = objectField(identity, 'claims');
  return stated ?? (claims && (textField(claims, `${CLAIM}upn`) ?? textField(claims, `${CLAIM}name`)));
}

function azureLogsource(...services: string[]): Logsource {
  return closedLogsource({ product: 'azure', services });
}
