import type { Subject } from './pipeline.js';

/** The fields that a rule says are worth showing, where they are kept. */
export function changeShownFields(
  subject: Subject,
  change: (fields: readonly string[]) => readonly string[],
): void {
  const { rule } = subject;
  if (rule.report === undefined) return;
  subject.rule = { ...rule, report: { ...rule.report, fields: [...new Set(change(rule.report.fields))] } };
}
