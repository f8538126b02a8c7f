import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIncidentBook, type IncidentBook } from '../../src/alerts/incident-book.js';
import type { OpenIncident } from '../../src/alerts/open-incident.js';
import type { AlertChange } from '../../src/model/alert.js';
import type { IncidentChange } from '../../src/model/incident.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../../src/model/uuid.js';
import { alertChange } from '../helpers/alerts.js';
import { HOUR, MINUTE } from './helpers.js';

const START = Date.parse('2026-11-20T10:00:00Z');
const TACTICS = {
  recon: {
    tactic: [{ id: 'TA0043', name: 'Reconnaissance' }],
    technique: [{ id: 'T1595', name: 'Active Scanning' }],
  },
  guess: {
    tactic: [{ id: 'TA0006', name: 'Credential Access' }],
    technique: [{ id: 'T1110.001', name: 'Password Guessing' }],
  },
  login: {
    tactic: [{ id: 'TA0001', name: 'Initial Access' }],
    technique: [{ id: 'T1078', name: 'Valid Accounts' }],
  },
  root: {
    tactic: [{ id: 'TA0004', name: 'Privilege Escalation' }],
    technique: [{ id: 'T1548.003', name: 'Sudo' }],
  },
} as const;

interface Sketch {
  readonly rule: string;
  /** Minutes after the start. */
  readonly at?: number;
  readonly threat?: AlertChange['threat'];
  readonly severity?: AlertChange['severity'];
  readonly status?: AlertChange['alert']['status'];
  readonly entity?: string;
  readonly ip?: string | null;
  readonly host?: string;
  readonly group?: Record<string, string>;
  readonly n?: number;
}

/** An alert of a rule about an entity: both and `n` make its id. */
function alert(sketch: Sketch): AlertChange {
  const { rule, at = 0, severity = 'medium', status = 'opened', host = 'web-01', n = 1 } = sketch;
  const ip = sketch.ip === undefined ? '203.0.113.7' : sketch.ip;
  const entity = sketch.entity ?? ip ?? host;
  const time = new Date(START + at * MINUTE).toISOString();
  const { source: _source, ...change } = alertChange({
    '@timestamp': time,
    severity,
    rule: { id: rule, name: `Rule ${rule}`, level: severity, version: '', file: '' },
    threat: sketch.threat ?? TACTICS.guess,
    entity,
    host: { name: host },
    alert: {
      id: uuidV5(VEDETTE_NAMESPACE, `${rule} ${entity} ${n}`),
      revision: status === 'opened' ? 1 : 2,
      status,
      count: 1,
      first_seen: time,
      last_seen: time,
    },
    ...(sketch.group !== undefined && { group: sketch.group }),
  });
  return ip === null ? change : { ...change, source: { ip } };
}

function book(
  options: { maxOpen?: number; maxCharacters?: number; onEvicted?: () => void } = {},
): IncidentBook {
  return createIncidentBook({
    minRisk: 20,
    quietAfterMs: 4 * HOUR,
    repeatIntervalMs: 4 * HOUR,
    maxOpen: options.maxOpen ?? 100,
    ...(options.maxCharacters !== undefined && { maxCharacters: options.maxCharacters }),
    onEvicted: options.onEvicted ?? (() => {}),
  });
}

function take(into: IncidentBook, sketch: Sketch): readonly IncidentChange[] {
  return into.take(alert(sketch), START + (sketch.at ?? 0) * MINUTE);
}

const said = (changes: readonly IncidentChange[]): string[] =>
  changes.map(({ incident }) => `${incident.status} ${incident.revision}`);

