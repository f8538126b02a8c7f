import type { AlertChange } from '../model/alert.js';
import { CidrSet } from '../model/cidr-set.js';
import { globOfStars } from '../model/glob.js';
import { LEVELS } from '../model/rule.js';
import type { Silence, SilenceMatcher } from '../model/silence.js';

/** Tells which silence hides an alert, if any. */
export type Silencer = (change: AlertChange, receivedAt: number) => Silence | null;

/** The first that holds counts. */
export function createSilencer(silences: readonly Silence[]): Silencer {
  const compiled = silences.map((silence) => ({ silence, holds: compileMatcher(silence.matcher) }));
  return (change, receivedAt) =>
    compiled.find(({ silence, holds }) => receivedAt < silence.expires && holds(change))?.silence ?? null;
}

/** A matcher without conditions holds for nothing: it would hide everything. */
export function compileMatcher(matcher: SilenceMatcher): (change: AlertChange) => boolean {
  const tests = [...testsOf(matcher)];
  if (tests.length === 0) return () => false;
  return (change) => tests.every((test) => test(change));
}

function* testsOf(matcher: SilenceMatcher): Generator<(change: AlertChange) => boolean> {
  const { rule, entity, source_ip, host, user, severity } = matcher;
  if (rule !== undefined) yield (change) => change.rule.id === rule;
  if (entity !== undefined) {
    const holds = textTest(entity);
    yield (change) => holds(change.entity);
  }
  if (source_ip !== undefined) {
    const block = new CidrSet([source_ip]);
    yield ({ source }) => source !== undefined && block.has(source.ip);
  }
  if (host !== undefined) {
    const holds = textTest(host);
    yield (change) => change.host !== undefined && holds(change.host.name);
  }
  if (user !== undefined) {
    const holds = textTest(user);
    yield (change) =>
      [change.user?.name, change.user?.target?.name].some((name) => name !== undefined && holds(name));
  }
  if (severity !== undefined) {
    const highest = LEVELS.indexOf(severity);
    yield (change) => LEVELS.indexOf(change.severity) <= highest;
  }
}

function textTest(pattern: string): (text: string) => boolean {
  const glob = globOfStars(pattern.toLowerCase());
  return (text) => glob.test(text.toLowerCase());
}
