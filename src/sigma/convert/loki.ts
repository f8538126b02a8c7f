import type { DetectionRule } from '../../model/rule.js';
import { type Backend, type Converted, type Converter, NotExpressible } from './backend.js';
import { boundedClause, type Expression } from './expression.js';
import { correlationQuery, correlationWarnings } from './loki/correlation.js';
import { renderGrafanaAlerting } from './loki/grafana-alerting.js';
import { type LokiOptions, lokiOptions, OPTIONS } from './loki/options.js';
import { isTooLong, type QueryShape, queriesOf } from './loki/query.js';
import { renderRuler } from './loki/ruler.js';
import { streamOf } from './loki/stream.js';
import { labelName } from './loki/text.js';

/** Grafana Loki: queries of LogQL, rules of its ruler, alert rules of Grafana. */
export const loki: Backend = {
  summary: 'Grafana Loki (LogQL)',
  formats: {
    queries: 'queries of LogQL, one a line',
    json: 'a JSON object a line: a query, and the id, title and file of its rule',
    ruler: "a rule file of Loki's ruler, YAML",
    grafana_alerting: 'alert rules for provisioning Grafana, YAML',
  },
  options: OPTIONS,
  open: (values) => new LokiConverter(lokiOptions(values)),
};

class LokiConverter implements Converter {
  readonly #options: LokiOptions;

  constructor(options: LokiOptions) {
    this.#options = options;
  }

  readonly detection: Converter['detection'] = (rule, expressions) => {
    const queries = this.#queries(rule, expressions, { isMetric: false, needsLabels: false });
    const format = lineFormat(rule);
    const isGrouped = this.#options.groupByField !== '';
    return {
      rule,
      queries: queries.map((query) => query + format),
      metrics: this.#queries(rule, expressions, { isMetric: true, needsLabels: isGrouped }),
      warnings: warningsOf(queries),
    };
  };

  readonly correlation: Converter['correlation'] = (rule, base) => {
    const isGrouped = rule.groupBy.length > 0 || (rule.condition?.fields.length ?? 0) > 0;
    const counted = base.map((one) => {
      const found = this.#queries(one.rule, one.expressions, { isMetric: true, needsLabels: isGrouped });
      // A line that two of them find would count twice.
      if (found.length > 1)
        throw new NotExpressible(
          `Its rule "${one.rule.title}" takes ${found.length} queries; what they find together cannot be counted.`,
        );
      return { query: found[0]!, aliases: one.aliases };
    });
    const query = correlationQuery(rule, counted);
    const warnings = [...warningsOf([query]), ...correlationWarnings(rule)];
    return { rule, queries: [query], metrics: [query], warnings };
  };

  readonly render: Converter['render'] = (format, converted) => {
    switch (format) {
      case 'ruler':
        return renderRuler(converted, this.#options);
      case 'grafana_alerting':
        return renderGrafanaAlerting(converted, this.#options);
      case 'json':
        return lines(converted, ({ id, title, place }, query) =>
          JSON.stringify({ query, rule: { id, title, file: place.file, line: place.line } }),
        );
      default:
        return lines(converted, (_, query) => query);
    }
  };

  #queries(
    rule: DetectionRule,
    expressions: readonly Expression[],
    shape: Pick<QueryShape, 'isMetric' | 'needsLabels'>,
  ): string[] {
    const whole = { ...shape, stream: streamOf(rule, this.#options), options: this.#options };
    return expressions.flatMap((expression) => queriesOf(boundedClause(expression), whole));
  }
}

function lines(
  converted: readonly Converted[],
  line: (rule: Converted['rule'], query: string) => string,
): string {
  return converted.flatMap(({ rule, queries }) => queries.map((query) => `${line(rule, query)}\n`)).join('');
}

/** Lines shown as the fields that the rule says are worth showing. */
function lineFormat({ report }: DetectionRule): string {
  const fields = report?.fields ?? [];
  if (fields.length === 0) return '';
  return ` | line_format "${fields.map((field) => `{{.${labelName(field)}}}`).join(' ')}"`;
}

function warningsOf(queries: readonly string[]): string[] {
  const long = queries.filter(isTooLong).length;
  if (long === 0) return [];
  return [
    `${long === 1 ? 'A query is' : `${long} queries are`} longer than 4,096 bytes and cannot be split; Loki may refuse it.`,
  ];
}
