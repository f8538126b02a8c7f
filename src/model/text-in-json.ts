/** How a text may stand in the JSON of an alert or incident: as part of a value, or of a record there that is JSON itself. */
export function formsInJson(text: string): readonly string[] {
  const inValue = inJson(text);
  return [...new Set([inValue, inJson(inValue)])];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
