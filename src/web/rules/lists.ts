import type { RuleRow } from '../kit/api-types.js';
import { counted, shortNumber } from '../kit/number.js';

/** A way to look at the rules: those that ask for something to be done. */
export interface RuleListing {
  readonly key: string;
  readonly name: string;
  readonly words: string;
  readonly empty: string;
  readonly pick: (rules: readonly RuleRow[]) => readonly RuleRow[];
  /** What the list is about, of one rule. */
  readonly figure: (rule: RuleRow, all: readonly RuleRow[]) => string;
}

/** A rule with more of all alerts than this is noisy, if there are enough to tell. */
const NOISY_SHARE = 0.1;
const NOISY_ALERTS = 10;
/** Of all time spent on rules. */
const SLOW_SHARE = 0.1;
const SLOW_MS = 100;

export const LISTS: readonly RuleListing[] = [
  {
    key: 'noisy',
    name: 'Noisy',
    words: 'Rules with a tenth or more of the alerts of 7 days. Open one for a filter that would quiet it.',
    empty: 'No rule stands out.',
    pick: (rules) => {
      const total = sum(rules, 'alerts');
      return by(
        'alerts',
        rules.filter(({ alerts }) => alerts >= NOISY_ALERTS && alerts / total >= NOISY_SHARE),
      );
    },
    figure: ({ alerts }, all) => `${share(alerts, sum(all, 'alerts'))} of alerts (${shortNumber(alerts)})`,
  },
  {
    key: 'quiet',
    name: 'Never fired',
    words: 'What they look at arrives, but they have never matched.',
    empty: 'Every rule that can fire has fired.',
    pick: (rules) =>
      by(
        'candidates',
        rules.filter(({ state }) => state === 'quiet'),
      ),
    figure: ({ candidates }) => `${shortNumber(candidates)} events tried`,
  },
  {
    key: 'no_data',
    name: 'Cannot fire',
    words:
      'In the newest events nothing is that they could match: no source sends what they look at, or not with the fields that they need.',
    empty: 'Something arrives for every rule.',
    pick: (rules) =>
      rules
        .filter(({ state }) => state === 'no_data')
        .toSorted((a, b) => (neededWords(a) < neededWords(b) ? -1 : 1)),
    figure: (rule) => neededWords(rule),
  },
  {
    key: 'slow',
    name: 'Slow',
    words: 'Rules that take a tenth or more of the time spent on rules.',
    empty: 'No rule stands out.',
    pick: (rules) => {
      const total = sum(rules, 'milliseconds');
      return by(
        'milliseconds',
        rules.filter(({ milliseconds }) => milliseconds >= SLOW_MS && milliseconds / total >= SLOW_SHARE),
      );
    },
    figure: ({ milliseconds }, all) =>
      `${share(milliseconds, sum(all, 'milliseconds'))} of the time (${shortNumber(milliseconds)} ms)`,
  },
  {
    key: 'disabled',
    name: 'Off',
    words: 'Rules that somebody turned off.',
    empty: 'No rule is turned off.',
    pick: (rules) => rules.filter(({ state }) => state === 'disabled'),
    figure: () => 'off',
  },
  {
    key: 'all',
    name: 'All',
    words: 'All rules that are loaded.',
    empty: 'No rule is loaded.',
    pick: (rules) => rules,
    figure: ({ firings }) => `fired ${counted(firings, 'time')}`,
  },
];

/** Whether the source sends what the rule could match. */
export function canUse({ lacks, sources }: RuleRow, source: string): boolean {
  return lacks === null && sources.includes(source);
}

/** What a source would have to send. */
export function neededWords({
  logsource,
  lacks,
  sources,
}: Pick<RuleRow, 'logsource' | 'lacks' | 'sources'>): string {
  if (lacks !== null && lacks.rule !== null) {
    const { title, logsource } = lacks.rule;
    return `needs “${title}”, which ${neededWords({ logsource, lacks: { ...lacks, rule: null }, sources })}`;
  }
  const events = logsourceWords(logsource);
  if (lacks?.what !== 'fields') return `needs a source of ${events}`;
  const [first = '', ...others] = lacks.fields;
  const field = others.length === 0 ? first : `one of ${lacks.fields.join(', ')}`;
  return sources.length === 0 ? `needs events with ${field}` : `needs ${field} from ${sources.join(', ')}`;
}

/** `linux / sshd` */
export function logsourceWords(logsource: RuleRow['logsource']): string {
  const words = [logsource?.product, logsource?.category, logsource?.service].filter(Boolean);
  return words.length === 0 ? 'any events' : words.join(' / ');
}

type Amount = 'alerts' | 'candidates' | 'milliseconds';

function by(amount: Amount, rules: readonly RuleRow[]): RuleRow[] {
  return rules.toSorted((a, b) => b[amount] - a[amount]);
}

function sum(rules: readonly RuleRow[], amount: Amount): number {
  return rules.reduce((total, rule) => total + rule[amount], 0);
}

function share(part: number, total: number): string {
  return `${Math.round((100 * part) / Math.max(1, total))} %`;
}
