import type { AlertChange, AlertStatus, AnomalyFinding } from '../model/alert.js';
import type { Level } from '../model/rule.js';
import {
  type Evidence,
  type GroupValue,
  isSameEvent,
  type MatchesOf,
  type Subject,
} from '../model/signal.js';
import { isoTime } from '../model/units.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../model/uuid.js';
import type { AlertCause, AlertingRule } from './alert-cause.js';

const MAX_FIRST_EVIDENCE = 4;
const MAX_HOSTS = 16;
/** So many hosts are told of one by one; then each time that there are twice as many. */
const HOSTS_ONE_BY_ONE = 4;

/** An alert that is not ended. Plain data: this is what a snapshot holds. */
export interface OpenAlert {
  readonly id: string;
  /** Group values, or the entity, as one text: the fingerprint within the rule. */
  readonly key: string;
  /** Silence does not end it. */
  readonly held: boolean;
  /** The silence that hides it, and all its hits, from first to last; null = it is told. */
  readonly silenced: NonNullable<AlertChange['silenced']> | null;
  revision: number;
  count: number;
  firstSeen: number;
  /** Newest event time, ms. */
  lastSeen: number;
  /** Newest receive time, ms: what silence is measured by. */
  lastReceivedAt: number;
  /** Event time of the last line, ms: what repeat_interval is measured by. */
  lastLineAt: number;
  /** Receive time of the last line, ms: the same, where the sender's clock stands still. */
  lastLineReceivedAt: number;
  /** The next power of ten that makes a line. */
  nextMilestone: number;
  severity: Level;
  rule: AlertChange['rule'];
  threat: AlertChange['threat'];
  readonly entity: string;
  readonly subject: Subject;
  readonly attributedIp: string | null;
  readonly group: readonly GroupValue[];
  /** The first 16 hosts that hits named. */
  readonly hosts: string[];
  reason: string;
  /** Null but for the anomaly rule. */
  anomaly: AnomalyFinding | null;
  /** At most 4 of the first. */
  readonly firstEvidence: Evidence[];
  /** The newest, null while it is one of the first. */
  lastEvidence: Evidence | null;
  /** Length of the texts that senders decide and that are held for it. */
  characters: number;
}

/**
 * A new alert, with nothing counted yet.
 *
 * Its id is a UUIDv5 over (rule id, rule's semantic hash, key, event.id of the hit): the same in every replay.
 */
export function openAlert(
  rule: AlertingRule,
  rulePart: AlertChange['rule'],
  threat: AlertChange['threat'],
  key: string,
  cause: AlertCause,
  reason: string,
  silenced: OpenAlert['silenced'],
): OpenAlert {
  const name = JSON.stringify([rule.id, rule.hash, key, `${cause.seq}-${cause.index}`]);
  return {
    id: uuidV5(VEDETTE_NAMESPACE, name),
    key,
    held: cause.held ?? false,
    silenced,
    revision: 0,
    count: 0,
    firstSeen: cause.since,
    lastSeen: cause.time,
    lastReceivedAt: cause.receivedAt,
    lastLineAt: cause.time,
    lastLineReceivedAt: cause.receivedAt,
    nextMilestone: 10,
    severity: cause.severity ?? rule.level,
    rule: rulePart,
    threat,
    entity: cause.entity,
    subject: cause.subject,
    attributedIp: cause.attributedIp,
    group: cause.group,
    hosts: [],
    reason,
    anomaly: cause.anomaly?.finding ?? null,
    firstEvidence: [],
    lastEvidence: null,
    characters: fixedCharacters(key, cause),
  };
}

/** Counts a hit. Returns whether a person should hear of it: it is on a host that the alert had not named. */
export function countHit(alert: OpenAlert, cause: AlertCause): boolean {
  alert.count += cause.repeat;
  if (cause.since < alert.firstSeen) alert.firstSeen = cause.since;
  if (cause.time > alert.lastSeen) alert.lastSeen = cause.time;
  if (cause.receivedAt > alert.lastReceivedAt) alert.lastReceivedAt = cause.receivedAt;
  addEvidence(alert, cause.evidence);
  return noteHost(alert, cause.subject.host);
}

/** Moves the next milestone past the count: 10, 100, 1000, … */
export function passMilestones(alert: OpenAlert): void {
  while (alert.count >= alert.nextMilestone) alert.nextMilestone *= 10;
}

