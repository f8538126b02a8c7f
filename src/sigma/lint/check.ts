import type { Severity } from '../../model/finding.js';
import type { Logsource } from '../../model/logsource.js';
import type { Rule } from '../../model/rule.js';
import type { LintDocument } from './document.js';

/** One kind of mistake. A check sees every document that is a map, also those that were refused at load. */
export interface Check {
  readonly severity: Severity;
  /** What is wrong with a rule that it finds, in one sentence; docs/reference/lint.md has the same. */
  readonly summary: string;
  readonly find: (document: LintDocument, corpus: LintCorpus) => Iterable<Remark>;
}

/** What a check found. */
export interface Remark {
  /** 1-based line in the file. */
  readonly line: number;
  /** What is wrong and why that matters. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** All that is looked at together. */
export interface LintCorpus {
  readonly documents: readonly LintDocument[];
  /** Those that loaded, before any pipeline. */
  readonly rules: readonly Rule[];
  /** Logsources that normalizers and configuration state of events. */
  readonly stated: readonly Logsource[];
  /** Of all checks. */
  readonly codes: readonly string[];
}
