/** A JSON value as config gives it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const PLACEHOLDER = /\{\{\s*([^{}\s]{1,200})\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}\s]{1,200})\s*\}\}$/;

/**
 * A template with `{{field.path}}` in its texts filled from `fields`. A text that is nothing but one placeholder becomes the
 * value itself, a number or list too; one that is not there is null, and empty within other text. Values are put into
 * texts, never into the structure: whatever they hold, the result has the template's shape.
 */
export function fill(template: Json, fields: unknown): Json {
  if (typeof template === 'string') return fillText(template, fields);
  if (Array.isArray(template)) return template.map((one: Json) => fill(one, fields));
  if (template === null || typeof template !== 'object') return template;
  const filled: { [key: string]: Json } = Object.create(null);
  for (const [key, value] of Object.entries(template)) filled[key] = fill(value, fields);
  return filled;
}

function fillText(text: string, fields: unknown): Json {
  const whole = WHOLE.exec(text);
  if (whole !== null) return (valueAt(fields, whole[1]!.split('.')) ?? null) as Json;
  return text.replace(PLACEHOLDER, (_, path: string) => {
    const value = valueAt(fields, path.split('.')) ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

/** Own fields only, by their longest name first: `evidence.0.event.id` is the field `event.id` of the first. */
function valueAt(value: unknown, steps: readonly string[]): unknown {
  if (steps.length === 0) return value;
  if (value === null || typeof value !== 'object') return undefined;
  for (let end = steps.length; end > 0; end--) {
    const key = steps.slice(0, end).join('.');
    if (!Object.hasOwn(value, key)) continue;
    return valueAt((value as Record<string, unknown>)[key], steps.slice(end));
  }
  return undefined;
}
