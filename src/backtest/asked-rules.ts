import type { Config } from '../config/schema.js';
import type { Rule, RuleFault } from '../model/rule.js';
import type { RuleFile } from '../protocol.js';
import { packRuleset, type RulePack } from '../rule-pack.js';
import { chooseRuleset } from '../ruleset.js';
import { chooseRules } from '../sigma/choose.js';
import { RuleIndex } from '../sigma/references.js';
import { suggest } from '../sigma/rule-error.js';
import type { AskedRules } from './messages.js';

/** The asked rules ready to run, with the correlations over them and all that these need. */
export interface Prepared {
  readonly pack: RulePack;
  /** Ids of the rules that were asked for. */
  readonly asked: ReadonlySet<string>;
  /** Of asked files. */
  readonly faults: readonly RuleFault[];
}

/** Rules that cannot be tried, in words. */
export class AskedRulesError extends Error {
  readonly faults: readonly RuleFault[];

  constructor(message: string, faults: readonly RuleFault[] = []) {
    super(message);
    this.faults = faults;
  }
}

/**
 * Finds the asked rules among all that the configuration names. They run as they would in the daemon: with its pipelines, filters and
 * placeholders, silenced by the correlations that silence them there. Throws AskedRulesError.
 */
export function prepareRules(
  asked: AskedRules,
  configured: readonly RuleFile[],
  settings: Config['rules'],
): Prepared {
  // The first of two rules with one id loads.
  const paths = new Set(asked.files.map(({ path }) => path));
  const files = [...asked.files, ...configured.filter(({ path }) => !paths.has(path))];
  const { placeholders } = settings;
  const all = chooseRuleset(files, { placeholders });
  const running = new Set(chooseRules(all.rules, settings).rules);
  const faults = all.faults.filter(({ place }) => paths.has(place.file));
  const named = askedAmong(all.rules, asked, paths, faults);
  const wanted = new Set([...named, ...over(named, all.rules, running)]);
  const choice = { only: idsOf(wanted), disable: [], enable: [] };
  const holding = new Set(chooseRules(all.rules, choice).rules.map(({ place }) => place.file));
  const used = files.filter(({ path, kind }) => kind === 'pipeline' || holding.has(path));
  const pack = packRuleset(used, [], { placeholders, ...choice }, () => null);
  const refused = pack.faults.filter(({ place }) => paths.has(place.file));
  return { pack, asked: new Set(idsOf(named)), faults: refused };
}

function askedAmong(
  rules: readonly Rule[],
  { names }: AskedRules,
  paths: ReadonlySet<string>,
  faults: readonly RuleFault[],
): ReadonlySet<Rule> {
  const found = new Set<Rule>();
  for (const name of names) {
    const lower = name.toLowerCase();
    const meant = rules.filter(
      (rule) => isTried(rule) && [rule.id, rule.name, rule.title].some((one) => one?.toLowerCase() === lower),
    );
    if (meant.length === 0) {
      const known = rules.flatMap((rule) => [rule.name ?? rule.id, rule.title]);
      throw new AskedRulesError(
        `There is no rule "${name}" among the ${rules.length} that load${suggest(name, known)}.`,
      );
    }
    for (const rule of meant) found.add(rule);
  }
  for (const rule of rules) if (isTried(rule) && paths.has(rule.place.file)) found.add(rule);
  if (found.size === 0) throw new AskedRulesError('None of these rules can be tried.', faults);
  return found;
}

/** Of a rule that counts, as Sigma 1 had them, the count is tried, not what it counts. */
function isTried(rule: Rule): boolean {
  return rule.kind === 'correlation' || (rule.kind === 'detection' && rule.partOf === undefined);
}

/** Correlations that run and name one of the rules, directly or through others. */
function over(
  named: ReadonlySet<Rule>,
  rules: readonly Rule[],
  running: ReadonlySet<Rule>,
): ReadonlySet<Rule> {
  const index = new RuleIndex(rules);
  const found = new Set<Rule>(named);
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const rule of rules) {
      if (rule.kind !== 'correlation' || found.has(rule) || !running.has(rule)) continue;
      if (index.referenced(rule).some((target) => found.has(rules[target]!))) found.add(rule);
    }
  }
  return found;
}

function idsOf(rules: ReadonlySet<Rule>): string[] {
  return [...rules].map(({ id }) => id);
}
