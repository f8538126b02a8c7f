import { type DetectionRule, type RuleLogsource, refusedRules } from '../../model/rule.js';
import { numbered } from '../../model/units.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { LogSample } from '../log-sample.js';
import { reachOf } from '../reach.js';

const MOST_TITLES = 5;
const MOST_GROUPS = 40;

export const rules: Check = {
  title: 'Rules',
  run({ rules: configured, sample, figures }) {
    const { read, chosen } = configured();
    const refused = [...read.faults, ...chosen.faults];
    const findings: Finding[] = [];
    if (refused.length > 0)
      findings.push(
        problem(
          `${numbered(refusedRules(refused), 'rule')} ${refusedRules(refused) === 1 ? 'is' : 'are'} refused.`,
          'vedette rules list says where and why.',
          refused
            .slice(0, MOST_TITLES)
            .map(({ place, message }) => `${place.file}:${place.line}: ${message}`),
        ),
      );
    const former = figures?.rules.former ?? [];
    if (former.length > 0)
      findings.push(
        problem(
          'The daemon runs former versions of rule files, whose new ones have faults or cannot be read.',
          'Mend what is refused; then it takes up the new versions by itself.',
          former.slice(0, MOST_TITLES),
        ),
      );
    for (const warning of chosen.warnings)
      findings.push(problem(warning, 'Correct it or take it out of the configuration.'));
    const seen = sample();
    const detections = chosen.rules.filter((rule) => rule.kind === 'detection');
    const well = [`${chosen.rules.length} load`];
    if (seen !== null) {
      const packaged = new Set(read.files.filter(({ kind }) => kind === 'packaged').map(({ path }) => path));
      findings.push(...idle(detections, seen, (rule) => packaged.has(rule.place.file)));
    }
    return { well, findings };
  },
};

/** Rules that nothing of the log could have met, by their logsource. Of packaged ones that is no fault. */
function idle(
  all: readonly DetectionRule[],
  seen: LogSample,
  isPackaged: (rule: DetectionRule) => boolean,
): Finding[] {
  const groups = new Map<string, { readonly why: 'logsource' | 'fields'; readonly rules: DetectionRule[] }>();
  for (const { rule, idle: why } of reachOf(all, seen.logsources)) {
    if (why === null) continue;
    const key = `${isPackaged(rule)} ${why} ${logsourceText(rule.logsource)}`;
    const group = groups.get(key) ?? { why, rules: [] };
    groups.set(key, group);
    group.rules.push(rule);
  }
  const looked = `in the ${seen.isWhole ? '' : 'newest '}${numbered(seen.records, 'record')} of the log`;
  return [...groups.values()]
    .sort((a, b) => b.rules.length - a.rules.length)
    .slice(0, MOST_GROUPS)
    .map(({ why, rules: [first, ...others] }) => {
      const some = [first!, ...others];
      const source = logsourceText(first!.logsource);
      const many = numbered(some.length, 'rule');
      const [what, fix] =
        why === 'logsource'
          ? [
              `${many} for ${source} cannot fire: no such events are ${looked}.`,
              'Send them, or name the source that has them by its logsource:; else switch the rules off with rules.disable.',
            ]
          : [
              `${many} for ${source} cannot fire: no event has one of their fields ${looked}.`,
              'vedette rules fields says what they ask for; have the senders log it, or map it with a pipeline or extractors:.',
            ];
      const titles = some.slice(0, MOST_TITLES).map(({ title }) => title);
      const more = some.length > MOST_TITLES ? [`and ${some.length - MOST_TITLES} more`] : [];
      return (isPackaged(first!) ? hint : problem)(what, fix, [...titles, ...more]);
    });
}

function logsourceText({ product, category, service }: RuleLogsource): string {
  return [product, category, service].filter((word) => word !== null).join(' / ') || 'any logsource';
}
