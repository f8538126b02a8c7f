import { isObject, type Json, type JsonObject } from '../model/json.js';

/** The object that a text holds as JSON, else null. It may be nested however deep: read its members by name. */
export function objectInText(text: string): JsonObject | null {
  if (!text.startsWith('{')) return null;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
