import { join } from 'node:path';
import { createSampleLine, openedTitles, type TimedLine } from '../../src/cli/rules/sample-line.js';
import { START } from '../../src/cli/rules/samples.js';
import { readRuleFiles } from '../../src/config/rule-files.js';
import { configSchema } from '../../src/config/schema.js';
import type { AlertChange } from '../../src/model/alert.js';
import type { Level, Rule } from '../../src/model/rule.js';
import { buildRuleset } from '../../src/ruleset.js';

export { START, type TimedLine };

const ROOT = join(import.meta.dirname, '../..');

export const files = readRuleFiles([join(ROOT, 'rules')]).files.map(({ path, text }) => ({
  path: path.slice(ROOT.length + 1),
  text,
}));

/** The shipped rules as the daemon builds them. */
export const built = buildRuleset(files);
export const shippedRules: readonly Rule[] = built.ruleset.rules;
/** Paths such as `rules/sigma/linux/lnx_sshd_login.yml`. */
export const ruleFiles: readonly string[] = files.map(({ path }) => path);

const line = createSampleLine(built, configSchema.parse({}));
/** With all that rules may ask for switched on. */
const wholeLine = createSampleLine(built, configSchema.parse({ business_hours: { enabled: true } }));

/** Titles of the detection rules that a line matches. */
export function titlesOf(text: string): string[] {
  return wholeLine.hitsOf(text, START).map((rule) => shippedRules[rule]!.title);
}

export interface TimelineOptions {
  readonly minSeverity?: Level;
}

/** Alert changes that the lines make, each line in a chunk of its own, with the default configuration. */
export function alertChanges(lines: readonly TimedLine[], options: TimelineOptions = {}): AlertChange[] {
  if (options.minSeverity === undefined) return line.alertChanges(lines);
  const config = configSchema.parse({ alerts: { min_severity: options.minSeverity } });
  return createSampleLine(built, config).alertChanges(lines);
}

/** Titles of the alerts that were opened, in order. */
export function openedAlerts(lines: readonly TimedLine[], options: TimelineOptions = {}): string[] {
  return openedTitles(alertChanges(lines, options));
}
