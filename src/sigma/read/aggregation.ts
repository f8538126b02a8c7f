import type { CorrelationRule, DetectionRule } from '../../model/rule.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../../model/uuid.js';
import { quoted, RuleError } from '../rule-error.js';
import { parseTimespan } from './parse-correlation.js';
import { nearRewrite, rewrite } from './rewrite.js';
import { ruleHash } from './semantic-hash.js';
import type { YamlEntry, YamlMap } from './yaml.js';

/** What stands behind the `|` of a Sigma 1 condition, as far as a correlation means exactly that. */
export interface Aggregation {
  readonly type: 'event_count' | 'value_count' | 'value_sum' | 'value_avg';
  readonly field: string | null;
  readonly groupBy: readonly string[];
  readonly op: 'gt' | 'gte';
  readonly value: number;
  readonly timespanMs: number;
}

export interface SplitDetection {
  /** The `detection` map, its condition cut before the `|`. */
  readonly detection: YamlMap;
  /** Reads what was behind it; throws RuleError, with a rewritten rule where there is one. Null = no `|`. */
  readonly aggregate: ((root: YamlMap) => Aggregation) | null;
}

/** Cuts `| count(field) by group > n` (Sigma 1) off a condition. */
export function splitAggregation(detection: YamlMap): SplitDetection {
  const condition = detection.entries.get('condition');
  const text = condition === undefined ? null : onlyText(condition);
  const pipe = text?.indexOf('|') ?? -1;
  if (condition === undefined || text === null || pipe < 0) return { detection, aggregate: null };
  const before = { kind: 'scalar', line: condition.line, value: text.slice(0, pipe) } as const;
  const entries = new Map(detection.entries).set('condition', { line: condition.line, value: before });
  const aggregate = (root: YamlMap): Aggregation => {
    const source = { root, detection, condition: before.value.trim(), line: condition.line };
    return new AggregationReader(source).read(
      text
        .slice(pipe + 1)
        .replace(/\s+/g, ' ')
        .trim(),
    );
  };
  return { detection: { ...detection, entries }, aggregate };
}

/**
 * The rule as two: what is counted, which raises no alert, and the correlation that counts it and has all that people
 * know the rule by.
 */
export function asCorrelation(
  rule: DetectionRule,
  aggregation: Aggregation,
): [DetectionRule, CorrelationRule] {
  const { selections, conditions, logsource, kind, hash, ...meta } = rule;
  const id = uuidV5(VEDETTE_NAMESPACE, `counted\n${rule.id.toLowerCase()}`);
  const { type, groupBy, timespanMs, field, op, value } = aggregation;
  const meaning = {
    kind: 'correlation',
    type,
    rules: [id],
    groupBy,
    timespanMs,
    condition: {
      bounds: [{ op, value }],
      fields: field === null ? [] : [field],
      percentile: null,
      expression: null,
    },
    aliases: new Map(),
    generate: false,
    refire: 'reset',
  } as const;
  const counted = { ...rule, id, name: null, title: `${rule.title} (what is counted)`, partOf: rule.id };
  return [counted, { ...meta, ...meaning, hash: ruleHash(meaning) }];
}

