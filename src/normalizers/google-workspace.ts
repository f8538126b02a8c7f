import { isObject, type Json, type JsonObject, ownField } from '../model/json.js';
import { lift } from './lift.js';
import { textField } from './values.js';

/** Activities and parameters of one record that are looked at. */
const MAX_LISTED = 64;

/**
 * Adds what happened in Google Workspace under the names that rules use: `eventName`, `eventService`, and each parameter in small
 * letters (`setting_name`). The Reports API has `events`, `name` and `parameters`, Cloud Logging `event`, `eventName` and `parameter`.
 */
export function liftWorkspaceEvents(fields: JsonObject, events: Json | undefined, service: string): void {
  const names: string[] = [];
  for (const event of listOf(events)) {
    const name = textField(event, 'eventName') ?? textField(event, 'name');
    if (name !== null) names.push(name);
    for (const parameter of listOf(ownField(event, 'parameter') ?? ownField(event, 'parameters'))) {
      const label = textField(parameter, 'name');
      const value = parameterValue(parameter);
      if (label !== null && value !== undefined) lift(fields, label.toLowerCase(), value);
    }
  }
  if (names.length === 0) return;
  lift(fields, 'eventName', names.length === 1 ? names[0]! : names);
  lift(fields, 'eventService', service);
}

function parameterValue(parameter: JsonObject): Json | undefined {
  for (const name of ['value', 'boolValue', 'intValue', 'multiValue', 'multiIntValue', 'multiStrValue']) {
    const value = ownField(parameter, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function listOf(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).slice(0, MAX_LISTED).filter(isObject);
}
