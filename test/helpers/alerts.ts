import type { AlertChange } from '../../src/model/alert.js';
import type { IncidentChange } from '../../src/model/incident.js';
import type { OutboxItem } from '../../src/sinks/sink.js';

type Parts = Partial<Omit<AlertChange, 'alert'>> & { readonly alert?: Partial<AlertChange['alert']> };

/** A typical alert; the parts a test is about replace its own. */
export function alertChange(parts: Parts = {}): AlertChange {
  return {
    '@timestamp': '2026-11-20T10:42:07.125Z',
    'event.kind': 'alert',
    severity: 'high',
    rule: {
      id: 'ebf28370-5b1e-4b0c-9a4c-1f1e2d3c4b5a',
      name: 'SSH password guessing',
      level: 'high',
      version: '0123456789abcdef',
      file: 'rules/sigma/linux/lnx_sshd_password_guessing.yml',
    },
    threat: {
      tactic: [{ id: 'TA0006', name: 'Credential Access' }],
      technique: [{ id: 'T1110.001', name: 'Password Guessing' }],
    },
    entity: '203.0.113.7',
    source: { ip: '203.0.113.7' },
    host: { name: 'web1' },
    user: { name: 'root' },
    reason: '12 times within 5m for source.ip 203.0.113.7',
    evidence: [
      {
        'event.id': '4-17',
        original: 'Nov 20 10:42:07 web1 sshd[812]: Failed password for root from 203.0.113.7 port 4711 ssh2',
        matches: [
          {
            selection: 'selection',
            field: null,
            pattern: 'Failed password',
            value: 'Failed password for root from 203.0.113.7 port 4711 ssh2',
          },
        ],
      },
    ],
    ...parts,
    alert: {
      id: '6fbf7988-dcb1-5fc2-a6d4-395653e8e79f',
      revision: 1,
      status: 'opened',
      count: 12,
      first_seen: '2026-11-20T10:41:59.000Z',
      last_seen: '2026-11-20T10:42:07.125Z',
      ...parts.alert,
    },
  };
}

/** Alerts that differ by id, at positions 1, 2, 3, … */
export function outboxItems(count: number, parts: Parts = {}): OutboxItem[] {
  return Array.from({ length: count }, (_, i) => outboxItem(i + 1, parts));
}

export function outboxItem(position: number, parts: Parts = {}): OutboxItem {
  const id = `00000000-0000-5000-8000-${String(position).padStart(12, '0')}`;
  return { position, change: alertChange({ ...parts, alert: { id, ...parts.alert } }) };
}

/** A typical incident of one alert; the parts a test is about replace its own. */
export function incidentChange(
  parts: Partial<Omit<IncidentChange, 'incident'>> & {
    readonly incident?: Partial<IncidentChange['incident']>;
  } = {},
  alert: AlertChange = alertChange(),
): IncidentChange {
  const { first_seen, last_seen } = alert.alert;
  return {
    '@timestamp': alert['@timestamp'],
    'event.kind': 'incident',
    severity: alert.severity,
    entity: alert.entity,
    source: { ip: alert.entity },
    threat: alert.threat,
    stages: [{ tactic: alert.threat.tactic[0]!, first_seen, last_seen, rules: [alert.rule.name] }],
    timeline: [
      {
        '@timestamp': alert['@timestamp'],
        first_seen,
        last_seen,
        alert: { id: alert.alert.id, count: alert.alert.count },
        rule: { id: alert.rule.id, name: alert.rule.name },
        severity: alert.severity,
        threat: alert.threat,
        reason: alert.reason,
        evidence: {
          'event.id': alert.evidence[0]!['event.id'],
          original: alert.evidence[0]!.original,
        },
      },
    ],
    ...parts,
    incident: {
      id: '7f777bd5-6c90-549c-8f8b-d2c93d552452',
      revision: 1,
      status: 'opened',
      title: '203.0.113.7 guessed passwords on web1',
      risk: 42,
      first_seen,
      last_seen,
      alerts: 1,
      ...parts.incident,
    },
  };
}
