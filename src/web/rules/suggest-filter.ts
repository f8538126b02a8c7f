import type { AlertChange } from '../../model/alert.js';
import type { RuleRow } from '../kit/api-types.js';

export interface FilterSuggestion {
  readonly field: 'source.ip' | 'host.name' | 'user.name';
  readonly value: string;
  /** Of the alerts looked at, 0 to 1. */
  readonly share: number;
}

/** Fewer alerts tell nothing. */
const FEWEST = 5;
const SHARE = 0.4;

/** The one address, user or host that most of a rule's alerts are about, the largest share first; null = there is none. */
export function suggestFilter(alerts: readonly AlertChange[]): FilterSuggestion | null {
  if (alerts.length < FEWEST) return null;
  const found = [
    most('source.ip', alerts, ({ source }) => source?.ip),
    most('user.name', alerts, ({ user }) => user?.name),
    most('host.name', alerts, ({ host }) => host?.name),
  ];
  const best = found.filter((item) => item !== null).toSorted((a, b) => b.share - a.share)[0];
  return best !== undefined && best.share >= SHARE ? best : null;
}

/** The suggestion as a Sigma filter. Texts are written as JSON, which is YAML too. */
export function filterYaml(
  { id, title, logsource }: Pick<RuleRow, 'id' | 'title' | 'logsource'>,
  { field, value }: FilterSuggestion,
): string {
  const keys = Object.entries(logsource ?? {}).filter(([, of]) => typeof of === 'string');
  return [
    `title: ${JSON.stringify(`Not for ${title}: ${value}`)}`,
    'logsource:',
    ...keys.map(([key, of]) => `  ${key}: ${JSON.stringify(of)}`),
    'filter:',
    `  rules: [${JSON.stringify(id)}]`,
    '  known:',
    `    ${field}: ${JSON.stringify(value)}`,
    '  condition: not known',
    '',
  ].join('\n');
}

function most(
  field: FilterSuggestion['field'],
  alerts: readonly AlertChange[],
  read: (alert: AlertChange) => string | undefined,
): FilterSuggestion | null {
  const counts = new Map<string, number>();
  for (const alert of alerts) {
    const value = read(alert);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [first] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return first === undefined ? null : { field, value: first[0], share: first[1] / alerts.length };
}
