import { describe, expect, it } from 'vitest';
import type { IncidentChange } from '../../src/model/incident.js';
import { Findings } from '../../src/replay/findings.js';
import { alertChange, incidentChange } from '../helpers/alerts.js';

const LIMITS = { alerts: 3, incidents: 2 };

const incident = (id: string, risk: number, revision = 1): IncidentChange =>
  incidentChange({ incident: { id, risk, revision } });

const idsOf = (changes: readonly IncidentChange[]): string[] => changes.map((change) => change.incident.id);

describe('findings', () => {
  it('keep the last state of the first alerts, and count the others by rule', () => {
    const findings = new Findings(LIMITS);
    for (const id of ['a', 'b', 'c', 'd', 'e']) findings.add(alertChange({ alert: { id, count: 2 } }));
    for (const id of ['a', 'e'])
      findings.add(alertChange({ alert: { id, count: 7, revision: 2, status: 'ended' } }));
    const { alerts, alertsLeftOut, rules } = findings.result();
    expect(alerts.map(({ alert }) => [alert.id, alert.count])).toEqual([
      ['a', 7],
      ['b', 2],
      ['c', 2],
    ]);
    expect(alertsLeftOut).toBe(2);
    expect(rules).toMatchObject([{ alerts: 5, events: 7 + 2 + 2 + 2 + 7 }]);
  });

  it('keep the incidents of the highest risk, also of one that had a low risk first', () => {
    const findings = new Findings(LIMITS);
    findings.add(incident('grows', 1));
    for (let i = 0; i < 50; i++) findings.add(incident(`low ${i}`, 10 + (i % 5)));
    findings.add(incident('high', 90));
    findings.add(incident('grows', 70, 2));
    const { incidents, incidentsLeftOut } = findings.result();
    expect(idsOf(incidents)).toEqual(['high', 'grows']);
    expect(incidentsLeftOut).toBe(50);
  });

  it('tell the gravest rules first, with the first entities', () => {
    const findings = new Findings(LIMITS);
    const { rule } = alertChange();
    const of = (id: string, level: 'low' | 'critical', entity: string, n: number) =>
      alertChange({ rule: { ...rule, id, level }, entity, alert: { id: `${id} ${n}` } });
    for (let n = 0; n < 30; n++) findings.add(of('noisy', 'low', `192.0.2.${n}`, n));
    findings.add(of('grave', 'critical', 'bob', 0));
    const { rules } = findings.result();
    expect(rules.map(({ id, alerts, entities }) => [id, alerts, entities.length])).toEqual([
      ['grave', 1, 1],
      ['noisy', 30, 20],
    ]);
  });
});
