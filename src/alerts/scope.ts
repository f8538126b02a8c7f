import type { AlertChange } from '../model/alert.js';

/** Tactics of somebody who is in: what comes before them is only knocking. */
const INSIDE: ReadonlySet<string> = new Set([
  'TA0002', // Execution
  'TA0003', // Persistence
  'TA0004', // Privilege Escalation
  'TA0005', // Stealth
  'TA0112', // Defense Impairment
  'TA0008', // Lateral Movement
  'TA0009', // Collection
  'TA0010', // Exfiltration
  'TA0011', // Command and Control
  'TA0040', // Impact
]);
const VALID_ACCOUNTS = /^T1078(?:\.|$)/;

/** What alerts of one incident have in common. */
export interface IncidentScope {
  readonly key: string;
  /** For people: `203.0.113.7`, `user.name root`. */
  readonly name: string;
  /** It is those attacked, not whoever did it. */
  readonly isGroup: boolean;
}

/**
 * The entity. A correlation that groups by neither address nor host (many addresses guess one account's password) has
 * its group instead: the entity of its last hit says nothing of the others.
 */
export function scopeOf({ group, entity, source, host }: AlertChange): IncidentScope {
  const members = Object.entries(group ?? {});
  const names = [entity, source?.ip, host?.name];
  if (members.length === 0 || members.some(([, value]) => names.includes(value))) {
    return { key: entity, name: entity, isGroup: false };
  }
  return {
    key: JSON.stringify(members),
    name: members.map((pair) => pair.join(' ')).join(', '),
    isGroup: true,
  };
}

/** Whether the alert tells of somebody who is inside a host, not before its door. */
export function showsFoothold(threat: AlertChange['threat']): boolean {
  return (
    threat.tactic.some(({ id }) => INSIDE.has(id)) ||
    threat.technique.some(({ id }) => VALID_ACCOUNTS.test(id))
  );
}
