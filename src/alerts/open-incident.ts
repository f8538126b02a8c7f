import type { AlertChange, AlertStatus, ThreatTactic, ThreatTechnique } from '../model/alert.js';
import { tacticPlace } from '../model/attack.js';
import type { IncidentAlert, IncidentChange, IncidentStage } from '../model/incident.js';
import { LEVELS, type Level } from '../model/rule.js';
import { isoTime } from '../model/units.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../model/uuid.js';
import { incidentTitle } from './incident-title.js';
import { type RiskPart, riskOf } from './risk.js';
import { type IncidentScope, showsFoothold } from './scope.js';

/** Alerts of which an incident tells more than their number. */
const MAX_MEMBERS = 64;
/** So many informational ones alone come to a risk of 99. */
const MAX_RULES = 256;
const MAX_NAMES = 16;
const MAX_ORIGINAL = 512;

/** Alerts of one entity, said or not yet said. Plain data: this is what a snapshot holds. */
export interface OpenIncident {
  readonly id: string;
  readonly scope: IncidentScope;
  /** Id of the rule of its first alert. */
  readonly firstRule: string;
  /** 0 = too little for anybody to be told. */
  revision: number;
  firstSeen: number;
  lastSeen: number;
  /** Newest receive time, ms: what silence is measured by. */
  lastReceivedAt: number;
  /** Time of the last line, ms. */
  lastLineAt: number;
  severity: Level;
  sourceIp: string | null;
  alerts: number;
  /** Ids of alerts that are not ended. */
  readonly openAlerts: Set<string>;
  /** By alert id. */
  readonly members: Map<string, Member>;
  /** By rule id, also of alerts that are no members: the worst it said, and its last hit. */
  readonly rules: Map<string, RiskPart>;
  readonly hosts: Set<string>;
  readonly users: Set<string>;
  /** Hosts that whoever it is got into. */
  readonly footholds: Set<string>;
  /** Length of the texts that senders decide. */
  characters: number;
}

/** What an incident remembers of an alert. */
export interface Member {
  readonly rule: { readonly id: string; readonly name: string };
  severity: Level;
  threat: AlertChange['threat'];
  readonly host: string | null;
  readonly user: string | null;
  /** Event time of the hit that raised it, ms. */
  readonly raisedAt: number;
  firstSeen: number;
  lastSeen: number;
  count: number;
  reason: string;
  readonly evidence: { readonly 'event.id': string; readonly original: string } | null;
}

/**
 * Begins an incident with its first alert. Its id is a UUIDv5 over (scope, alert id): the same in every replay. An alert that
 * goes on when its incident was let go begins another, which is told apart by the alert's revision.
 */
export function beginIncident(scope: IncidentScope, change: AlertChange): OpenIncident {
  const { id, revision } = change.alert;
  const name = JSON.stringify(['incident', scope.key, id, ...(revision > 1 ? [revision] : [])]);
  const firstSeen = Date.parse(change.alert.first_seen);
  return {
    id: uuidV5(VEDETTE_NAMESPACE, name),
    scope,
    firstRule: change.rule.id,
    revision: 0,
    firstSeen,
    lastSeen: firstSeen,
    lastReceivedAt: 0,
    lastLineAt: 0,
    severity: change.severity,
    sourceIp: null,
    alerts: 0,
    openAlerts: new Set(),
    members: new Map(),
    rules: new Map(),
    hosts: new Set(),
    users: new Set(),
    footholds: new Set(),
    characters: 0,
  };
}

/** Takes in what an alert says now. Returns whether a person should hear of it: a new rule, tactic or severity. */
export function takeIn(incident: OpenIncident, change: AlertChange): { news: boolean; escalated: boolean } {
  const before = rankOf(incident.severity);
  const tactics = tacticsOf(incident).length;
  const rules = incident.rules.size;
  incident.firstSeen = Math.min(incident.firstSeen, Date.parse(change.alert.first_seen));
  incident.lastSeen = Math.max(incident.lastSeen, Date.parse(change.alert.last_seen));
  putMember(incident, change);
  const { rule, severity, alert } = change;
  noteRule(incident, rule.id, { severity, lastSeen: Date.parse(alert.last_seen) });
  if (rankOf(change.severity) > before) incident.severity = change.severity;
  // A chain may end with what somebody else sent to whom it is about.
  const itsOwn = change.source?.ip === change.entity ? change.entity : null;
  if (!incident.scope.isGroup) incident.sourceIp ??= itsOwn;
  const inside = itsOwn !== null && showsFoothold(change.threat);
  for (const host of change.related?.hosts ?? [change.host?.name]) {
    note(incident.hosts, host);
    if (inside) note(incident.footholds, host);
  }
  note(incident.users, change.user?.name);
  note(incident.users, change.user?.target?.name);
  incident.characters = charactersOf(incident);
  const escalated = rankOf(change.severity) > before;
  const news = escalated || tacticsOf(incident).length > tactics || incident.rules.size > rules;
  return { news, escalated };
}

