import { quoted, RuleError, suggest } from '../rule-error.js';

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
export type Encoding = 'utf16le' | 'utf16be' | 'utf16' | 'base64' | 'base64offset';

/** What a chain of modifiers asks for, in one record; compile-item.ts turns it and the values into predicates. */
export interface Chain {
  operator: 'text' | 're' | 'cidr' | 'compare' | 'exists' | 'fieldref' | 'time';
  /** Wildcards added before and after the value; none = the whole value. */
  openStart: boolean;
  openEnd: boolean;
  cased: boolean;
  all: boolean;
  negated: boolean;
  expand: boolean;
  /** In order; `windash` among them. */
  transforms: (Encoding | 'windash')[];
  /** Of `re`: letters among i, m, s. */
  flags: string;
  comparison: Comparison | null;
  timePart: TimePart | null;
}

const OPERATORS: Readonly<Record<string, (chain: Chain) => void>> = {
  re: (chain) => setOperator(chain, 're'),
  cidr: (chain) => setOperator(chain, 'cidr'),
  exists: (chain) => setOperator(chain, 'exists'),
  fieldref: (chain) => setOperator(chain, 'fieldref'),
  lt: (chain) => setComparison(chain, 'lt'),
  lte: (chain) => setComparison(chain, 'lte'),
  gt: (chain) => setComparison(chain, 'gt'),
  gte: (chain) => setComparison(chain, 'gte'),
  minute: (chain) => setTimePart(chain, 'minute'),
  hour: (chain) => setTimePart(chain, 'hour'),
  day: (chain) => setTimePart(chain, 'day'),
  week: (chain) => setTimePart(chain, 'week'),
  month: (chain) => setTimePart(chain, 'month'),
  year: (chain) => setTimePart(chain, 'year'),
  i: (chain) => addFlag(chain, 'i'),
  m: (chain) => addFlag(chain, 'm'),
  s: (chain) => addFlag(chain, 's'),
  contains: (chain) => {
    chain.openStart = true;
    chain.openEnd = true;
  },
  startswith: (chain) => {
    chain.openEnd = true;
  },
  endswith: (chain) => {
    chain.openStart = true;
  },
  all: (chain) => {
    chain.all = true;
  },
  cased: (chain) => {
    chain.cased = true;
  },
  neq: (chain) => {
    chain.negated = true;
  },
  expand: (chain) => {
    chain.expand = true;
  },
  windash: (chain) => {
    chain.transforms.push('windash');
  },
  wide: (chain) => addEncoding(chain, 'utf16le', 'wide'),
  utf16le: (chain) => addEncoding(chain, 'utf16le'),
  utf16be: (chain) => addEncoding(chain, 'utf16be'),
  utf16: (chain) => addEncoding(chain, 'utf16'),
  base64: (chain) => addEncoding(chain, 'base64'),
  base64offset: (chain) => addEncoding(chain, 'base64offset'),
};

export const MODIFIERS: readonly string[] = Object.keys(OPERATORS);

/** Reads modifiers left to right (Sigma appendix "Modifiers") and refuses what cannot go together. */
export function readChain(modifiers: readonly string[]): Chain {
  const chain: Chain = {
    operator: 'text',
    openStart: false,
    openEnd: false,
    cased: false,
    all: false,
    negated: false,
    expand: false,
    transforms: [],
    flags: '',
    comparison: null,
    timePart: null,
  };
  for (const modifier of modifiers) {
    if (modifier === '')
      throw new RuleError(
        'rule.modifier',
        'A modifier is missing: the key ends with "|", or two stand together.',
      );
    if (!Object.hasOwn(OPERATORS, modifier)) {
      const hint = suggest(modifier, MODIFIERS);
      throw new RuleError('rule.modifier', `There is no modifier ${quoted(modifier)}${hint}.`);
    }
    OPERATORS[modifier]!(chain);
  }
  refuseCombinations(chain);
  return chain;
}

/** `modifier`: as the rule calls it. */
function setOperator(chain: Chain, operator: Chain['operator'], modifier: string = operator): void {
  if (chain.operator !== 'text') {
    throw new RuleError('rule.modifier', `"${nameOf(chain)}" and "${modifier}" cannot go together.`);
  }
  if (operator !== 'fieldref' && (chain.openStart || chain.openEnd)) {
    throw new RuleError('rule.modifier', `"${modifier}" must be the first modifier of the field.`);
  }
  chain.operator = operator;
}

function setComparison(chain: Chain, comparison: Comparison): void {
  if (chain.operator === 'time' && chain.comparison === null) chain.comparison = comparison;
  else {
    setOperator(chain, 'compare', comparison);
    chain.comparison = comparison;
  }
}

function setTimePart(chain: Chain, part: TimePart): void {
  setOperator(chain, 'time', part);
  chain.timePart = part;
}

function addFlag(chain: Chain, flag: 'i' | 'm' | 's'): void {
  if (chain.operator !== 're') {
    throw new RuleError('rule.modifier', `"${flag}" is a flag of regular expressions; write "re|${flag}".`);
  }
  chain.flags += flag;
}

function addEncoding(chain: Chain, encoding: Encoding, modifier: string = encoding): void {
  if (chain.openStart || chain.openEnd) {
    throw new RuleError(
      'rule.modifier',
      `"${modifier}" must come before contains, startswith and endswith: the wildcards they add cannot be encoded.`,
    );
  }
  chain.transforms.push(encoding);
}

function refuseCombinations(chain: Chain): void {
  const { operator } = chain;
  if (operator === 'text') return;
  const name = nameOf(chain);
  if (chain.transforms.length > 0) {
    throw new RuleError('rule.modifier', `"${chain.transforms[0]}" cannot go together with "${name}".`);
  }
  if (chain.expand) throw new RuleError('rule.modifier', `"expand" cannot go together with "${name}".`);
  const anchored = chain.openStart || chain.openEnd;
  if (anchored && operator !== 'fieldref' && operator !== 're') {
    throw new RuleError(
      'rule.modifier',
      `contains, startswith and endswith cannot go together with "${name}".`,
    );
  }
  if (chain.cased && operator !== 'fieldref' && (operator !== 're' || chain.flags.includes('i'))) {
    throw new RuleError('rule.modifier', `"cased" cannot go together with "${name}".`);
  }
  if (operator === 'exists' && (chain.all || chain.negated)) {
    throw new RuleError('rule.modifier', '"exists" stands alone; use "exists: false" for the opposite.');
  }
}

function nameOf(chain: Chain): string {
  return chain.comparison ?? chain.timePart ?? (chain.flags === '' ? chain.operator : `re|${chain.flags}`);
}
