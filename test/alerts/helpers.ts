import type { AlertBookOptions } from '../../src/alerts/alert-book.js';
import type { AlertCause, AlertingRule } from '../../src/alerts/alert-cause.js';
import type { CorrelationRule, DetectionRule } from '../../src/model/rule.js';
import type { Subject } from '../../src/model/signal.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const OPTIONS: AlertBookOptions = {
  minSeverity: 'low',
  dedupWindowMs: 5 * MINUTE,
  repeatIntervalMs: 4 * HOUR,
  maxOpen: 1000,
  matchesOf: ({ matches }) => matches ?? [],
};

const META = {
  id: '0e9ae7a2-5a0c-4f8e-9b0e-1d2c3b4a5f60',
  name: null,
  title: 'SSH Brute Force',
  description: null,
  status: null,
  level: 'high',
  tags: ['attack.t1110'],
  falsepositives: [],
  related: [],
  place: { file: 'rules/sigma/linux/ssh.yml', line: 1 },
  hash: '0123456789abcdef',
  custom: {},
} as const;

export function detection(changes: Partial<DetectionRule> = {}): AlertingRule {
  return {
    ...META,
    kind: 'detection',
    logsource: { category: null, product: 'linux', service: 'sshd' },
    selections: new Map(),
    conditions: [],
    ...changes,
  };
}

export function correlation(changes: Partial<CorrelationRule> = {}): AlertingRule {
  return {
    ...META,
    kind: 'correlation',
    type: 'event_count',
    rules: ['failed'],
    groupBy: ['source.ip'],
    timespanMs: 5 * MINUTE,
    condition: { bounds: [{ op: 'gte', value: 10 }], fields: [], percentile: null, expression: null },
    aliases: new Map(),
    generate: null,
    refire: 'reset',
    ...changes,
  };
}

const SUBJECT: Subject = {
  sourceIp: '1.2.3.4',
  host: null,
  user: null,
  targetUser: null,
  program: null,
  pid: null,
  tty: null,
  sessionId: null,
  destinationIp: null,
};

export function subject(changes: Partial<Subject>): Subject {
  return { ...SUBJECT, ...changes };
}

let nextSeq = 0;

/** A hit at a time in seconds, received when it happened; each is another event. */
export function hitAt(seconds: number, changes: Partial<AlertCause> = {}): AlertCause {
  const seq = ++nextSeq;
  const time = seconds * SECOND;
  return {
    time,
    since: time,
    receivedAt: time,
    seq,
    index: 0,
    repeat: 1,
    entity: '1.2.3.4',
    subject: SUBJECT,
    attributedIp: null,
    group: [],
    value: null,
    evidence: [{ seq, index: 0, original: `line ${seq}`, matches: [] }],
    ...changes,
  };
}
