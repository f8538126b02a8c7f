import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertBook, createAlertBook, type SavedAlert } from '../../src/alerts/alert-book.js';
import type { AlertChange } from '../../src/model/alert.js';
import type { Level } from '../../src/model/rule.js';
import { correlation, detection, HOUR, hitAt, MINUTE, OPTIONS, SECOND, subject } from './helpers.js';

const rule = detection();

function statuses(changes: readonly AlertChange[]): string[] {
  return changes.map(({ alert }) => `${alert.status} ${alert.revision} count ${alert.count}`);
}

/** All that the book knows. */
function saved(book: AlertBook) {
  const { open, ...counts } = book.snapshot();
  return { ...counts, open: [...open] };
}

/** Raises at every second, returns all changes. */
function raiseAll(book: AlertBook, seconds: readonly number[]): AlertChange[] {
  return seconds.flatMap((t) => book.raise(rule, hitAt(t)));
}

describe('an alert', () => {
  it('says all of itself in its first line, keys in a fixed order', () => {
    const book = createAlertBook(OPTIONS);
    const cause = hitAt(0, {
      seq: 7,
      index: 3,
      attributedIp: '203.0.113.47',
      entity: '203.0.113.47',
      subject: subject({
        sourceIp: null,
        host: 'web-01',
        user: 'deploy',
        targetUser: 'root',
        destinationIp: '10.0.0.1',
      }),
      evidence: [
        {
          seq: 7,
          index: 3,
          original: 'sudo: deploy : …',
          matches: [{ selection: 'keywords', field: null, pattern: 'COMMAND=/bin/bash', value: 'sudo' }],
        },
      ],
    });
    const described = detection({
      description: 'Root shell.',
      falsepositives: ['Admins'],
      tags: ['attack.t1548.003', 'attack.privilege_escalation'],
    });
    const [line] = book.raise(described, cause);
    expect(JSON.stringify(line)).toBe(
      JSON.stringify({
        '@timestamp': '1970-01-01T00:00:00.000Z',
        'event.kind': 'alert',
        alert: {
          id: line!.alert.id,
          revision: 1,
          status: 'opened',
          count: 1,
          first_seen: '1970-01-01T00:00:00.000Z',
          last_seen: '1970-01-01T00:00:00.000Z',
        },
        severity: 'high',
        rule: {
          id: rule.id,
          name: 'SSH Brute Force',
          level: 'high',
          version: '0123456789abcdef',
          file: 'rules/sigma/linux/ssh.yml',
          description: 'Root shell.',
          falsepositives: ['Admins'],
        },
        threat: {
          tactic: [{ id: 'TA0004', name: 'Privilege Escalation' }],
          technique: [{ id: 'T1548.003', name: 'Sudo and Sudo Caching' }],
        },
        entity: '203.0.113.47',
        source: { ip: '203.0.113.47', attributed: true },
        destination: { ip: '10.0.0.1' },
        host: { name: 'web-01' },
        user: { name: 'deploy', target: { name: 'root' } },
        reason: 'matched keywords: COMMAND=/bin/bash',
        evidence: [
          {
            'event.id': '7-3',
            original: 'sudo: deploy : …',
            matches: [{ selection: 'keywords', field: null, pattern: 'COMMAND=/bin/bash', value: 'sudo' }],
          },
        ],
      }),
    );
  });

  it('stays one while hits come within the window of the last, and counts them', () => {
    const book = createAlertBook(OPTIONS);
    expect(statuses(raiseAll(book, [0, 200, 400, 700]))).toEqual(['opened 1 count 1']);
    expect(book.open).toBe(1);
  });

  it('ends and begins anew when the window has passed in event time', () => {
    const book = createAlertBook(OPTIONS);
    const changes = raiseAll(book, [0, 301]);
    expect(statuses(changes)).toEqual(['opened 1 count 1', 'ended 2 count 1', 'opened 1 count 1']);
    expect(changes[1]).toMatchObject({
      '@timestamp': '1970-01-01T00:05:01.000Z',
      alert: { id: changes[0]!.alert.id },
    });
    expect(changes[2]!.alert.id).not.toBe(changes[0]!.alert.id);
  });

  it('ends when it was quiet for the window in receive time, at the tick', () => {
    const book = createAlertBook(OPTIONS);
    book.raise(rule, hitAt(0, { receivedAt: 60 * SECOND }));
    expect(book.tick(6 * MINUTE)).toEqual([]);
    const changes = book.tick(6 * MINUTE + 1);
    expect(statuses(changes)).toEqual(['ended 2 count 1']);
    expect(changes[0]!['@timestamp']).toBe('1970-01-01T00:06:00.001Z');
    expect(book.tick(7 * MINUTE)).toEqual([]);
    expect(book.open).toBe(0);
  });

  it('ends and begins anew when the rule has come to mean something else, not when it is worded otherwise', () => {
    const book = createAlertBook(OPTIONS);
    const [first] = book.raise(rule, hitAt(0));
    expect(book.raise(detection({ title: 'Other words' }), hitAt(1))).toEqual([]);
    const changes = book.raise(detection({ hash: '00000000000000ff' }), hitAt(2));
    expect(changes.map(({ alert, rule: { version } }) => [alert.status, alert.count, version])).toEqual([
      ['ended', 2, rule.hash],
      ['opened', 1, '00000000000000ff'],
    ]);
    expect(changes[1]!.alert.id).not.toBe(first!.alert.id);
  });

  it('is told again at every power of ten', () => {
    const book = createAlertBook(OPTIONS);
    const seconds = Array.from({ length: 1000 }, (_, i) => i / 100);
    expect(statuses(raiseAll(book, seconds))).toEqual([
      'opened 1 count 1',
      'updated 2 count 10',
      'updated 3 count 100',
      'updated 4 count 1000',
    ]);
  });

  it('is told once when one hit passes several powers of ten', () => {
    const book = createAlertBook(OPTIONS);
    const changes = [...book.raise(rule, hitAt(0)), ...book.raise(rule, hitAt(1, { repeat: 500 }))];
    expect(statuses(changes)).toEqual(['opened 1 count 1', 'updated 2 count 501']);
    expect(statuses(book.raise(rule, hitAt(2, { repeat: 499 })))).toEqual(['updated 3 count 1000']);
  });

  it('is told again after repeat_interval', () => {
    const book = createAlertBook(OPTIONS);
    raiseAll(book, [0]);
    const later: AlertChange[] = [];
    for (let t = 0; t <= 9 * 3600; t += 240) {
      later.push(...book.raise(rule, hitAt(t, { repeat: 0 })));
    }
    expect(later.map((change) => change['@timestamp'].slice(11, 16))).toEqual(['04:00', '08:00']);
  });

  it('keeps the first four and the newest event', () => {
    const book = createAlertBook(OPTIONS);
    const evidence = (n: number) => [{ seq: n, index: 0, original: `line ${n}`, matches: [] }];
    const changes = Array.from({ length: 10 }, (_, n) =>
      book.raise(rule, hitAt(n, { evidence: evidence(n) })),
    ).flat();
    expect(changes.at(-1)!.evidence.map((one) => one['event.id'])).toEqual([
      '0-0',
      '1-0',
      '2-0',
      '3-0',
      '9-0',
    ]);
  });

  it('goes back to the earliest and on to the latest event time', () => {
    const book = createAlertBook(OPTIONS);
    raiseAll(book, [100, 50, 120, 90]);
    const [ended] = book.endAll();
    expect(ended).toMatchObject({
      '@timestamp': '1970-01-01T00:02:00.000Z',
      alert: {
        first_seen: '1970-01-01T00:00:50.000Z',
        last_seen: '1970-01-01T00:02:00.000Z',
        status: 'ended',
      },
    });
  });
});

