import { expect, it } from 'vitest';
import { createAlertBook } from '../../src/alerts/alert-book.js';
import { createCorrelator } from '../../src/correlation/correlate.js';
import { createSessionTable, entityOf, SESSION_DEFAULTS } from '../../src/correlation/sessions.js';
import type { CorrelationRule } from '../../src/model/rule.js';
import { loadRules } from '../../src/sigma/load.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { NOBODY } from './helpers.js';

interface ChainCase {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly events: readonly ChainEvent[] };
  readonly expect: { readonly fired: readonly string[] };
}

interface ChainEvent {
  /** Seconds of arrival. */
  readonly at: number;
  readonly event_time?: string;
  readonly sigma_matches?: readonly string[];
  readonly tags?: readonly string[];
  readonly message: string;
  readonly source_ip: string | null;
  readonly host?: string;
}

/** The chains of the other system as correlation rules; a step is the hit of a detection rule. */
const STEPS = ['scan', 'brute', 'login', 'escalation', 'web'] as const;
const CHAINS: readonly [id: string, timespan: string, steps: readonly (typeof STEPS)[number][]][] = [
  ['chain-002', '300s', ['scan', 'brute']],
  ['chain-001', '600s', ['brute', 'login']],
  ['chain-003', '900s', ['login', 'escalation']],
  ['chain-004', '180s', ['scan', 'web']],
  ['chain-005', '1800s', ['scan', 'brute', 'login', 'escalation']],
  ['chain-006', '120s', ['brute', 'brute', 'brute']],
];
const YAML = [
  ...STEPS.map(
    (step) =>
      `title: ${step}\nname: ${step}\nlogsource: {category: t}\ndetection: {s: {step: ${step}}, condition: s}\n`,
  ),
  ...CHAINS.map(
    ([id, timespan, steps]) =>
      `title: ${id}\nname: ${id}\ncorrelation: {type: temporal_ordered, rules: [${steps}], group-by: [entity], timespan: ${timespan}}\nlevel: high\n`,
  ),
].join('---\n');

describeShared('the chains of the pipeline corpus', () => {
  // Which programs' lines are a step is for detection rules to say, not for the chain.
  const rows = readJsonLines<ChainCase>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    ({ id, kind }) =>
      kind === 'chain' && id !== 'chain-denied-success' && id !== 'chain-program-not-substring',
  );
  for (const row of rows) it(row.id, () => expect(opened(row.input.events)).toEqual(row.expect.fired));
});

/** Names of the chains whose alerts opened, in order. */
function opened(events: readonly ChainEvent[]): string[] {
  const { rules } = loadRules([{ path: 'chains.yml', text: YAML }]);
  const correlator = createCorrelator(rules, {
    allowedLatenessMs: 30_000,
    maxGroups: 1000,
    neededFields: [],
    onLate: () => {},
    onEvicted: () => {},
  });
  const sessions = createSessionTable({ ...SESSION_DEFAULTS, onEvicted: () => {} });
  const alerts = createAlertBook({
    minSeverity: 'low',
    dedupWindowMs: 300_000,
    repeatIntervalMs: 4 * 3600e3,
    maxOpen: 100,
    matchesOf: ({ matches }) => matches ?? [],
  });

  return events.flatMap((event, index) => {
    const steps = stepsOf(event);
    const time = event.event_time === undefined ? event.at * 1000 : Date.parse(event.event_time);
    const subject = { ...NOBODY, sourceIp: event.source_ip, host: event.host ?? null };
    // The rows name users in the message only; they matter to attribution alone.
    const user = /(?:for|sudo:) (\w+)/.exec(event.message)?.[1] ?? null;
    const who = { ...subject, user };
    if (steps.includes('login')) {
      sessions.apply({ kind: 'session', change: 'open', session: 'login', subject: who, index, time });
    }
    const attributedIp = sessions.attribute(who, time)?.sourceIp ?? null;
    const entity = entityOf(subject, attributedIp);
    const hit = {
      time,
      // A log that is read late: nothing is received before it happened.
      receivedAt: Math.max(time, event.at * 1000),
      seq: 1,
      index,
      repeat: 1,
      entity,
      subject,
      attributedIp,
      values: [],
    };
    const evidence = { seq: 1, index, original: event.message, matches: [] };
    return steps
      .flatMap((step) => correlator.feed({ ...hit, rule: STEPS.indexOf(step), evidence }))
      .flatMap((firing) => alerts.raise(rules[firing.rule] as CorrelationRule, firing))
      .filter(({ alert }) => alert.status === 'opened')
      .map(({ rule }) => rule.name);
  });
}

function stepsOf({ sigma_matches = [], tags = [], message }: ChainEvent): (typeof STEPS)[number][] {
  const says = (...words: string[]) =>
    words.some((word) => message.includes(word) || sigma_matches.some((title) => title.includes(word)));
  return STEPS.filter(
    (step) =>
      ({
        scan: says('Port Scan'),
        brute: says('SSH Brute Force', 'Failed password') || tags.includes('auth:failure'),
        login: says('SSH Successful Login', 'Accepted password') || tags.includes('auth:success'),
        escalation: says('Privilege Escalation'),
        web: says('/wp-admin'),
      })[step],
  );
}
