import { PAYLOADS } from './payloads.js';

/** What only the server writes: the page may rely on it. */
const OWN = new Set([
  'severity',
  'level',
  'status',
  'state',
  'event.kind',
  'kind',
  'verdict',
  'type',
  'role',
  'tactics',
  'cursor',
  'next',
  'health',
]);
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * An answer of the API in the hands of an attacker: every text in it is a payload. Lists become as long as the corpus, one payload
 * a row; inside rows lists keep their length. So are maps of names that senders choose.
 */
export function poisoned(body: unknown): unknown {
  return poison(body, '', 0, null);
}

function poison(value: unknown, key: string, place: number, inRow: number | null): unknown {
  const payload = PAYLOADS[(inRow ?? place) % PAYLOADS.length]!;
  if (typeof value === 'string') return OWN.has(key) || TIME.test(value) ? value : payload;
  if (Array.isArray(value)) {
    if (inRow !== null || value.length === 0)
      return value.slice(0, 2).map((item, i) => poison(item, key, i, inRow === null ? null : inRow + i));
    return PAYLOADS.map((_, i) => poison(value[i % value.length], key, i, i));
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, inner], i) => {
    // Which techniques there are is MITRE's to say.
    const isOwn = key === 'techniques' && name === 'id';
    return [name, isOwn ? inner : poison(inner, name, place + i, inRow)] as const;
  });
  const extra = key === 'fields' || key === 'formats' ? PAYLOADS.map((name) => [name, name] as const) : [];
  return Object.fromEntries([...entries, ...(inRow === null ? extra : extra.slice(0, 3))]);
}