export function riskNow(incident: OpenIncident): number {
  return riskOf([...incident.rules.values()], tacticsOf(incident).length, incident.lastSeen);
}

/** The line that says what the incident is now; makes it the next revision. */
export function incidentLine(
  incident: OpenIncident,
  status: AlertStatus,
  time: number,
  escalated: boolean,
): IncidentChange {
  incident.revision++;
  incident.lastLineAt = Math.max(incident.lastLineAt, time);
  const members = [...incident.members].sort(([, a], [, b]) => a.raisedAt - b.raisedAt);
  const hosts = [...incident.hosts];
  const users = [...incident.users];
  return {
    '@timestamp': isoTime(time),
    'event.kind': 'incident',
    incident: {
      id: incident.id,
      revision: incident.revision,
      status,
      title: titleOf(incident, members),
      risk: riskNow(incident),
      first_seen: isoTime(incident.firstSeen),
      last_seen: isoTime(incident.lastSeen),
      alerts: incident.alerts,
      ...(escalated && { escalated: true }),
    },
    severity: incident.severity,
    entity: incident.scope.name,
    ...(incident.sourceIp !== null && { source: { ip: incident.sourceIp } }),
    ...(hosts.length > 0 && { host: { name: hosts } }),
    ...(users.length > 0 && { user: { name: users } }),
    threat: { tactic: tacticsOf(incident), technique: techniquesOf(incident) },
    stages: stagesOf(incident, members),
    timeline: members.map(([id, member]) => entryOf(id, member)),
  };
}

/** A copy that later alerts do not change. */
export function copyIncident(incident: OpenIncident): OpenIncident {
  return {
    ...incident,
    members: new Map([...incident.members].map(([id, member]) => [id, { ...member }])),
    rules: new Map(incident.rules),
    openAlerts: new Set(incident.openAlerts),
    hosts: new Set(incident.hosts),
    users: new Set(incident.users),
    footholds: new Set(incident.footholds),
  };
}

function putMember(incident: OpenIncident, change: AlertChange): void {
  const { id, first_seen, last_seen, count, status } = change.alert;
  const known = incident.members.get(id);
  if (status === 'ended') incident.openAlerts.delete(id);
  else if (!incident.openAlerts.has(id)) {
    incident.openAlerts.add(id);
    incident.alerts++;
  }
  if (known !== undefined) {
    known.severity = change.severity;
    known.threat = change.threat;
    known.firstSeen = Date.parse(first_seen);
    known.lastSeen = Date.parse(last_seen);
    known.count = count;
    known.reason = change.reason;
    return;
  }
  if (incident.members.size >= MAX_MEMBERS && !makeRoom(incident, change)) return;
  const evidence = change.evidence.at(-1);
  incident.members.set(id, {
    rule: { id: change.rule.id, name: change.rule.name },
    severity: change.severity,
    threat: change.threat,
    host: change.host?.name ?? null,
    user: change.user?.name ?? null,
    raisedAt: Date.parse(change['@timestamp']),
    firstSeen: Date.parse(first_seen),
    lastSeen: Date.parse(last_seen),
    count,
    reason: change.reason,
    evidence:
      evidence === undefined
        ? null
        : { 'event.id': evidence['event.id'], original: startOf(evidence.original) },
  });
}

/** What one alert of the rule said. */
export function noteRule(
  { rules }: Pick<OpenIncident, 'rules'>,
  id: string,
  { severity, lastSeen }: RiskPart,
): void {
  const known = rules.get(id);
  if (known === undefined) {
    if (rules.size < MAX_RULES || dropLeast(rules, severity)) rules.set(id, { severity, lastSeen });
    return;
  }
  rules.set(id, {
    severity: rankOf(severity) > rankOf(known.severity) ? severity : known.severity,
    lastSeen: Math.max(lastSeen, known.lastSeen),
  });
}

