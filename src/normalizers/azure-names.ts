import { type JsonObject, ownField } from '../model/json.js';
import { lift, liftAll, MAX_LIFTED } from './lift.js';
import { objectField, textField } from './values.js';

/** Which of Azure's logs a record is of: each has words of its own for what rules ask. */
export type AzureLog = 'signin' | 'audit' | 'activity' | 'other';

/**
 * Adds the names that rules use. The members of `properties` are named without it; all are named as Event Hubs and Graph
 * have them (`resultType`) and as the tables of Log Analytics have them (`ResultType`); and what the portal shows of a
 * record besides.
 */
export function liftAzureNames(fields: JsonObject, log: AzureLog): void {
  const properties = objectField(fields, 'properties');
  liftAll(fields, properties);
  if (log === 'activity') liftActivity(fields);
  else liftPortal(fields, properties ?? fields, log);
  if (properties !== null) liftOtherCase(fields, properties);
  liftOtherCase(fields, fields);
}

/** `resultType` for `ResultType` and the other way round. */
function liftOtherCase(fields: JsonObject, members: JsonObject): void {
  for (const name of Object.keys(members).slice(0, MAX_LIFTED)) {
    const first = name.charAt(0);
    const small = first.toLowerCase();
    lift(fields, (first === small ? first.toUpperCase() : small) + name.slice(1), members[name]!);
  }
}

/** The table AzureActivity says what is stable of an operation, its category and provider as `…Value`. */
function liftActivity(fields: JsonObject): void {
  const operation = textField(fields, 'operationName') ?? textField(fields, 'OperationNameValue');
  const category = textField(fields, 'category') ?? textField(fields, 'CategoryValue');
  if (category !== null) {
    lift(fields, 'category', category);
    lift(fields, 'CategoryValue', category);
  }
  if (operation === null) return;
  lift(fields, 'operationName', operation);
  lift(fields, 'OperationNameValue', operation);
  const slash = operation.indexOf('/');
  if (slash > 0) lift(fields, 'ResourceProviderValue', operation.slice(0, slash));
}

/**
 * `Status` is what the portal has in its column of that name and, where a record gives one, the reason; the activity of an
 * audit record is called `properties.message`. Graph states no result of a sign-in but that of its status.
 */
function liftPortal(fields: JsonObject, own: JsonObject, log: AzureLog): void {
  if (log === 'signin') {
    const status = objectField(own, 'status') ?? objectField(own, 'Status');
    const code = status === null ? null : textField(status, 'errorCode');
    if (status !== null && code !== null) {
      lift(fields, 'resultType', code);
      liftText(fields, 'resultDescription', textField(status, 'failureReason'));
    }
    const result = textField(fields, 'resultType') ?? textField(fields, 'ResultType');
    if (result === null) return;
    const details = status === null ? null : textField(status, 'additionalDetails');
    liftStatus(fields, result === '0' ? 'Success' : 'Failure', details);
  } else if (log === 'audit') {
    const activity = textField(own, 'activityDisplayName') ?? textField(own, 'ActivityDisplayName');
    liftText(fields, 'operationName', textField(fields, 'OperationName') ?? activity);
    liftText(fields, 'properties.message', activity ?? textField(fields, 'operationName'));
    const result = textField(own, 'result') ?? textField(own, 'Result');
    liftStatus(fields, result, textField(own, 'resultReason') ?? textField(own, 'ResultReason'));
  }
}

function liftText(fields: JsonObject, name: string, text: string | null): void {
  if (text !== null) lift(fields, name, text);
}

function liftStatus(fields: JsonObject, ...texts: (string | null)[]): void {
  const stated = texts.filter((text) => text !== null);
  if (stated.length > 0 && ownField(fields, 'Status') === undefined) fields.Status = stated;
}
