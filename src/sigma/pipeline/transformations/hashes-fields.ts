import type { FieldItem, Selection } from '../../../model/rule.js';
import { readChain } from '../../modifiers/chain.js';
import { changeItems } from '../items.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';

const BY_LENGTH: ReadonlyMap<number, string> = new Map([
  [32, 'MD5'],
  [40, 'SHA1'],
  [64, 'SHA256'],
  [128, 'SHA512'],
]);

/** `Hashes|contains: SHA256=…` becomes a field for each algorithm; other values stay where they are. */
export function hashesFields(settings: Settings): Transformation {
  const algorithms = settings.texts('valid_hash_algos').map((name) => name.toUpperCase());
  const prefix = settings.optionalText('field_prefix') ?? '';
  const dropsName = settings.flag('drop_algo_prefix');
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => {
        const { all, negated, operator } = readChain(item.modifiers);
        if (operator !== 'text') return item;
        const hashes = item.values.map((value) => {
          const hash = typeof value === 'string' ? hashOf(value) : null;
          return hash !== null && algorithms.includes(hash[0]) ? hash : null;
        });
        const others = item.values.filter((_, at) => hashes[at] === null);
        if (others.length === item.values.length) return item;
        const made = hashes.flatMap((hash): FieldItem[] => {
          if (hash === null) return [];
          const field = prefix + (dropsName ? '' : hash[0]);
          return [{ field, modifiers: negated ? ['neq'] : [], values: [hash[1]] }];
        });
        const items = others.length === 0 ? made : [...made, { ...item, values: others }];
        const of = items.map((one): Selection => ({ kind: 'all', items: [one] }));
        return of.length === 1 ? of[0]! : { kind: all !== negated ? 'every' : 'any', of };
      });
    },
  };
}

/** `MD5=…`, `MD5|…`, or a bare hash, whose length tells; wildcards around it are those of a list of hashes. */
function hashOf(text: string): readonly [algorithm: string, hash: string] | null {
  const match = /^\*?(?:([A-Za-z0-9]+)[=|])?([0-9A-Fa-f]{16,128})\*?$/.exec(text);
  if (match === null) return null;
  const algorithm = match[1]?.toUpperCase() ?? BY_LENGTH.get(match[2]!.length);
  return algorithm === undefined ? null : [algorithm, match[2]!];
}