describe('an incident', () => {
  it('needs two rules that agree on an entity', () => {
    const incidents = book();
    expect(take(incidents, { rule: 'guessing' })).toEqual([]);
    expect(take(incidents, { rule: 'guessing', n: 2, at: 1 })).toEqual([]);
    expect(take(incidents, { rule: 'scan', ip: '198.51.100.1', at: 2 })).toEqual([]);
    expect(said(take(incidents, { rule: 'scan', threat: TACTICS.recon, at: 3 }))).toEqual(['opened 1']);
    expect(incidents.open).toBe(1);
  });

  it('needs the risk that people want to hear of', () => {
    const incidents = book();
    take(incidents, { rule: 'a', severity: 'low' });
    expect(take(incidents, { rule: 'b', severity: 'low' })).toEqual([]);
    expect(said(take(incidents, { rule: 'c', severity: 'low' }))).toEqual(['opened 1']);
  });

  it('is one that is kept up to date: a line for a new rule, tactic or severity, none for repeats', () => {
    const incidents = book();
    take(incidents, { rule: 'guessing' });
    const [opened] = take(incidents, { rule: 'scan', threat: TACTICS.recon, at: 1 });
    expect(take(incidents, { rule: 'scan', status: 'updated', threat: TACTICS.recon, at: 2 })).toEqual([]);
    const [updated] = take(incidents, { rule: 'chain', severity: 'critical', threat: TACTICS.login, at: 3 });
    expect(updated!.incident).toMatchObject({
      id: opened!.incident.id,
      revision: 2,
      status: 'updated',
      escalated: true,
    });
    expect(updated!.severity).toBe('critical');
    expect(updated!.incident.risk).toBeGreaterThan(opened!.incident.risk);
    expect(take(incidents, { rule: 'chain', status: 'ended', severity: 'critical', at: 9 })).toEqual([]);
  });

  it('says what happened in its title, stages in ATT&CK order, alerts in theirs', () => {
    const incidents = book();
    take(incidents, { rule: 'guessing', threat: TACTICS.guess, at: 1 });
    take(incidents, { rule: 'scan', threat: TACTICS.recon, at: 0 });
    take(incidents, { rule: 'login', threat: TACTICS.login, at: 2 });
    const [line] = take(incidents, { rule: 'root', threat: TACTICS.root, at: 3 });
    expect(line!.incident.title).toBe(
      '203.0.113.7 scanned ports, guessed passwords, logged in, became root on web-01',
    );
    expect(line!.stages.map(({ tactic }) => tactic.name)).toEqual([
      'Reconnaissance',
      'Initial Access',
      'Privilege Escalation',
      'Credential Access',
    ]);
    expect(line!.timeline.map(({ rule }) => rule.id)).toEqual(['scan', 'guessing', 'login', 'root']);
    expect(line!.incident).toMatchObject({
      first_seen: '2026-11-20T10:00:00.000Z',
      last_seen: '2026-11-20T10:03:00.000Z',
      alerts: 4,
    });
  });

  it('does not say of the end of a chain that it was there at the beginning', () => {
    const incidents = book();
    take(incidents, { rule: 'scan', threat: TACTICS.recon, at: 0 });
    take(incidents, { rule: 'guessing', threat: TACTICS.guess, at: 1 });
    const chain = alert({
      rule: 'chain',
      at: 3,
      threat: {
        tactic: [...TACTICS.recon.tactic, ...TACTICS.guess.tactic, ...TACTICS.login.tactic],
        technique: [],
      },
    });
    const begun = { ...chain.alert, first_seen: new Date(START).toISOString() };
    const [line] = incidents.take({ ...chain, alert: begun }, START + 3 * MINUTE);
    expect(line!.stages.map(({ tactic, first_seen }) => [tactic.name, first_seen.slice(11, 16)])).toEqual([
      ['Reconnaissance', '10:00'],
      ['Initial Access', '10:03'],
      ['Credential Access', '10:01'],
    ]);
  });

  it('has the risk of what its rules said last: one that goes on does not grow old', () => {
    const incidents = book();
    take(incidents, { rule: 'flaw', severity: 'critical', threat: TACTICS.guess });
    const [opened] = take(incidents, { rule: 'a', severity: 'low', threat: TACTICS.guess });
    for (let n = 2; n <= 200; n++) {
      take(incidents, { rule: 'flaw', severity: 'critical', threat: TACTICS.guess, n, at: n * 30 });
      take(incidents, { rule: 'flaw', severity: 'critical', status: 'ended', n, at: n * 30 });
    }
    const [later] = take(incidents, { rule: 'b', severity: 'low', threat: TACTICS.guess, at: 200 * 30 });
    expect(later!.timeline).toHaveLength(64);
    expect(opened!.incident.risk).toBe(68);
    expect(later!.incident.risk).toBe(68);
  });

  it('ends when it has been quiet after the end of its last alert', () => {
    const incidents = book();
    take(incidents, { rule: 'a' });
    take(incidents, { rule: 'b' });
    expect(incidents.tick(START + 5 * HOUR)).toEqual([]);
    take(incidents, { rule: 'a', status: 'ended', at: 310 });
    take(incidents, { rule: 'b', status: 'ended', at: 320 });
    expect(incidents.tick(START + 320 * MINUTE + 4 * HOUR)).toEqual([]);
    expect(incidents.dueAt).toBe(START + 320 * MINUTE + 4 * HOUR);
    expect(said(incidents.tick(START + 321 * MINUTE + 4 * HOUR))).toEqual(['ended 2']);
    expect(incidents.open).toBe(0);
    expect(incidents.dueAt).toBe(Number.POSITIVE_INFINITY);
    take(incidents, { rule: 'a', n: 2, at: 700 });
    const [again] = take(incidents, { rule: 'b', n: 2, at: 700 });
    expect(again!.incident).toMatchObject({ revision: 1, status: 'opened' });
  });
});

