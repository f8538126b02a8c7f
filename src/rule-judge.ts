import { parentPort, workerData } from 'node:worker_threads';
import { hintsBySource } from './config/source-hints.js';
import type { Match } from './model/detection.js';
import { toEventJson } from './model/event.js';
import { toJsonText } from './model/json.js';
import type { Level, Rule } from './model/rule.js';
import { enrichmentOf, readRecord } from './pipeline.js';
import type { FromRuleJudge, RuleDescription, RuleJudgeStart } from './protocol.js';
import { filesOf, openForDetection } from './rule-pack.js';
import { reasonAgainst, verdictIn } from './rule-verdict.js';
import { buildRuleset } from './ruleset.js';
import { routingProblem } from './sigma/match/route.js';
import { RuleError } from './sigma/rule-error.js';

/** The thread that looks at rules for people: what there is, and what they say to a record. It answers one task and ends. */
parentPort!.postMessage(answer(workerData as RuleJudgeStart));

function answer({ pack, config, task }: RuleJudgeStart): FromRuleJudge {
  switch (task.kind) {
    case 'list':
      return { kind: 'list', rules: allRules(pack).map(describe) };
    case 'texts':
      return { kind: 'texts', texts: textsAt(pack, task.paths) };
    case 'test':
      return { kind: 'test', ...test(pack, config, task) };
    case 'matches':
      return { kind: 'matches', rules: matches(pack, config, task) };
  }
}

function textsAt(pack: RuleJudgeStart['pack'], paths: readonly string[]): ReadonlyMap<string, string> {
  const wanted = new Set(paths);
  const files = filesOf(pack).filter(({ path }) => wanted.has(path));
  return new Map(files.map(({ path, text }) => [path, text]));
}

/** Also those that the configuration leaves out. */
function allRules(pack: RuleJudgeStart['pack']): readonly Rule[] {
  const { rules } = buildRuleset(filesOf(pack), {}).ruleset;
  return rules.filter((rule) => rule.kind !== 'detection' || rule.partOf === undefined);
}

function describe(rule: Rule): RuleDescription {
  const { id, title, level, kind, place, status, description, falsepositives, tags, custom } = rule;
  const { references } = custom as { references?: unknown };
  return {
    ...{ id, title, level, kind, place, status, falsepositives, tags },
    description: description ?? '',
    references: Array.isArray(references) ? references.map(String) : [],
    logsource: rule.kind === 'correlation' ? null : rule.logsource,
    of: rule.kind === 'correlation' ? rule.rules : [],
  };
}

function test(
  pack: RuleJudgeStart['pack'],
  config: RuleJudgeStart['config'],
  { text, id, line, now }: Extract<RuleJudgeStart['task'], { kind: 'test' }>,
): Omit<Extract<FromRuleJudge, { kind: 'test' }>, 'kind'> {
  if (text === null && id === null) return testAll(pack, config, { line, now });
  const path = 'the rule';
  const { placeholders } = config.rules;
  const files = text === null ? filesOf(pack) : [{ path, text }, ...filesOf(pack)];
  const { ruleset, faults } = buildRuleset(files, { placeholders });
  const among = { rules: ruleset.rules, enrichment: config, placeholders };
  const { event, view } = readRecord(line, now, undefined, enrichmentOf(config, null) ?? undefined);
  const meant = ruleset.rules.filter(
    (rule) => rule.kind === 'detection' && (text === null ? rule.id === id : rule.place.file === path),
  );
  return {
    event: toJsonText(toEventJson(event)),
    errors: faults
      .filter(({ place }) => text !== null && place.file === path)
      .map(({ place, message }) => `line ${place.line}: ${message}`),
    rules: meant.flatMap((rule) => {
      if (rule.kind !== 'detection') return [];
      try {
        const holds = routingProblem(rule, event.logsource) === null && verdictIn(among, rule, view).holds;
        const explanation = holds ? 'It matches.' : reasonAgainst(rule, line, now, among);
        return [{ id: rule.id, title: rule.title, match: holds, explanation }];
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        return [{ id: rule.id, title: rule.title, match: false, explanation: error.message }];
      }
    }),
  };
}

/** Only those that match: why not is too much to say of thousands. */
function testAll(
  pack: RuleJudgeStart['pack'],
  config: RuleJudgeStart['config'],
  { line, now }: { readonly line: string; readonly now: number },
): Omit<Extract<FromRuleJudge, { kind: 'test' }>, 'kind'> {
  const { event } = readRecord(line, now, undefined, enrichmentOf(config, null) ?? undefined);
  return {
    event: toJsonText(toEventJson(event)),
    errors: [],
    rules: matches(pack, config, { line, now, source: '' }).map(({ id, title }) => ({
      id,
      title,
      match: true,
      explanation: '',
    })),
  };
}

/** The rules in use that match one record, each with why. */
function matches(
  pack: RuleJudgeStart['pack'],
  config: RuleJudgeStart['config'],
  { line, now, source }: Omit<Extract<RuleJudgeStart['task'], { kind: 'matches' }>, 'kind'>,
): { id: string; title: string; level: Level; matches: readonly Match[] }[] {
  const { ruleset } = openForDetection(pack);
  const hints = hintsBySource(config.sources).get(source);
  const { event, view } = readRecord(line, now, hints, enrichmentOf(config, source));
  const hits: number[] = [];
  ruleset.match(view, event.logsource, hits);
  return [...new Set(hits)].map((index) => {
    const { id, title, level } = ruleset.rules[index]!;
    return { id, title, level, matches: ruleset.explain(index, view) };
  });
}
