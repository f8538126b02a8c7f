import type { Config } from '../config/schema.js';
import type { RuleSwitch } from '../storage/desk/rule-switches.js';

/** What the configuration says of rules, with those that people turned on or off. */
export function switchedRules(rules: Config['rules'], switches: readonly RuleSwitch[]): Config['rules'] {
  if (switches.length === 0) return rules;
  const on = switches.filter(({ enabled }) => enabled).map(({ rule }) => rule);
  const off = switches.filter(({ enabled }) => !enabled).map(({ rule }) => rule);
  return {
    ...rules,
    disable: [...rules.disable, ...off],
    enable: [...rules.enable.filter((one) => typeof one !== 'string' || !off.includes(one)), ...on],
  };
}