describe('what belongs together', () => {
  it('an alert of a host without an address is the work of the only one who got in', () => {
    const incidents = book();
    take(incidents, { rule: 'guessing' });
    take(incidents, { rule: 'login', threat: TACTICS.login });
    const [line] = take(incidents, { rule: 'auditd', ip: null, threat: TACTICS.root, at: 2 });
    expect(line!.entity).toBe('203.0.113.7');
    expect(line!.timeline.map(({ rule }) => rule.id)).toContain('auditd');
  });

  it('of nobody, when two got in or all only knocked', () => {
    const knocked = book();
    take(knocked, { rule: 'guessing' });
    take(knocked, { rule: 'scan', threat: TACTICS.recon });
    expect(take(knocked, { rule: 'auditd', ip: null, threat: TACTICS.root })).toEqual([]);

    const two = book();
    for (const ip of ['203.0.113.7', '198.51.100.9']) {
      take(two, { rule: 'guessing', ip });
      take(two, { rule: 'login', threat: TACTICS.login, ip });
    }
    expect(take(two, { rule: 'auditd', ip: null, threat: TACTICS.root })).toEqual([]);
  });

  it('of another host not at all', () => {
    const incidents = book();
    take(incidents, { rule: 'login', threat: TACTICS.login });
    expect(take(incidents, { rule: 'auditd', ip: null, host: 'db-01', threat: TACTICS.root })).toEqual([]);
  });

  it('a chain is about whom it names, though somebody else sent the last record, and gives nobody a foothold', () => {
    const incidents = book();
    take(incidents, { rule: 'scan', threat: TACTICS.recon });
    const callback = { rule: 'callback', ip: '10.0.0.5', entity: '203.0.113.7', host: 'gw-01' } as const;
    const [line] = take(incidents, { ...callback, threat: TACTICS.root, group: { attacker: '203.0.113.7' } });
    expect(line).toMatchObject({ entity: '203.0.113.7', source: { ip: '203.0.113.7' } });
    expect(take(incidents, { rule: 'auditd', ip: null, host: 'gw-01', threat: TACTICS.root })).toEqual([]);

    const alone = book();
    take(alone, { ...callback, threat: TACTICS.root, group: { attacker: '203.0.113.7' } });
    const [only] = take(alone, { ...callback, rule: 'again', group: { attacker: '203.0.113.7' } });
    expect(only!.source).toBeUndefined();
  });

  it('a count over many addresses is about what they had in common', () => {
    const incidents = book();
    take(incidents, { rule: 'scan', threat: TACTICS.recon });
    expect(take(incidents, { rule: 'distributed', group: { 'user.name': 'anna' } })).toEqual([]);
    const [line] = take(incidents, { rule: 'stuffing', group: { 'user.name': 'anna' } });
    expect(line!.entity).toBe('user.name anna');
    expect(line!.source).toBeUndefined();
    expect(line!.incident.title).toBe('Against user.name anna: guessed passwords on web-01');
  });
});