function onlyText({ value }: YamlEntry): string | null {
  const node = value.kind === 'list' && value.items.length === 1 ? value.items[0]! : value;
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

/** The rule that an aggregation is part of. */
export interface AggregatedRule {
  readonly root: YamlMap;
  readonly detection: YamlMap;
  /** What stands before the `|`. */
  readonly condition: string;
  readonly line: number;
}

const FORM =
  /^(count|sum|avg|min|max) ?\( ?([^\s()]*) ?\)(?: by ([^<>=!]+?))? ?(<=|>=|==|!=|=|<|>) ?(-?\d+(?:\.\d+)?)$/i;
const OPERATORS: Readonly<Record<string, string>> = {
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  '=': 'eq',
  '==': 'eq',
  '!=': 'neq',
};
/** Where a rule states no time, the one that a rewritten rule begins with. */
const SOME_TIMESPAN = '5m';

class AggregationReader {
  readonly #rule: AggregatedRule;
  readonly #timeframe: YamlEntry | undefined;

  constructor(rule: AggregatedRule) {
    this.#rule = rule;
    this.#timeframe = rule.detection.entries.get('timeframe');
  }

  /** `text` with single blanks. */
  read(text: string): Aggregation {
    if (/^near\b/i.test(text)) return this.#refuseNear(text.slice(4).trim());
    const match = FORM.exec(text);
    if (match === null) {
      throw this.#refusal(
        `${quoted(text)} is not understood; expected "count() by field > 5" or the like, or a correlation rule.`,
      );
    }
    const [, name = '', written = '', groups = '', sign = '', number = ''] = match;
    const field = written === '' || written === '*' ? null : written;
    const op = OPERATORS[sign]!;
    const value = Number(number);
    if (name.toLowerCase() !== 'count' && field === null) {
      throw this.#refusal(`"${name}" needs a field, such as "${name}(bytes)".`);
    }
    const type = typeOf(name.toLowerCase(), field);
    if (type === null) return this.#refuseExtreme(name.toLowerCase(), field!, op, value);
    const groupBy = groups.split(',').map((group) => group.trim());
    const group = groupBy.find((one) => /^$|\s/.test(one));
    if (groups !== '' && group !== undefined) {
      throw this.#refusal(`"by" needs names of fields with commas between them, not ${quoted(groups)}.`);
    }
    const aggregation = { type, field, groupBy: groups === '' ? [] : groupBy, value };
    return {
      ...aggregation,
      op: this.#exactOperator(op, aggregation),
      timespanMs: this.#timespanMs(op, aggregation),
    };
  }

  /** Only "more than" means the same of a stream. */
  #exactOperator(op: string, aggregation: Omit<Aggregation, 'op' | 'timespanMs'>): 'gt' | 'gte' {
    if (op === 'gt' || op === 'gte') return op;
    const counts = aggregation.type.endsWith('_count');
    if (!counts) {
      throw this.#refusal(
        `"${op}" would be true before the time is over; only ">" and ">=" can be used here.`,
      );
    }
    throw this.#refusal(
      op === 'eq'
        ? 'A correlation with "eq" holds as soon as the number is reached, also when more follow; write it so if that is meant.'
        : `A correlation with "${op}" counts from the first hit of a group on and knows nothing of groups without one; write it so if that is meant.`,
      () => this.#rewrite(op, aggregation),
    );
  }

  #timespanMs(op: string, aggregation: Omit<Aggregation, 'op' | 'timespanMs'>): number {
    if (this.#timeframe !== undefined) return parseTimespan(this.#timeframe, 'timeframe');
    throw this.#refusal(
      'The rule counts, but has no "timeframe" to count in; add one such as "timeframe: 5m" to the detection, or write a correlation.',
      () => this.#rewrite(op, aggregation),
    );
  }

  #rewrite(op: string, { type, field, groupBy, value }: Omit<Aggregation, 'op' | 'timespanMs'>): string {
    return rewrite(this.#rule, {
      type,
      groupBy,
      timespan: this.#timespan(),
      condition: { ...(field === null ? {} : { field }), [op]: value },
    });
  }

  /** The largest value is above a bound when any is: that needs no counting. */
  #refuseExtreme(name: string, field: string, op: string, value: number): never {
    const any = name === 'max' ? ['gt', 'gte'] : ['lt', 'lte'];
    const { condition } = this.#rule;
    throw this.#refusal(
      `There is no correlation for "${name}"; ${
        any.includes(op)
          ? `one event is enough for it: compare with "${field}|${op}: ${value}".`
          : 'compare the field of each event with "gt" or "lt" instead.'
      }`,
      any.includes(op) ? () => rewrite(this.#rule, null, [condition, `${field}|${op}`, value]) : null,
    );
  }

  #refuseNear(text: string): never {
    throw this.#refusal('"near" is not part of Sigma any more; write a temporal correlation.', () =>
      nearRewrite(this.#rule, text, this.#timespan()),
    );
  }

  #timespan(): string {
    const value = this.#timeframe?.value;
    return value?.kind === 'scalar' && value.value !== null ? String(value.value) : SOME_TIMESPAN;
  }

  #refusal(message: string, rewritten: RuleError['rewrite'] = null): RuleError {
    const error = new RuleError('rule.condition', message, this.#rule.line);
    error.rewrite = rewritten;
    return error;
  }
}

function typeOf(name: string, field: string | null): Aggregation['type'] | null {
  if (name === 'count') return field === null ? 'event_count' : 'value_count';
  if (name === 'sum') return 'value_sum';
  return name === 'avg' ? 'value_avg' : null;
}
