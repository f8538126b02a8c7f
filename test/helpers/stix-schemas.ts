import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sharedPath } from './shared.js';

/**
 * The OASIS schemas, one validator per object type: the bundle schema tries every type on every object and answers
 * with hundreds of errors. `unicodeRegExp: false` because some of their patterns are not valid with the u flag.
 */
export function stixValidators(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  ajv.addFormat('idn-hostname', true);
  const byType = new Map<string, string>();
  for (const folder of ['common', 'sdos', 'sros', 'observables']) {
    for (const name of readdirSync(sharedPath('schemas', 'stix-2.1', folder))) {
      const path = join(sharedPath('schemas', 'stix-2.1', folder), name);
      const schema = JSON.parse(readFileSync(path, 'utf8')) as { $id: string };
      ajv.addSchema(schema);
      byType.set(name.replace('.json', ''), schema.$id);
    }
  }
  return new Map([...byType].map(([type, id]) => [type, ajv.getSchema(id)!]));
}
