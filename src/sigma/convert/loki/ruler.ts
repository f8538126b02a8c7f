import { dump } from 'js-yaml';
import type { Converted } from '../backend.js';
import { alertName, plainTemplate, UniqueNames } from './names.js';
import type { LokiOptions } from './options.js';
import { labelOf } from './text.js';

/** A rule file of Loki's ruler: an alert for each query. */
export function renderRuler(converted: readonly Converted[], options: LokiOptions): string {
  const names = new UniqueNames('_');
  const rules = converted.flatMap(({ rule, metrics }) =>
    metrics.map((metric) => ({
      alert: names.unique(alertName(rule.title)),
      annotations: {
        ...(rule.report?.author != null && { author: plainTemplate(rule.report.author) }),
        description: rule.description === null ? null : plainTemplate(rule.description),
        summary: plainTemplate(rule.title),
      },
      expr: rule.kind === 'correlation' ? metric : alertExpression(metric, options),
      labels: rule.report?.level == null ? {} : { severity: rule.report.level },
    })),
  );
  return dump({ groups: [{ name: 'Sigma rules', rules }] }, { sortKeys: true, lineWidth: -1, noRefs: true });
}

function alertExpression(query: string, { groupByField, rulerWindow }: LokiOptions): string {
  if (groupByField !== '')
    return `sum by (${labelOf(groupByField)}) (count_over_time(${query} [${rulerWindow}])) > 0`;
  return `sum(count_over_time(${query} [${rulerWindow}])) or vector(0) > 0`;
}
