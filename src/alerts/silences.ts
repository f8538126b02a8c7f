import type { AlertChange } from '../model/alert.js';
import { CidrSet } from '../model/cidr-set.js';
import { globOfStars } from '../model/glob.js';
import { LEVELS } from '../model/rule.js';
import type { Silence, SilenceMatcher } from '../model/silence.js';
import type { AlertCause, AlertingRule } from './alert-cause.js';
import { whoPart } from './open-alert.js';

/** What silences look at: of an alert, or of a hit before it becomes part of one. */
export type Silenceable = Pick<AlertChange, 'entity' | 'source' | 'host' | 'user' | 'severity'> & {
  readonly rule: Pick<AlertChange['rule'], 'id'>;
};

/** Tells which silence hides a hit or an alert, if any. */
export type Silencer = (what: Silenceable, receivedAt: number) => Silence | null;

/** What silences look at, of a hit or firing of `rule`. */
export function silenceable(rule: AlertingRule, cause: AlertCause): Silenceable {
  return {
    rule,
    severity: cause.severity ?? rule.level,
    entity: cause.entity,
    ...whoPart(cause),
  };
}

/** The first that holds counts. */
export function createSilencer(silences: readonly Silence[]): Silencer {
  const compiled = silences.map((silence) => ({ silence, holds: compileMatcher(silence.matcher) }));
  return (what, receivedAt) =>
    compiled.find(({ silence, holds }) => receivedAt < silence.expires && holds(what))?.silence ?? null;
}

/** A matcher without conditions holds for nothing: it would hide everything. */
export function compileMatcher(matcher: SilenceMatcher): (what: Silenceable) => boolean {
  const tests = [...testsOf(matcher)];
  if (tests.length === 0) return () => false;
  return (what) => tests.every((test) => test(what));
}

function* testsOf(matcher: SilenceMatcher): Generator<(what: Silenceable) => boolean> {
  const { rule, entity, source_ip, host, user, severity } = matcher;
  if (rule !== undefined) yield (what) => what.rule.id === rule;
  if (entity !== undefined) {
    const holds = textTest(entity);
    yield (what) => holds(what.entity);
  }
  if (source_ip !== undefined) {
    const block = new CidrSet([source_ip]);
    yield ({ source }) => source !== undefined && block.has(source.ip);
  }
  if (host !== undefined) {
    const holds = textTest(host);
    yield ({ host: where }) => where !== undefined && holds(where.name);
  }
  if (user !== undefined) {
    const holds = textTest(user);
    yield ({ user: who }) => [who?.name, who?.target?.name].some((name) => name !== undefined && holds(name));
  }
  if (severity !== undefined) {
    const highest = LEVELS.indexOf(severity);
    yield (what) => LEVELS.indexOf(what.severity) <= highest;
  }
}

function textTest(pattern: string): (text: string) => boolean {
  const glob = globOfStars(pattern.toLowerCase());
  return (text) => glob.test(text.toLowerCase());
}
