import { expect, it } from 'vitest';
import { createAlertBook } from '../../src/alerts/alert-book.js';
import { entityOf } from '../../src/correlation/sessions.js';
import type { Level } from '../../src/model/rule.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { detection, hitAt, OPTIONS, subject } from './helpers.js';

interface DedupCase {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly steps?: readonly DedupStep[]; readonly min_severity?: Level };
  readonly expect: {
    readonly new: readonly number[];
    readonly hit_count?: number;
    readonly source_key?: string;
    readonly suppressed?: number;
    readonly mitre_techniques?: readonly string[];
  };
}

interface DedupStep {
  readonly at: number;
  readonly sigma: {
    readonly id: string;
    readonly title: string;
    readonly level: Level;
    readonly tags: readonly string[];
  };
  readonly source_ip: string | null;
  readonly host?: string;
}

describeShared('deduplication in the pipeline corpus', () => {
  const rows = readJsonLines<DedupCase>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    // Fingerprints and anomaly severities of the other system are overruled by the design.
    ({ id, kind }) => kind === 'dedup' && !/^dedup-(fp|ml)-/.test(id),
  );

  for (const row of rows) {
    it(row.id, () => {
      const book = createAlertBook({ ...OPTIONS, minSeverity: row.input.min_severity ?? 'informational' });
      const steps = row.input.steps!.map(({ at, sigma, source_ip, host = null }) => {
        const who = subject({ sourceIp: source_ip, host });
        return book.raise(detection(sigma), hitAt(at, { subject: who, entity: entityOf(who, null) }));
      });
      const opened = steps.map((changes) => changes.filter(({ alert }) => alert.status === 'opened').length);
      expect(opened).toEqual(row.expect.new);
      if (row.expect.suppressed !== undefined) expect(book.suppressed).toBe(row.expect.suppressed);
      const [first] = steps.flat();
      if (row.expect.source_key !== undefined) expect(first!.entity).toBe(row.expect.source_key);
      if (row.expect.mitre_techniques !== undefined) {
        expect(first!.threat.technique.map(({ id }) => id)).toEqual(row.expect.mitre_techniques);
      }
      if (row.expect.hit_count !== undefined)
        expect(book.endAll()[0]!.alert.count).toBe(row.expect.hit_count);
    });
  }
});