describe('the fingerprint', () => {
  it('is rule and entity for a detection', () => {
    const book = createAlertBook(OPTIONS);
    book.raise(rule, hitAt(0));
    expect(book.raise(rule, hitAt(1, { entity: '5.6.7.8' }))).toHaveLength(1);
    expect(book.raise(detection({ id: 'other', title: rule.title }), hitAt(1))).toHaveLength(1);
    expect(book.open).toBe(3);
  });

  it('is rule and group for a correlation, whatever the entity', () => {
    const book = createAlertBook(OPTIONS);
    const byUser = correlation({ groupBy: ['user.name'] });
    const group = [['user.name', 'root']] as const;
    const [opened] = book.raise(byUser, hitAt(0, { group, value: 10 }));
    expect(opened!.group).toEqual({ 'user.name': 'root' });
    expect(book.raise(byUser, hitAt(1, { group, value: 10, entity: '5.6.7.8' }))).toEqual([]);
    expect(book.raise(byUser, hitAt(1, { group: [['user.name', 'ops']], value: 10 }))).toHaveLength(1);
  });

  it('gives an id that only rule, meaning, group and first event decide', () => {
    const idOf = (other = rule, changes = {}) =>
      createAlertBook(OPTIONS).raise(other, hitAt(5, { seq: 7, index: 3, ...changes }))[0]!.alert.id;
    expect(idOf()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idOf(detection({ title: 'Renamed' }), { time: 9, attributedIp: '::1' })).toBe(idOf());
    expect(idOf(rule, { index: 4 })).not.toBe(idOf());
    expect(idOf(detection({ hash: 'f' }))).not.toBe(idOf());
    expect(idOf(rule, { entity: 'x' })).not.toBe(idOf());
  });
});

