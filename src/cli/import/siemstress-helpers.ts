import { dump } from 'js-yaml';
import { extractorOptions } from '../../normalizers/extractor-options.js';
import { type Imported, type Row, type Table, textOf } from './siemstress-file.js';

/** Helpers as `extractors` of the configuration: each fills the field that is called as its variable, with the first that it finds. */
export function importHelpers(tables: readonly Table[]): Imported {
  const extractors: object[] = [];
  const left: { row: string; reason: string }[] = [];
  const taken = new Set<string>();
  for (const { name: table, rows } of tables) {
    for (const [i, row] of rows.entries()) {
      const made = converted(row, `${table}-${i + 1}`, taken);
      if (typeof made === 'string')
        left.push({ row: `${table}: ${textOf(row, 'name', 'var_name') ?? `row ${i + 1}`}`, reason: made });
      else extractors.push(made);
    }
  }
  const text = extractors.length === 0 ? '' : dump({ extractors }, { lineWidth: -1 });
  return { text, count: extractors.length, left };
}

/** The extractor, or why there is none. */
function converted(row: Row, otherName: string, taken: Set<string>): object | string {
  const variable = textOf(row, 'var_name');
  const expression = textOf(row, 'reg_exp');
  if (variable === null) return 'it has no var_name';
  if (expression === null) return 'it has no reg_exp';
  const group = variable.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  const name = nameOf(textOf(row, 'name') ?? variable, otherName, taken);
  const pattern = withNamedGroups(expression, group);
  const extractor = { name, pattern, ...(group !== variable && { fields: { [group]: variable } }) };
  const checked = extractorOptions.safeParse(extractor);
  if (!checked.success)
    return checked.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  taken.add(name);
  return extractor;
}

function nameOf(given: string, otherName: string, taken: ReadonlySet<string>): string {
  const name =
    given
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 48) || 'helper';
  return taken.has(name) ? `${name}-${otherName}`.slice(0, 64) : name;
}

/** What findall would return is what named groups catch: all of it without groups, else the groups. */
function withNamedGroups(expression: string, group: string): string {
  let count = 0;
  let inClass = false;
  let text = '';
  for (let i = 0; i < expression.length; i++) {
    const char = expression[i]!;
    if (char === '\\') {
      text += char + (expression[++i] ?? '');
      continue;
    }
    if (char === '[') inClass = true;
    // The first in a class is a member of it.
    else if (char === ']' && !(text.endsWith('[') || text.endsWith('[^'))) inClass = false;
    text += char;
    if (char !== '(' || inClass || expression[i + 1] === '?') continue;
    count++;
    text += `?P<${count === 1 ? group : `${group}_${count}`}>`;
  }
  return count === 0 && !expression.includes('(?P<') ? `(?P<${group}>${expression})` : text;
}
