import type { RuleFilesRead } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import { type Correlator, createCorrelator, validateCorrelations } from '../correlation/correlate.js';
import type { Firing } from '../correlation/hit.js';
import { entityOf } from '../correlation/sessions.js';
import { isObject, type Json, type JsonObject, ownField, toJsonText } from '../model/json.js';
import type { Logsource } from '../model/logsource.js';
import type { Subject } from '../model/signal.js';
import { numbered } from '../model/units.js';
import { parseExactJson } from '../parsers/json-exact.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { buildRuleset, type RulesetOptions } from '../ruleset.js';
import { compileRules } from '../sigma/compile.js';
import { type EventView, JsonFieldView } from '../sigma/event-view.js';
import { loadRules } from '../sigma/load.js';
import type { Placeholders } from '../sigma/modifiers/expand.js';
import { neededFields } from '../sigma/references.js';
import type { Ruleset } from '../sigma/ruleset.js';
import { visible } from '../telemetry/visible.js';
import { EXIT } from './io.js';
import { writtenReader } from './rules/written-event.js';

/** When correlations fire again: on each event while true, or after their state was cleared. */
export interface CaseOptions {
  readonly policy: 'each' | 'reset';
}

/**
 * `rules eval --cases`: each line is `{id, rule, event, placeholders?}` or `{id, rules, events: [{t, event}]}`
 * (`t` seconds), and is answered by `{id, match}`, `{id, firings: [{rule, at, group}]}` or `{id, error}`. Without
 * logsource there is no routing. As in every batch, events are taken in the order of their times; what silence fires
 * comes at the end of them, with `at: null`.
 */
export function evalCases(
  lines: Iterable<string>,
  write: (line: string) => void,
  options: CaseOptions,
): void {
  for (const line of lines) {
    if (line.trim() === '') continue;
    write(toJsonText(evalCase(line, options)));
  }
}

function evalCase(line: string, options: CaseOptions): JsonObject {
  const row = parseObject(line);
  if (row === null) return { id: null, error: 'The line is not a JSON object.' };
  const id = ownField(row, 'id') ?? null;
  try {
    return { id, ...(Object.hasOwn(row, 'rules') ? evalTimeline(row, options) : evalSingle(row)) };
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    return { id, error: error.message };
  }
}

/** A case that cannot be run, in words. */
class CaseError extends Error {}

function evalSingle(row: JsonObject): JsonObject {
  const ruleset = buildCase(ownField(row, 'rule'), placeholdersOf(ownField(row, 'placeholders')));
  const event = ownField(row, 'event');
  if (!isObject(event)) throw new CaseError('"event" must be an object.');
  return { match: matchesOf(ruleset, new JsonFieldView(event)).length > 0 };
}

interface TimedEvent {
  readonly at: number;
  readonly time: number;
  readonly view: EventView;
}

function evalTimeline(row: JsonObject, options: CaseOptions): JsonObject {
  const ruleset = buildCase(ownField(row, 'rules'), placeholdersOf(ownField(row, 'placeholders')));
  const needed = neededFields(ruleset.rules);
  const correlator = createCorrelator(ruleset.rules, {
    allowedLatenessMs: 0,
    maxGroups: 1_000_000,
    policy: options.policy,
    neededFields: needed,
    onLate: () => {},
    onEvicted: () => {},
  });
  const events = timedEvents(ownField(row, 'events'));
  const firings = events.flatMap((event) => [
    // Silence that ended before it is an event before it, for what waits for that.
    ...firingsOfSilence(ruleset, correlator.tick(event.time)),
    ...feed(ruleset, correlator, needed, event),
  ]);
  return { firings: [...firings, ...firingsOfSilence(ruleset, correlator.finish())] };
}

function firingsOfSilence(ruleset: Ruleset, firings: Iterable<Firing>): JsonObject[] {
  return [...firings].map((firing) => firingJson(ruleset, firing, null));
}

/** `at`: number of the event that completed it; null = silence did. */
function firingJson(ruleset: Ruleset, firing: Firing, at: number | null): JsonObject {
  const { name, title } = ruleset.rules[firing.rule]!;
  return { rule: name ?? title, at, group: Object.fromEntries(firing.group) };
}

/** Seconds that a date can hold. */
const MAX_T = 8.64e12;

function timedEvents(events: Json | undefined): TimedEvent[] {
  if (!Array.isArray(events)) throw new CaseError('"events" must be a list of {t, event}.');
  const timed = events.map((item, at) => {
    const event = isObject(item) ? ownField(item, 'event') : undefined;
    const t = isObject(item) ? ownField(item, 't') : undefined;
    if (!isObject(event) || typeof t !== 'number' || Math.abs(t) > MAX_T)
      throw new CaseError('"events" must be a list of {t, event}.');
    // Whole milliseconds, as events have: 1.001 times 1000 is less than 1001, and would be out of a window that it closes.
    return { at, time: Math.round(t * 1000), view: new JsonFieldView(event) };
  });
  return timed.sort((a, b) => a.time - b.time);
}