/** A copy that later hits do not change. */
export function copyAlert(alert: OpenAlert): OpenAlert {
  return { ...alert, hosts: [...alert.hosts], firstEvidence: [...alert.firstEvidence] };
}

/** The line that says what the alert is now; makes it the next revision. */
export function alertLine(
  alert: OpenAlert,
  status: AlertStatus,
  time: number,
  escalated: boolean,
  matchesOf: MatchesOf,
): AlertChange {
  alert.revision++;
  const { subject, hosts } = alert;
  const { source, ...who } = whoPart(alert);
  return {
    '@timestamp': isoTime(time),
    'event.kind': 'alert',
    alert: {
      id: alert.id,
      revision: alert.revision,
      status,
      count: alert.count,
      first_seen: isoTime(alert.firstSeen),
      last_seen: isoTime(alert.lastSeen),
      ...(escalated && { escalated: true }),
    },
    severity: alert.severity,
    rule: alert.rule,
    threat: alert.threat,
    entity: alert.entity,
    ...(source !== undefined && { source }),
    ...(subject.destinationIp !== null && { destination: { ip: subject.destinationIp } }),
    ...who,
    ...(hosts.length > 1 && { related: { hosts: [...hosts] } }),
    ...(alert.group.length > 0 && { group: groupPart(alert.group) }),
    ...(alert.anomaly !== null && { anomaly: alert.anomaly }),
    reason: alert.reason,
    evidence: evidenceOf(alert).map((evidence) => ({
      'event.id': `${evidence.seq}-${evidence.index}`,
      original: evidence.original,
      matches: matchesOf(evidence),
    })),
    ...(alert.silenced !== null && { silenced: alert.silenced }),
  };
}

/** Whose doing it is, and where, as lines say it. */
export function whoPart({
  subject,
  attributedIp,
}: Pick<AlertCause, 'subject' | 'attributedIp'>): Pick<AlertChange, 'source' | 'host' | 'user'> {
  const ip = subject.sourceIp ?? attributedIp;
  return {
    ...(ip !== null && { source: { ip, ...(subject.sourceIp === null && { attributed: true }) } }),
    ...(subject.host !== null && { host: { name: subject.host } }),
    ...userPart(subject),
  };
}

function addEvidence(alert: OpenAlert, evidence: readonly Evidence[]): void {
  const { firstEvidence } = alert;
  for (const item of evidence) {
    // Folded hits share their evidence: the newest one is the usual repeat.
    const newest = alert.lastEvidence ?? firstEvidence[firstEvidence.length - 1];
    if (newest !== undefined && isSameEvent(newest, item)) continue;
    if (firstEvidence.length < MAX_FIRST_EVIDENCE && alert.lastEvidence === null) {
      if (firstEvidence.some((known) => isSameEvent(known, item))) continue;
      firstEvidence.push(item);
    } else {
      alert.characters -= alert.lastEvidence?.original.length ?? 0;
      alert.lastEvidence = item;
    }
    alert.characters += item.original.length;
  }
}

function noteHost(alert: OpenAlert, host: string | null): boolean {
  const { hosts } = alert;
  if (host === null || hosts.length >= MAX_HOSTS || hosts.includes(host)) return false;
  const length = hosts.push(host);
  alert.characters += host.length;
  return length > 1 && (length <= HOSTS_ONE_BY_ONE || (length & (length - 1)) === 0);
}

function fixedCharacters(key: string, { entity, subject, group }: AlertCause): number {
  let length = key.length + entity.length;
  for (const text of Object.values(subject)) if (typeof text === 'string') length += text.length;
  for (const [, value] of group) length += value.length;
  return length;
}

function evidenceOf(alert: OpenAlert): Evidence[] {
  return alert.lastEvidence === null ? alert.firstEvidence : [...alert.firstEvidence, alert.lastEvidence];
}

function userPart({ user, targetUser }: Subject): Pick<AlertChange, 'user'> {
  if (user === null && targetUser === null) return {};
  return {
    user: {
      ...(user !== null && { name: user }),
      ...(targetUser !== null && { target: { name: targetUser } }),
    },
  };
}

/** A null prototype, since an alias may be called `__proto__`. */
function groupPart(group: readonly GroupValue[]): Record<string, string> {
  const part: Record<string, string> = Object.create(null);
  for (const [field, value] of group) part[field] = value;
  return part;
}
