/** More columns than any log format of ours has. */
const MAX_COLUMNS = 160;

/**
 * Columns of one CSV line (RFC 4180: a column in double quotes may hold commas, `""` is a quote), from index
 * `from`. Linear; what stands after the 160th column is left out.
 */
export function csvColumns(text: string, from = 0): string[] {
  const columns: string[] = [];
  let at = from;
  while (columns.length < MAX_COLUMNS) {
    if (text.charCodeAt(at) === 0x22) {
      const end = quotedEnd(text, at + 1);
      columns.push(text.slice(at + 1, end).replaceAll('""', '"'));
      const comma = text.indexOf(',', end);
      if (comma < 0) return columns;
      at = comma + 1;
      continue;
    }
    const comma = text.indexOf(',', at);
    if (comma < 0) {
      columns.push(text.slice(at));
      return columns;
    }
    columns.push(text.slice(at, comma));
    at = comma + 1;
  }
  return columns;
}

function quotedEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== 0x22) return at;
  }
  return text.length;
}