describe('escalation', () => {
  it('is told at once when a hit is more severe, however harmless the alert began', () => {
    const book = createAlertBook(OPTIONS);
    book.raise(rule, hitAt(0, { severity: 'low' }));
    const [change] = book.raise(rule, hitAt(1));
    expect(change).toMatchObject({
      severity: 'high',
      alert: { status: 'updated', revision: 2, escalated: true },
    });
    expect(book.raise(rule, hitAt(2, { severity: 'low' }))).toEqual([]);
    expect(book.endAll()[0]).toMatchObject({ severity: 'high' });
  });

  it('is told at once when the rule comes to name another technique', () => {
    const book = createAlertBook(OPTIONS);
    book.raise(rule, hitAt(0));
    const reloaded = detection({ tags: ['attack.t1110', 'attack.t1078'] });
    const [change] = book.raise(reloaded, hitAt(1));
    expect(change!.alert.escalated).toBe(true);
    expect(change!.threat.technique.map(({ id }) => id)).toEqual(['T1110', 'T1078']);
    expect(book.raise(reloaded, hitAt(2))).toEqual([]);
  });
});

describe('limits', () => {
  it('count what is below min_severity and raise nothing', () => {
    const book = createAlertBook({ ...OPTIONS, minSeverity: 'high' });
    expect(book.raise(detection({ level: 'low' }), hitAt(0, { repeat: 3 }))).toEqual([]);
    expect(book.suppressed).toBe(3);
    expect(book.open).toBe(0);
  });

  it('end the least severe, longest quiet alert when too many are open, and count it', () => {
    const book = createAlertBook({ ...OPTIONS, maxOpen: 3 });
    const raise = (t: number, entity: string, severity: Level) =>
      book.raise(rule, hitAt(t, { entity, severity }));
    raise(0, 'grave', 'critical');
    raise(1, 'a', 'low');
    raise(2, 'b', 'low');
    raise(3, 'a', 'low');
    const changes = raise(4, 'c', 'medium');
    expect(changes.map(({ entity, alert }) => `${alert.status} ${entity}`)).toEqual(['ended b', 'opened c']);
    expect(book.evicted).toBe(1);
    expect(book.open).toBe(3);
  });

  it('those that are held neither make room nor take it', () => {
    const book = createAlertBook({ ...OPTIONS, maxOpen: 3 });
    for (let i = 0; i < 5; i++) book.raise(rule, hitAt(i, { entity: `held ${i}`, held: true }));
    const changes = ['a', 'b', 'c', 'd'].flatMap((entity) => book.raise(rule, hitAt(9, { entity })));
    expect(changes.map(({ entity, alert }) => `${alert.status} ${entity}`)).toEqual([
      'opened a',
      'opened b',
      'opened c',
      'ended a',
      'opened d',
    ]);
    expect(book.open).toBe(8);
  });

  it('end alerts when the records they hold come to more than is allowed', () => {
    const book = createAlertBook({ ...OPTIONS, maxCharacters: 10_000 });
    const long = (t: number, entity: string) =>
      book.raise(
        rule,
        hitAt(t, { entity, evidence: [{ seq: t, index: 0, original: 'x'.repeat(1000), matches: [] }] }),
      );
    long(0, 'quiet');
    for (let t = 1; t < 100; t++) long(t, 'loud');
    expect(book.open).toBe(2);
    for (let t = 100; t < 104; t++) for (const entity of ['a', 'b']) long(t, entity);
    expect(book.evicted).toBeGreaterThan(0);
    expect(JSON.stringify(saved(book)).length).toBeLessThan(20_000);
    for (const { alert } of book.endAll()) expect(alert.count).toBeGreaterThan(0);
    expect(book.raise(rule, hitAt(105, { entity: 'quiet' }))).toHaveLength(1);
  });
});

