import type { AlertCause } from '../alerts/alert-cause.js';
import type { Anomaly } from '../anomaly/watch.js';
import type { Hit } from '../correlation/hit.js';
import { MINUTE_MS } from '../model/entity-minute.js';
import type { Subject } from '../model/signal.js';
import type { Silence } from '../senders/silence.js';

/** What stages find, as causes of alerts: a correlation's firing is one as it is. */
/** A single detection is its own beginning, and its group is the entity. */
export function causeOfHit(hit: Hit): AlertCause {
  const { time, receivedAt, seq, index, repeat, entity, subject, attributedIp, evidence } = hit;
  return {
    time,
    since: time,
    receivedAt,
    seq,
    index,
    repeat,
    entity,
    subject,
    attributedIp,
    group: NO_GROUP,
    value: null,
    evidence: [evidence],
  };
}

/** The entity is the group; the alert counts minutes. */
export function causeOfAnomaly(anomaly: Anomaly, receivedAt: number): AlertCause {
  const { entity, isSource, host, minute, first, last, seq, index, original } = anomaly;
  const { score, threshold, features, reason } = anomaly;
  const subject = { ...NO_SUBJECT, sourceIp: isSource ? entity : null, host };
  const at = new Date(minute * MINUTE_MS).toISOString();
  return {
    ...{ time: last, since: first, receivedAt, seq, index, repeat: 1, entity, subject },
    ...{ attributedIp: null, group: NO_GROUP, value: null },
    evidence: [{ seq, index, original, matches: [] }],
    anomaly: { finding: { minute: at, score, threshold, features }, reason },
  };
}

/** It lasts until the senders are heard again; the alert counts senders. */
export function causeOfSilence(silence: Silence, now: number): AlertCause {
  const { group, entity, host, since, senders, last, reason } = silence;
  return {
    ...{ time: now, since, receivedAt: now, seq: last.seq, index: last.index, repeat: senders, entity },
    ...{ subject: { ...NO_SUBJECT, host }, attributedIp: null, group, value: null },
    evidence: [{ ...last, matches: [] }],
    reason,
    held: true,
  };
}

const NO_SUBJECT: Subject = {
  ...{ sourceIp: null, host: null, user: null, targetUser: null, program: null },
  ...{ pid: null, tty: null, sessionId: null, destinationIp: null },
};

const NO_GROUP: AlertCause['group'] = [];
