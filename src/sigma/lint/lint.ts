import type { Finding } from '../../model/finding.js';
import type { Logsource } from '../../model/logsource.js';
import type { Rule, RuleFault } from '../../model/rule.js';
import type { RuleFile } from '../load.js';
import { parseYaml } from '../read/yaml.js';
import type { LintCorpus } from './check.js';
import { type LintDocument, lintDocument, mapAt, scalarsAt, textAt } from './document.js';
import { CHECKS, FILE_CHECKS, REFUSALS } from './registry.js';

export interface LintInput {
  readonly files: readonly RuleFile[];
  /** As they are loaded from the files, before any pipeline. */
  readonly rules: readonly Rule[];
  /** What was refused. */
  readonly faults: readonly RuleFault[];
  /** What normalizers and configuration state of events. */
  readonly stated: readonly Logsource[];
}

/**
 * Everything worth saying about rules, in the order of files and lines. A rule silences a code for itself with
 * `vedette: {lint: {ignore: [code]}}`; refusals cannot be silenced.
 */
export function lintRules({ files, rules, faults, stated }: LintInput): Finding[] {
  const documents = documentsOf(files, rules);
  const findings = [
    ...faults.map((fault) => refusal(fault, documents)),
    ...withoutRule(files, documents, faults),
    ...remarks({ documents, rules, stated, codes: Object.keys(CHECKS) }),
  ];
  const order = new Map(files.map(({ path }, index) => [path, index]));
  const at = ({ place }: Finding): number => order.get(place.file) ?? -1;
  return findings.sort((a, b) => at(a) - at(b) || a.place.line - b.place.line || (a.code < b.code ? -1 : 1));
}

function documentsOf(files: readonly RuleFile[], rules: readonly Rule[]): LintDocument[] {
  const keyOf = (kind: Rule['kind'], file: string, line: number): string => `${kind} ${file}:${line}`;
  const loaded = new Map(rules.map((rule) => [keyOf(rule.kind, rule.place.file, rule.place.line), rule]));
  return files.flatMap(({ path, text }) =>
    parseYaml(text).flatMap(({ line, root }) =>
      'kind' in root && root.kind === 'map'
        ? [lintDocument(path, root, (kind) => loaded.get(keyOf(kind, path, line)) ?? null)]
        : [],
    ),
  );
}

function withoutRule(
  files: readonly RuleFile[],
  documents: readonly LintDocument[],
  faults: readonly RuleFault[],
): Finding[] {
  const code = 'file.without_rule';
  const known = new Set([...documents.map(({ file }) => file), ...faults.map(({ place }) => place.file)]);
  return files
    .filter(({ path }) => !known.has(path))
    .map(({ path }) => ({
      ...{ code, severity: FILE_CHECKS[code].severity, place: { file: path, line: 1 }, title: null },
      message: FILE_CHECKS[code].summary,
      fix: 'Write the rule, or delete the file.',
    }));
}

function refusal({ place, code, message, rewrite }: RuleFault, documents: readonly LintDocument[]): Finding {
  const before = documents.filter(({ file, root }) => file === place.file && root.line <= place.line).at(-1);
  const severity = REFUSALS[code]?.severity ?? 'error';
  return {
    code,
    severity,
    place,
    title: before === undefined ? null : textAt(before.root, 'title'),
    message,
    fix: rewrite === undefined ? null : `Write it as:\n${rewrite.trimEnd()}`,
  };
}

function remarks(corpus: LintCorpus): Finding[] {
  return corpus.documents.flatMap((document) => {
    const ignored = new Set(ignoredCodes(document));
    const title = textAt(document.root, 'title');
    return Object.entries(CHECKS).flatMap(([code, { severity, find }]) => {
      if (ignored.has(code)) return [];
      return [...find(document, corpus)].map(({ line, message, fix }) => {
        return { code, severity, place: { file: document.file, line }, title, message, fix };
      });
    });
  });
}

/** `vedette: {lint: {ignore: […]}}` */
export function ignoredCodes({ root }: LintDocument): string[] {
  const vedette = mapAt(root, 'vedette');
  const lint = vedette === null ? null : mapAt(vedette, 'lint');
  return lint === null ? [] : scalarsAt(lint, 'ignore').map(({ value }) => String(value));
}
