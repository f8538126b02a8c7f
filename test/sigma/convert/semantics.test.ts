import { afterAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.js';
import { findsLine } from '../../helpers/logql.js';
import { describeShared, readJsonLines, sharedPath } from '../../helpers/shared.js';
import { toLoki } from './helpers.js';

interface Row {
  readonly id: string;
  readonly rule: string;
  readonly event: JsonObject;
  readonly match?: boolean | string;
  readonly placeholders?: object;
}

/** Where Loki finds something else in the line than the rule in the event, whatever is asked (docs/reference/convert.md). */
const LIMITS: Readonly<Record<string, readonly string[]>> = {
  'an empty label is an absent one': [
    ...['wild-missing-star', 'val-33', 'val-35', 'val-empty-missing', 're-missing', 're-null'],
    ...['exists-05', 'exists-06', 'exists-07', 'exists-10', 'ref-08', 'field-16'],
  ],
  'wildcards end with the line': ['wild-23', 'wild-newline-q'],
  'lists make no labels': [
    ...[
      'cidr-26',
      'num-20',
      'neq-20',
      'field-08',
      'field-11',
      'field-12',
      'field-13',
      'field-17',
      'field-18',
    ],
  ],
  'numbers are floats, read by Go': ['val-11', 'val-16', 'val-18', 'val-bigint-diff', 'num-12', 'num-21'],
  'lines are searched whole': ['kw-5'],
  'templates compare in one case': ['ref-12', 'ref-15'],
  'only Unix times are read': [
    ...['time-03', 'time-05', 'time-07', 'time-09', 'time-13', 'time-14', 'time-20', 'time-25'],
  ],
  'ip() does not know mapped addresses': ['cidr-18'],
};

describeShared('the corpus of what rules mean, asked of Loki', () => {
  const rows = readJsonLines<Row>(sharedPath('corpus', 'semantics.jsonl'));
  const limited = new Set(Object.values(LIMITS).flat());
  let same = 0;
  const refused: string[] = [];

  it('is answered as by the matcher, within the limits of Loki', () => {
    const different: string[] = [];
    for (const { id, rule, event, match, placeholders } of rows) {
      if (typeof match !== 'boolean' || placeholders !== undefined) continue;
      const { queries, errors } = toLoki(rule, { options: { parser: 'json' } });
      if (errors.length > 0) {
        if (!id.startsWith('bad-')) refused.push(id);
        continue;
      }
      const isFound = queries.some((query) =>
        findsLine(query.replace(/ \| line_format .*$/, ''), JSON.stringify(event)),
      );
      if (isFound === match) same++;
      else different.push(id);
    }
    expect(different.sort()).toEqual([...limited].sort());
    expect(same).toBeGreaterThan(250);
    // Keywords beside fields, and weeks; those called bad are to be refused.
    expect(refused).toEqual(['listmap-kw', 'listmap-kw-2', 'time-11', 'time-12', 'time-24']);
  });

  afterAll(() => {
    console.info(
      `semantics.jsonl for Loki: ${same} alike, ${limited.size} by its limits, ${refused.length} refused`,
    );
  });
});
