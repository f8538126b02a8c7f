import { load as parseYaml } from 'js-yaml';
import type { ConfigFault } from './errors.js';

/** Variables that are not configuration keys. */
const RESERVED = new Set(['VEDETTE_CONFIG', 'VEDETTE_SHARED', 'VEDETTE_TEST_TOOLS', 'VEDETTE_TEST_SEED']);

/**
 * `VEDETTE_` + path joined by `__`: VEDETTE_STORAGE__EVENTS__MAX_AGE=7d. Values are YAML, so lists and numbers work;
 * what is not YAML is taken as text. Yields [variable, path, value].
 */
export function* environmentOverrides(
  env: Readonly<Record<string, string | undefined>>,
  faults: ConfigFault[],
): Generator<[name: string, path: string[], value: unknown]> {
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith('VEDETTE_') || RESERVED.has(name)) continue;
    const path = name.slice('VEDETTE_'.length).toLowerCase().split('__');
    if (path.some((step) => step === '' || step === '__proto__')) {
      faults.push({
        where: name,
        path: '',
        message: 'expected VEDETTE_ and the path of a key joined by two underscores.',
      });
      continue;
    }
    yield [name, path, yamlValue(text)];
  }
}

function yamlValue(text: string): unknown {
  try {
    return parseYaml(text) ?? text;
  } catch {
    return text;
  }
}
