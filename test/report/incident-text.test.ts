import { expect, it } from 'vitest';
import { renderIncident, renderIncidentNews } from '../../src/report/incident-text.js';
import { alertChange, incidentChange } from '../helpers/alerts.js';

const PLAIN = { colour: false, width: 80 };

it('an incident is a sentence, how far it got, why, and each alert with a log line', () => {
  expect(renderIncident(incidentChange(), PLAIN)).toMatchInlineSnapshot(`
    "▲ HIGH  203.0.113.7 guessed passwords on web1
             opened 2026-11-20 10:42:07 UTC · incident · risk 42 of 100 · 1 alert in
             8s
      stages Credential Access
      who    203.0.113.7
      why    1 rule about one entity (1 high), 1 stage: risk 42

      10:42:07 ▲ SSH password guessing × 12
                 12 times within 5m for source.ip 203.0.113.7
                 Nov 20 10:42:07 web1 sshd[812]: Failed password for root from 203.…

      id     7f777bd5-6c90-549c-8f8b-d2c93d552452
    "
  `);
});

it('stages stand in the order in which they were seen', () => {
  const stage = (id: string, name: string, first_seen: string) => ({
    ...{ tactic: { id, name }, first_seen, last_seen: first_seen, rules: [] },
  });
  const change = incidentChange({
    stages: [
      stage('TA0001', 'Initial Access', '2026-11-20T10:42:07.000Z'),
      stage('TA0006', 'Credential Access', '2026-11-20T10:41:59.000Z'),
    ],
  });
  expect(renderIncident(change, PLAIN)).toContain('stages Credential Access → Initial Access\n');
});

it('news of one are a few lines', () => {
  const change = incidentChange({ incident: { status: 'updated', revision: 2, escalated: true } });
  expect(renderIncidentNews(change, PLAIN)).toMatchInlineSnapshot(`
    "▲ HIGH  203.0.113.7 guessed passwords on web1
             escalated to high 2026-11-20 10:42:07 UTC · incident · risk 42 of 100 ·
             1 alert in 8s
      stages Credential Access
      more   vedette incidents show 7f777bd5
    "
  `);
});

it('whatever the logs held, the terminal obeys nothing of it and no line is wider than it is', () => {
  const evil = '\x1b[2J\u202e\n'.repeat(60);
  const alert = alertChange({
    rule: { id: evil, name: evil, level: 'high', version: '', file: '' },
    entity: evil,
    reason: evil,
    evidence: [{ 'event.id': '1-1', original: evil, matches: [] }],
  });
  const change = incidentChange({ host: { name: [evil, evil] }, incident: { title: evil, id: evil } }, alert);
  for (const text of [renderIncident(change, PLAIN), renderIncidentNews(change, PLAIN)]) {
    expect(text).not.toMatch(/[\x1b\u202e]/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  }
});