function feed(
  ruleset: Ruleset,
  correlator: Correlator,
  needed: readonly (readonly string[])[],
  { at, time, view }: TimedEvent,
): JsonObject[] {
  const subject = subjectOf(view);
  const firings = matchesOf(ruleset, view).flatMap((rule) =>
    correlator.feed({
      rule,
      time,
      receivedAt: time,
      seq: 0,
      index: at,
      repeat: 1,
      entity: entityOf(subject, null),
      subject,
      attributedIp: null,
      values: needed[rule]!.map((field) => textOf(view.get(field))),
      evidence: { seq: 0, index: at, original: '', matches: [] },
    }),
  );
  return [...firings, ...correlator.endEvent()].map((firing) => firingJson(ruleset, firing, at));
}

function buildCase(text: Json | undefined, placeholders: Placeholders): Ruleset {
  if (typeof text !== 'string') throw new CaseError('The rule must be YAML text.');
  const { rules, faults } = loadRules([{ path: 'case', text }]);
  const ruleset = compileRules(rules, { placeholders });
  const refused = [...faults, ...ruleset.faults, ...validateCorrelations(rules)];
  if (refused.length > 0) throw new CaseError(refused.map(({ message }) => message).join(' '));
  return ruleset;
}

function placeholdersOf(value: Json | undefined): Placeholders {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).map(([name, values]) => {
    const list = Array.isArray(values) ? values : [values];
    return [name, list.map(String)] as const;
  });
  return Object.fromEntries(entries);
}

export interface EventsOptions {
  /** Rules and the pipelines over them. */
  readonly read: RuleFilesRead;
  readonly settings?: RulesetOptions;
  /** Events as JSON objects, one a line. */
  readonly events: AsyncIterable<string> | Iterable<string>;
  /** How events that Vedette wrote were read; null = as any. */
  readonly config: Config | null;
  /** JSON lines instead of text. */
  readonly json: boolean;
}

/**
 * `rules eval --events FILE`: one line per match, none of what only correlations count (`generate`). There is no routing, but of
 * events that Vedette wrote: those are read as the daemon reads them. What cannot be read is told to `warn`, as lines, and does
 * not stop the rest. Returns the exit code.
 */
export async function evalEvents(
  options: EventsOptions,
  write: (line: string) => void,
  warn: (message: string) => void,
): Promise<number> {
  const { read, settings = {} } = options;
  const { ruleset, silenced, faults, warnings } = buildRuleset(read.files, settings);
  const { rules } = ruleset;
  const refused = [...read.faults, ...faults];
  if (refused.length > 0) warn(renderRuleFaults(refused));
  for (const warning of warnings) warn(`${visible(warning)}\n`);
  if (rules.length === 0) {
    warn('There is no rule to run.\n');
    return EXIT.config;
  }
  const seen = writtenReader(options.config);
  let unreadable = 0;
  let number = 0;
  const counted = new Map<number, number>();
  for await (const line of options.events) {
    number++;
    if (line.trim() === '') continue;
    const event = parseObject(line);
    if (event === null) {
      unreadable++;
      warn(`Line ${number} of the events is not a JSON object; it was passed over.\n`);
      continue;
    }
    const { view, logsource } = seen(event) ?? { view: new JsonFieldView(event), logsource: null };
    for (const index of matchesOf(ruleset, view, logsource)) {
      if (silenced.has(index)) {
        counted.set(index, (counted.get(index) ?? 0) + 1);
        continue;
      }
      const { id, title, level } = rules[index]!;
      if (options.json) write(JSON.stringify({ event: number, rule_id: id, title, level }));
      else write(`${number}\t${level}\t${title}\t${id}`);
    }
  }
  if (counted.size > 0) {
    const hits = [...counted.values()].reduce((sum, n) => sum + n, 0);
    warn(
      `Not printed, since only correlations count them: ${numbered(hits, 'hit')} of ${numbered(counted.size, 'rule')}. vedette replay runs these over logs.\n`,
    );
  }
  return refused.length + unreadable > 0 ? EXIT.findings : EXIT.done;
}

function matchesOf(ruleset: Ruleset, view: EventView, logsource: Logsource | null = null): number[] {
  const hits: number[] = [];
  ruleset.match(view, logsource, hits);
  return hits;
}

function parseObject(line: string): JsonObject | null {
  try {
    const value = parseExactJson(line.trim());
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Plain events have no normalizer: what they call by ECS names is taken. */
function subjectOf(view: EventView): Subject {
  return {
    sourceIp: textOf(view.get('source.ip')),
    host: textOf(view.get('host.name')),
    user: textOf(view.get('user.name')),
    targetUser: textOf(view.get('user.target.name')),
    program: textOf(view.get('process.name')),
    pid: null,
    tty: textOf(view.get('process.tty.name')),
    sessionId: null,
    destinationIp: textOf(view.get('destination.ip')),
  };
}

/** A group value as text; of an array the first member. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'object' ? toJsonText(value) : String(value);
}