describe('a restart', () => {
  const step = fc.record({
    seconds: fc.integer({ min: 0, max: 400 }),
    entity: fc.constantFrom('a', 'b', 'c'),
    rule: fc.constantFrom(rule, detection({ id: 'low', level: 'low', tags: [] })),
    repeat: fc.integer({ min: 1, max: 40 }),
    tick: fc.boolean(),
    host: fc.constantFrom('web-01', 'web-02', 'web-03'),
    silenced: fc.constantFrom(null, { id: 's', reason: 'lab' }),
  });

  it('at any point, of a snapshot written down as others are raised, changes no byte of what follows', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), fc.nat(3), (steps, at, pieces) => {
        const options = { ...OPTIONS, maxOpen: 3 };
        const through = createAlertBook(options);
        const start = steps.length === 0 ? 0 : at % steps.length;
        let snapshot = through.snapshot();
        const written: Uint8Array[] = [];
        let writing = snapshot.open[Symbol.iterator]();
        const write = (count: number): void => {
          for (let n = 0; n < count; n++) {
            const next = writing.next();
            if (next.done) return;
            written.push(serialize(next.value));
          }
        };
        let now = 0;
        const plays = steps.map(({ seconds, entity, repeat, tick, host, silenced, ...of }, i) => {
          now += seconds;
          const hit = hitAt(now, { entity, repeat, subject: subject({ host }) });
          const tickAt = now * SECOND;
          const play = (book: AlertBook): string =>
            JSON.stringify(tick ? book.tick(tickAt) : book.raise(of.rule, hit, silenced));
          if (i === start) {
            snapshot = through.snapshot();
            writing = snapshot.open[Symbol.iterator]();
          }
          const said = play(through);
          if (i >= start) write(pieces);
          return { play, said };
        });
        write(Number.POSITIVE_INFINITY);
        const restarted = createAlertBook(options);
        restarted.restore({ ...snapshot, open: written.map((alert) => deserialize(alert) as SavedAlert) });
        for (const { play, said } of plays.slice(start)) expect(play(restarted)).toBe(said);
        expect(saved(restarted)).toEqual(saved(through));
      }),
      { numRuns: 300 },
    );
  });

  it('ends an alert whose rule is gone in the words it had', () => {
    const book = createAlertBook(OPTIONS);
    const [opened] = book.raise(rule, hitAt(0));
    const after = createAlertBook(OPTIONS);
    after.restore(deserialize(serialize(saved(book))));
    const [ended] = after.tick(HOUR);
    expect(ended).toMatchObject({ rule: opened!.rule, threat: opened!.threat, reason: opened!.reason });
  });
});