/** A rule of lower severity makes room; false = there is none. */
function dropLeast(rules: Map<string, RiskPart>, severity: Level): boolean {
  for (const [id, part] of rules) if (rankOf(part.severity) < rankOf(severity)) return rules.delete(id);
  return false;
}

/** A rule that spoke before makes room for one that did not; false = there is none to spare. */
function makeRoom({ members }: OpenIncident, change: AlertChange): boolean {
  const counts = new Map<string, number>();
  for (const { rule } of members.values()) counts.set(rule.id, (counts.get(rule.id) ?? 0) + 1);
  if (counts.has(change.rule.id)) return false;
  const spare = [...members].findLast(([, { rule }]) => counts.get(rule.id)! > 1);
  return spare !== undefined && members.delete(spare[0]);
}

function titleOf(incident: OpenIncident, members: readonly (readonly [string, Member])[]): string {
  const parts = members.map(([, { threat }]) => ({ tactics: threat.tactic, techniques: threat.technique }));
  const rules = [...new Set(members.map(([, { rule }]) => rule.name))];
  const { scope, footholds, hosts } = incident;
  return incidentTitle(scope, parts, [...(footholds.size > 0 ? footholds : hosts)], rules);
}

function stagesOf(incident: OpenIncident, members: readonly (readonly [string, Member])[]): IncidentStage[] {
  return tacticsOf(incident).map((tactic) => {
    const seen = members
      .map(([, member]) => member)
      .filter(({ threat }) => threat.tactic.some(({ id }) => id === tactic.id));
    return {
      tactic,
      first_seen: isoTime(Math.min(...seen.map((member) => beginOf(tactic, member)))),
      last_seen: isoTime(Math.max(...seen.map(({ lastSeen }) => lastSeen))),
      rules: [...new Set(seen.map(({ rule }) => rule.name))],
    };
  });
}

/** A rule of several tactics names them in the order of its steps: only the first was there when it began. */
function beginOf({ id }: ThreatTactic, { threat, firstSeen, raisedAt }: Member): number {
  return threat.tactic[0]!.id === id ? firstSeen : raisedAt;
}

/** In ATT&CK's order. */
function tacticsOf({ members }: OpenIncident): ThreatTactic[] {
  const tactics = new Map<string, ThreatTactic>();
  for (const { threat } of members.values())
    for (const tactic of threat.tactic) tactics.set(tactic.id, tactic);
  return [...tactics.values()].sort((a, b) => tacticPlace(a.id) - tacticPlace(b.id));
}

function techniquesOf({ members }: OpenIncident): ThreatTechnique[] {
  const techniques = new Map<string, ThreatTechnique>();
  for (const { threat } of members.values())
    for (const technique of threat.technique) techniques.set(technique.id, technique);
  return [...techniques.values()];
}

function entryOf(id: string, member: Member): IncidentAlert {
  return {
    '@timestamp': isoTime(member.raisedAt),
    first_seen: isoTime(member.firstSeen),
    last_seen: isoTime(member.lastSeen),
    alert: { id, count: member.count },
    rule: member.rule,
    severity: member.severity,
    threat: member.threat,
    ...(member.host !== null && { host: { name: member.host } }),
    ...(member.user !== null && { user: { name: member.user } }),
    reason: member.reason,
    ...(member.evidence !== null && { evidence: member.evidence }),
  };
}

/** A copy: a slice would hold all of the record. */
function startOf(original: string): string {
  return original.length <= MAX_ORIGINAL
    ? original
    : Buffer.from(original.slice(0, MAX_ORIGINAL), 'utf16le').toString('utf16le');
}

function charactersOf({ scope, members, hosts, users }: OpenIncident): number {
  let length = scope.key.length;
  for (const name of hosts) length += name.length;
  for (const name of users) length += name.length;
  for (const { reason, evidence } of members.values())
    length += reason.length + (evidence?.original.length ?? 0);
  return length;
}

function note(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && names.size < MAX_NAMES) names.add(name);
}

function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}
