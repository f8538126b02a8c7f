import { suggest } from '../rule-error.js';
import type { BackendOption, OptionValues } from './backend.js';

/**
 * Options as they are given, `key=value` each, with the defaults of the others. Throws an Error that says what is wrong
 * with one.
 */
export function readOptions(
  options: Readonly<Record<string, BackendOption>>,
  given: readonly string[],
): OptionValues {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, option] of Object.entries(options)) values[name] = option.default;
  for (const text of given) {
    const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!Object.hasOwn(options, name)) {
      const known = Object.keys(options);
      throw new Error(`There is no option "${name}"${suggest(name, known)}; there are ${known.join(', ')}.`);
    }
    if (value === undefined) throw new Error(`The option "${name}" needs a value: -O ${name}=….`);
    values[name] = readValue(name, options[name]!, value);
  }
  return values;
}

function readValue(name: string, { kind, check }: BackendOption, text: string): string | number | boolean {
  const word = text.toLowerCase();
  const refuse = (expected: string): never => {
    throw new Error(`The option "${name}" must be ${expected}, not "${text}".`);
  };
  if (kind === 'flag') return word === 'true' || word === 'false' ? word === 'true' : refuse('true or false');
  if (kind === 'count') return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : refuse('a whole number');
  if (kind === 'time' && !/^[1-9][0-9]{0,8}[smhd]$/.test(text)) refuse('a number and s, m, h or d');
  const problem = check?.(text) ?? null;
  return problem === null ? text : refuse(problem);
}
