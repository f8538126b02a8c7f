import { hash } from 'node:crypto';
import { dump } from 'js-yaml';
import type { Level } from '../../../model/rule.js';
import type { Converted } from '../backend.js';
import { alertName, plainTemplate, UniqueNames } from './names.js';
import type { LokiOptions } from './options.js';
import { labelOf } from './text.js';

const SEVERITIES: Readonly<Record<Level, string>> = {
  critical: 'critical',
  high: 'warning',
  medium: 'info',
  low: 'info',
  informational: 'info',
};

/** A provisioning file of Grafana: an alert rule for each query. */
export function renderGrafanaAlerting(converted: readonly Converted[], options: LokiOptions): string {
  const { grafana } = options;
  const names = new UniqueNames('_');
  const uids = new UniqueNames('-');
  const rules = converted.flatMap(({ rule, metrics }) =>
    metrics.map((metric) => {
      const { report, title } = rule;
      return {
        uid: uids.unique(uidOf(report?.id ?? null, title)),
        title: names.unique(alertName(title)),
        condition: 'A',
        data: [
          dataOf(
            rule.kind === 'correlation' ? metric : alertExpression(metric, options),
            grafana.datasourceUid,
          ),
        ],
        noDataState: 'OK',
        execErrState: 'OK',
        annotations: {
          summary: plainTemplate(title),
          description: plainTemplate(rule.description ?? title),
        },
        labels: {
          ...(report?.level != null && { severity: SEVERITIES[report.level] }),
          ...(report?.id != null && { sigma_id: plainTemplate(report.id) }),
        },
        isPaused: false,
        notification_settings: { receiver: grafana.contactPoint },
      };
    }),
  );
  const group = {
    orgId: grafana.orgId,
    name: grafana.interval,
    folder: grafana.folder,
    interval: grafana.interval,
    rules,
  };
  return dump({ apiVersion: 1, groups: [group] }, { lineWidth: -1, noRefs: true });
}

/** Ten minutes are what Grafana keeps of such a query; how far back it looks stands in the query. */
function dataOf(expr: string, datasourceUid: string): object {
  return {
    refId: 'A',
    queryType: 'instant',
    relativeTimeRange: { from: 600, to: 0 },
    datasourceUid,
    model: {
      direction: 'backward',
      editorMode: 'code',
      expr,
      instant: true,
      intervalMs: 1000,
      maxDataPoints: 43_200,
      queryType: 'instant',
      refId: 'A',
    },
  };
}

function alertExpression(query: string, { groupByField, grafana }: LokiOptions): string {
  const sum = groupByField === '' ? 'sum' : `sum by (${labelOf(groupByField)})`;
  return `${sum}(count_over_time(${query}[${grafana.interval}])) > 0`;
}

/** Grafana takes 40 letters, digits, hyphens and underscores; some are left to tell several of a rule apart. */
function uidOf(id: string | null, title: string): string {
  if (id !== null && /^[A-Za-z0-9_-]{1,36}$/.test(id)) return id;
  return hash('md5', id ?? title).slice(0, 14);
}