describe('limits', () => {
  it('what nobody was told of goes first, and is counted', () => {
    let evicted = 0;
    const incidents = book({ maxOpen: 10, onEvicted: () => evicted++ });
    take(incidents, { rule: 'guessing' });
    take(incidents, { rule: 'login', threat: TACTICS.login });
    for (let i = 0; i < 5000; i++) take(incidents, { rule: 'scan', ip: `198.51.${i >> 8}.${i & 255}` });
    expect(evicted).toBe(4991);
    expect([...incidents.snapshot().open]).toHaveLength(10);
    expect(said(take(incidents, { rule: 'root', threat: TACTICS.root }))).toEqual(['updated 2']);
  });

  it('remembers so many rules of one, and of more the worse ones', () => {
    const incidents = book();
    for (let n = 0; n < 300; n++)
      incidents.take(alert({ rule: `r${n}`, severity: n < 280 ? 'low' : 'high' }), START);
    const [{ rules }] = [...incidents.snapshot().open] as [OpenIncident];
    expect(rules.size).toBe(256);
    expect([...rules.values()].filter(({ severity }) => severity === 'high')).toHaveLength(20);
  });

  it('what was told of and must go has ended, and what it began anew with has another id', () => {
    const incidents = book({ maxOpen: 1 });
    take(incidents, { rule: 'guessing' });
    const [opened] = take(incidents, { rule: 'login', threat: TACTICS.login });
    const [ended] = take(incidents, { rule: 'scan', ip: '198.51.100.1' });
    expect(ended!.incident).toMatchObject({ id: opened!.incident.id, status: 'ended', revision: 2 });
    take(incidents, { rule: 'guessing', status: 'updated' });
    const [again] = take(incidents, { rule: 'login', threat: TACTICS.login, status: 'updated' });
    expect(again!.incident).toMatchObject({ status: 'opened', revision: 1 });
    expect(again!.incident.id).not.toBe(opened!.incident.id);
  });

  it('the texts of senders are bounded, whatever the number of incidents', () => {
    let evicted = 0;
    const incidents = book({ maxOpen: 1000, maxCharacters: 50_000, onEvicted: () => evicted++ });
    for (let i = 0; i < 500; i++)
      take(incidents, { rule: 'scan', ip: `198.51.${i >> 8}.${i & 255}`, host: `${i}`.padEnd(250, 'h') });
    const open = [...incidents.snapshot().open];
    expect(JSON.stringify(open).length).toBeLessThan(300_000);
    expect(open.length + evicted).toBe(500);
    expect(open.length).toBeGreaterThan(100);
  });

  it('a flood of senders that set off one rule costs nothing that another rule saw', () => {
    const incidents = book({ maxOpen: 10 });
    take(incidents, { rule: 'guessing' });
    for (let i = 0; i < 5000; i++) take(incidents, { rule: 'scan', ip: `198.51.${i >> 8}.${i & 255}` });
    expect(said(take(incidents, { rule: 'login', threat: TACTICS.login }))).toEqual(['opened 1']);
  });

  it('a rule that repeats itself does not push out what others saw', () => {
    const incidents = book();
    for (let n = 0; n < 500; n++) take(incidents, { rule: 'guessing', n, at: n });
    const [line] = take(incidents, { rule: 'login', threat: TACTICS.login, at: 600 });
    expect(line!.timeline).toHaveLength(64);
    expect(line!.timeline.at(-1)!.rule.id).toBe('login');
    expect(line!.incident.alerts).toBe(501);
  });
});

const sketches = fc.array(
  fc.record({
    rule: fc.constantFrom('scan', 'guessing', 'login', 'root', 'distributed'),
    at: fc.nat(30),
    n: fc.nat(2),
    threat: fc.constantFrom(...Object.values(TACTICS)),
    severity: fc.constantFrom('low' as const, 'medium' as const, 'critical' as const),
    status: fc.constantFrom('opened' as const, 'updated' as const, 'ended' as const),
    ip: fc.constantFrom('203.0.113.7', '198.51.100.9', null),
    host: fc.constantFrom('web-01', 'db-01'),
    tick: fc.boolean(),
  }),
  { maxLength: 60 },
);

it('a snapshot taken anywhere, and written down as alerts go on, changes nothing of what follows', () => {
  fc.assert(
    fc.property(sketches, fc.nat(60), fc.nat(3), (steps, cut, pieces) => {
      let incidents = book({ maxOpen: 3 });
      let now = 0;
      let writing: Iterator<OpenIncident> | null = null;
      const written: Uint8Array[] = [];
      const write = (count: number): void => {
        for (let n = 0; n < count; n++) {
          const next = writing?.next();
          if (next === undefined || next.done) return;
          written.push(serialize(next.value));
        }
      };
      const plays = steps.map(({ tick, ...sketch }, i) => {
        now += sketch.at;
        const at = now;
        const play = (): string[] => {
          const changes = [...take(incidents, { ...sketch, at })];
          if (tick) changes.push(...incidents.tick(START + (at + 200) * MINUTE));
          return changes.map((change) => JSON.stringify(change));
        };
        if (i === cut) writing = incidents.snapshot().open[Symbol.iterator]();
        const said = play();
        write(pieces);
        return { play, said };
      });
      if (writing === null) return;
      write(Number.POSITIVE_INFINITY);
      incidents = book({ maxOpen: 3 });
      incidents.restore({ open: written.map((incident) => deserialize(incident) as OpenIncident) });
      for (const { play, said } of plays.slice(cut)) expect(play()).toEqual(said);
    }),
    { numRuns: 500 },
  );
});
