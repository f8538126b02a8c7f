import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/schema.js';
import { isObject, type Json, type JsonObject, toJsonText } from '../../model/json.js';
import type { Logsource } from '../../model/logsource.js';
import { type DetectionRule, type Rule, refusedRules } from '../../model/rule.js';
import { parseExactJson } from '../../parsers/json-exact.js';
import { renderRuleFaults } from '../../report/rule-faults.js';
import { renderVerdict, type VerdictLine } from '../../report/verdict-text.js';
import { type Among, causeText, seenLine, shorten, textOf, toText, verdictIn } from '../../rule-verdict.js';
import { buildRuleset } from '../../ruleset.js';
import { EventFieldView, type EventView, JsonFieldView } from '../../sigma/event-view.js';
import { routingProblem } from '../../sigma/match/route.js';
import { RuleError } from '../../sigma/rule-error.js';
import { decisivePath, type Verdict } from '../../sigma/verdict.js';
import { visible } from '../../telemetry/visible.js';
import { CliError, type CliIo, EXIT, textLines } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, shownPath, withRuleOptions } from './chosen-rules.js';
import { writtenReader } from './written-event.js';

interface ExplainOptions extends RuleOptions {
  readonly line?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  vedette rules explain ssh_failed_login --line 'Nov 20 10:00:00 web sshd[9]: Accepted password for root from 203.0.113.7 port 22 ssh2'
  vedette rules explain rule.yml event.json
  vedette rules explain rule.yml '{"Image": "C:\\\\Windows\\\\System32\\\\cmd.exe"}'
`;

export function explainCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('explain'))
    .description(
      'Why a rule matches an event or does not: each of its parts with its truth and the value seen.',
    )
    .argument('<rule>', 'id, name, title or file of a rule')
    .argument('<event>', 'an event as JSON, a file that holds one, or - for stdin')
    .option('--line', 'the event is a log record, which is parsed and normalized first')
    .option('--json', 'the whole verdict as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (name: string, given: string, options: ExplainOptions) => {
        const { rule, among, config } = findRule(name, options, io);
        const text = await eventText(given, options.line ?? false, io);
        const { view, logsource } = options.line
          ? seenLine(text, Date.now(), among.enrichment)
          : seenEvent(text, config);
        const verdict = judged(rule, among, view);
        const problem = logsource === null ? null : routingProblem(rule, logsource);
        const explained = { rule, verdict, problem, logsource, view };
        io.out(options.json ? `${toJsonText(toObject(explained))}\n` : render(explained, io));
        return verdict.holds && problem === null ? EXIT.done : EXIT.findings;
      }),
    );
}

interface Explained {
  readonly rule: DetectionRule;
  readonly verdict: Verdict;
  /** Why the rule is not tried on such events; null = it is. */
  readonly problem: string | null;
  /** Null = the event came as plain JSON, without routing. */
  readonly logsource: Logsource | null;
  readonly view: EventView;
}

function findRule(
  name: string,
  options: ExplainOptions,
  io: CliIo,
): { rule: DetectionRule; among: Among; config: Config | null } {
  const path = resolve(io.cwd, name);
  const isFile = existsSync(path) && statSync(path).isFile();
  const choice = isFile ? { ...options, rules: [...(options.rules ?? []), name] } : options;
  const { read, settings, config } = chosenRules(choice, io);
  const { placeholders = {} } = settings;
  const isNamed = (rule: Rule): boolean =>
    isFile
      ? rule.place.file === path && rule.kind === 'detection'
      : [rule.id.toLowerCase(), rule.name, rule.title].some(
          (known) => known === name || known === name.toLowerCase(),
        );
  let { ruleset, faults } = buildRuleset(read.files, settings);
  // A rule that the configuration leaves out can be explained all the same.
  if (!ruleset.rules.some(isNamed)) ({ ruleset, faults } = buildRuleset(read.files, { placeholders }));
  const { rules } = ruleset;
  const found = rules.filter(isNamed);
  const shown = visible(name);
  const [named] = found;
  if (named === undefined) {
    const told = new Set(read.files.filter(({ kind }) => kind === 'pipeline').map((file) => file.path));
    if (isFile) told.add(path);
    // What is refused may be what was meant: its title is not known then.
    const isNamedFile = !isFile && options.rules !== undefined;
    const all = [...read.faults, ...faults];
    const asked = all.filter(({ place }) => isNamedFile || told.has(place.file)).slice(0, MAX_TOLD);
    const why =
      asked.length === 0 && all.length > 0
        ? `Refused: ${refusedRules(all)}; vedette rules list says why.`
        : renderRuleFaults(asked);
    throw new CliError(
      `There is no detection rule "${shown}" among the ${rules.length} that load.\n${why}`.trimEnd(),
      EXIT.usage,
    );
  }
  if (found.length > 1) {
    const titles = found.map(({ title }) => `\n  ${visible(title)}`).join('');
    throw new CliError(
      `"${shown}" names several rules; give one by its title and the file by -r:${titles}`,
      EXIT.usage,
    );
  }
  // Of a Sigma 1 rule that counts: what it counts.
  const rule = rules.find((other) => other.kind === 'detection' && other.partOf === named.id) ?? named;
  if (rule.kind === 'correlation') {
    throw new CliError(
      `"${shown}" is a correlation, which ${rule.absent === undefined ? 'no single event satisfies' : `is satisfied when ${visible(rule.absent)} does not come`}; explain one of its rules: ${rule.rules.map(visible).join(', ')}.`,
      EXIT.usage,
    );
  }
  if (rule.kind === 'filter')
    throw new CliError(`"${shown}" is a filter; explain a rule that it applies to.`, EXIT.usage);
  return { rule, among: { rules, enrichment: config, placeholders }, config };
}

async function eventText(given: string, line: boolean, io: CliIo): Promise<string> {
  if (given === '-') {
    const lines: string[] = [];
    for await (const text of textLines(io.stdin())) {
      lines.push(text);
      if (line) break;
    }
    return lines.join('\n');
  }
  if (line || given.trimStart().startsWith('{')) return given;
  const path = resolve(io.cwd, given);
  if (given === '' || !existsSync(path)) {
    throw new CliError(
      `The event ${JSON.stringify(given)} is no JSON object, and no such file is there; a log record needs --line.`,
      EXIT.usage,
    );
  }
  return readFileSync(path, 'utf8');
}

/** As `seenLine`, of an event as JSON; that of somebody else has no logsource. */
function seenEvent(text: string, config: Config | null): { view: EventView; logsource: Logsource | null } {
  const event = eventOf(text);
  return writtenReader(config)(event) ?? { view: new JsonFieldView(event), logsource: null };
}

function eventOf(text: string): JsonObject {
  let value: Json | null = null;
  try {
    value = parseExactJson(text.trim());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isObject(value)) return value;
  throw new CliError('The event is not one JSON object; a log record needs --line.', EXIT.usage);
}

function judged(rule: DetectionRule, among: Among, view: EventView): Verdict {
  try {
    return verdictIn(among, rule, view);
  } catch (error) {
    if (error instanceof RuleError)
      throw new CliError(`The rule cannot match: ${visible(error.message)}`, EXIT.config);
    throw error;
  }
}

function render({ rule, verdict, problem, logsource, view }: Explained, io: CliIo): string {
  const matches = verdict.holds && problem === null;
  const head = `${visible(rule.title)} (${visible(shownPath(rule.place.file, io))}:${rule.place.line}) ${matches ? 'matches' : 'does not match'}\n`;
  const routing =
    logsource === null ? '' : `logsource: ${problem ?? `the rule runs on ${logsourceText(logsource)}`}\n`;
  const tree = renderVerdict(lineOf(verdict, view), io);
  const cause = verdict.holds ? '' : `decisive: ${visible(causeText(verdict, view))}\n`;
  return head + routing + tree + cause;
}

function logsourceText({ closed, product, categories, services }: Logsource): string {
  if (!closed) return 'events that nobody recognises';
  return [product, ...categories, ...services].filter((word) => word !== null).join(' / ');
}

function lineOf(verdict: Verdict, view: EventView): VerdictLine {
  const parts = verdict.kind === 'item' ? [] : verdict.parts.map((part) => lineOf(part, view));
  return { holds: verdict.holds, text: textOf(verdict, view), parts };
}

function toObject({ rule, verdict, problem, logsource, view }: Explained): JsonObject {
  return {
    rule: { id: rule.id, title: rule.title, file: rule.place.file, line: rule.place.line },
    match: verdict.holds && problem === null,
    routing: logsource === null ? null : { runs: problem === null, reason: problem },
    verdict: verdictObject(verdict, view),
    decisive: verdict.holds ? null : verdictObject(decisivePath(verdict).at(-1)!, view),
  };
}

function verdictObject(verdict: Verdict, view: EventView): JsonObject {
  if (verdict.kind !== 'item') {
    const { kind, name, holds, parts } = verdict;
    return { kind, name, holds, parts: parts.map((part) => verdictObject(part, view)) };
  }
  const { kind, holds, field, modifiers, values, seen, matched } = verdict;
  const found = field === null || !(view instanceof EventFieldView) ? null : view.foundUnder(field);
  return {
    ...{
      kind,
      holds,
      field,
      modifiers: [...modifiers],
      values: values.slice(0, MAX_LISTED),
      matched: [...matched],
    },
    seen: seen === undefined ? null : shorten(toText(seen)),
    found: found === null ? null : { in: found.in, name: found.name },
  };
}

const MAX_LISTED = 100;
/** Faults of rules beside the one that was asked for. */
const MAX_TOLD = 20;
