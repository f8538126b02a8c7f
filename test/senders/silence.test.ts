import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SILENCE_RULE } from '../../src/senders/rule.js';
import { Sender } from '../../src/senders/sender.js';
import { silenceTogether } from '../../src/senders/silence.js';
import { DAY, from, HOUR, MINUTE, QUICK, type Record, SECOND, START, sentBy, World } from './helpers.js';

const WEB = from('10.0.0.7', 'web-01');
const DB = from('10.0.0.8', 'db-01');

/** Heard every minute for three hours, which is longer than it takes to learn. */
function learned(...records: Record[]): World {
  const world = new World();
  world.live(START, START + 3 * HOUR, () => records);
  return world;
}
const STOPPED = START + 3 * HOUR;

describe('a regular sender that stops', () => {
  it('raises one alert that says what was usual, and ends it when it is heard again', () => {
    const world = learned(WEB, DB);
    world.live(STOPPED, STOPPED + HOUR, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
    const [opened] = world.alerts;
    expect(opened).toMatchObject({
      severity: 'medium',
      rule: { id: SILENCE_RULE.id, name: 'Regular Sender Fell Silent' },
      host: { name: 'web-01' },
      group: { 'vedette.source': 'udp', 'log.source.address': '10.0.0.7', 'host.name': 'web-01' },
      reason: 'web-01 (10.0.0.7 over udp) was heard at least every 1m, nothing for 4m',
      evidence: [{ original: WEB.text, matches: [] }],
      alert: { status: 'opened', count: 1, first_seen: new Date(STOPPED - MINUTE).toISOString() },
      '@timestamp': new Date(STOPPED + 3 * MINUTE).toISOString(),
    });
    world.live(STOPPED + HOUR, STOPPED + 2 * HOUR, () => [WEB, DB]);
    expect(world.news).toEqual(['opened web-01', 'ended web-01']);
    expect(world.alerts[1]!['@timestamp']).toBe(new Date(STOPPED + HOUR).toISOString());
  });

  it('is not missed before it has been heard for long enough', () => {
    const world = new World();
    world.live(START, START + 2 * HOUR, () => [WEB]);
    world.live(START + 2 * HOUR, START + DAY, () => []);
    expect(world.news).toEqual([]);
  });

  it('is not told of before at_least, however often it was heard', () => {
    const world = new World({ ...QUICK, atLeastMs: 20 * MINUTE });
    world.live(START, STOPPED, () => [WEB, DB]);
    world.live(STOPPED, STOPPED + 19 * MINUTE, () => [DB]);
    expect(world.news).toEqual([]);
    world.live(STOPPED + 19 * MINUTE, STOPPED + 21 * MINUTE, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
  });

  it('says when the next tick is needed, so that an idle daemon need not write', () => {
    const world = learned(WEB);
    world.tick(STOPPED);
    const { dueAt } = world.core;
    expect(dueAt).toBeLessThanOrEqual(STOPPED + 2 * MINUTE);
    world.tick(dueAt);
    expect(world.news).toEqual([]);
    world.tick(dueAt + 1);
    expect(world.news).toEqual(['opened web-01']);
    expect(world.core.dueAt).toBeGreaterThan(STOPPED + 6 * DAY);
  });

  it('is given up after a week: the alert ends, and it has to be heard for long again', () => {
    const world = learned(WEB, DB);
    world.live(STOPPED, STOPPED + 8 * DAY, () => [DB]);
    expect(world.news).toEqual(['opened web-01', 'ended web-01']);
    world.live(STOPPED + 8 * DAY, STOPPED + 8 * DAY + HOUR, () => [WEB, DB]);
    world.live(STOPPED + 8 * DAY + HOUR, STOPPED + 9 * DAY, () => [DB]);
    expect(world.news).toHaveLength(2);
  });

  it('raises nothing when silence is switched off, and an alert that is open then ends', () => {
    const world = new World({ ...QUICK, silence: false });
    world.live(START, STOPPED, () => [WEB]);
    world.live(STOPPED, STOPPED + HOUR, () => []);
    expect(world.news).toEqual([]);
    const before = learned(WEB);
    before.live(STOPPED, STOPPED + HOUR, () => []);
    const after = new World({ ...QUICK, silence: false }, []);
    after.core.restore([...before.core.snapshot()]);
    after.tick(STOPPED + HOUR);
    expect(after.news).toEqual(['ended web-01']);
  });
});

it('a snapshot holds senders as they were when it was begun', () => {
  const many = Array.from({ length: 200 }, (_, i) => from(`10.0.0.${i}`));
  const world = learned(WEB, DB);
  world.live(STOPPED, STOPPED + HOUR, () => many);
  const before = [...world.core.snapshot()].map((part) => serialize(part));
  const parts = world.core.snapshot();
  world.live(STOPPED + HOUR, STOPPED + 2 * HOUR, () => [WEB, ...many.slice(0, 50)]);
  expect([...parts].map((part) => serialize(part))).toEqual(before);
});

describe('who is not regular is not missed:', () => {
  it('a burst a day, for a month', () => {
    const world = new World({ learnMs: DAY, atLeastMs: 10 * MINUTE });
    const isNight = (at: number): boolean => (at - START) % DAY < 3 * HOUR;
    world.live(START, START + 30 * DAY, (at) => (isNight(at) ? [WEB] : []));
    expect(world.news).toEqual([]);
  });

  it('a machine that is switched off at night', () => {
    const world = new World({ learnMs: DAY, atLeastMs: 10 * MINUTE });
    world.live(START, START + 20 * DAY, (at) => ((at - START) % DAY < 11 * HOUR ? [WEB] : []));
    expect(world.news).toEqual([]);
  });

  it('one that is silent every weekend, from the third on', () => {
    const world = new World({ learnMs: DAY, atLeastMs: 10 * MINUTE });
    world.live(START, START + 60 * DAY, (at) => ((at - START) % (7 * DAY) < 5 * DAY ? [WEB] : []));
    expect(world.news).toEqual(['opened web-01', 'ended web-01', 'opened web-01', 'ended web-01']);
  });

  it('files of a day each, of which one follows the other', () => {
    const world = new World({ learnMs: DAY, atLeastMs: 10 * MINUTE }, ['files']);
    let seq = 0;
    const watch = world.watch;
    for (let at = START; at < START + 12 * DAY; at += 10 * MINUTE) {
      const path = `/var/log/app-${new Date(at).toISOString().slice(0, 10)}.log`;
      const sent = sentBy([from(path)], at, 'file');
      expect(watch.hear('files', sent, ++seq, at)).toEqual([]);
      expect(watch.tick(at)).toEqual([]);
    }
    expect(watch.stats(10, START).files!.senders.map(({ address }) => address)).toEqual([
      '/var/log/app-*.log',
    ]);
  });
});

describe('who goes on elsewhere is not silent:', () => {
  const speakLater = (later: Record[], source = 'udp'): string[] => {
    const world = new World(QUICK, ['udp', 'tcp']);
    world.live(START, STOPPED, () => [WEB, DB]);
    for (let at = STOPPED; at < STOPPED + HOUR; at += MINUTE) {
      world.chunk(at, [DB]);
      world.chunk(at, later, source);
      world.tick(at);
    }
    return world.news;
  };

  it('a host with another address, or by another source', () => {
    expect(speakLater([])).toEqual(['opened web-01']);
    expect(speakLater([from('10.0.0.99', 'web-01')])).toEqual([]);
    expect(speakLater([WEB], 'tcp')).toEqual([]);
  });

  it('an address whose only host has another name', () => {
    expect(speakLater([from('10.0.0.7', 'web-01.example.org')])).toEqual([]);
  });

  it('but not a host behind a relay because another one is new there', () => {
    const world = new World();
    const [one, other] = [from('10.0.0.7', 'web-01'), from('10.0.0.7', 'web-02')];
    world.live(START, STOPPED, () => [one, other]);
    world.live(STOPPED, STOPPED + HOUR, () => [other, from('10.0.0.7', 'new-01')]);
    expect(world.news).toEqual(['opened web-01']);
  });

  it('but one that is silent there as well', () => {
    const world = learned(WEB, DB);
    world.live(STOPPED, STOPPED + MINUTE, () => [DB, from('10.0.0.99', 'web-01')]);
    world.live(STOPPED + MINUTE, STOPPED + HOUR, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
  });

  it('hosts whose relay another one took over', () => {
    const hosts = (address: string): Record[] =>
      Array.from({ length: 20 }, (_, i) => from(address, `host-${i}`));
    const world = learned(WEB, ...hosts('10.9.9.9'));
    world.live(STOPPED, STOPPED + HOUR, () => [WEB, ...hosts('10.9.9.8')]);
    expect(world.news).toEqual([]);
  });
});

describe('who has a certificate is silent,', () => {
  const WITH = from('10.0.0.7', 'web-01', 'hello', 'CN=web-01');
  const whenLater = (later: Record[], source = 'tls'): string[] => {
    const world = new World(QUICK, ['tls', 'udp']);
    for (let at = START; at < STOPPED + HOUR; at += MINUTE) {
      world.chunk(at, at < STOPPED ? [WITH, DB] : [DB], 'tls');
      if (at >= STOPPED) world.chunk(at, later, source);
      world.tick(at);
    }
    return world.news;
  };

  it('whoever speaks in the name of its host, or from its address', () => {
    expect(whenLater([from('203.0.113.7', 'web-01')], 'udp')).toEqual(['opened web-01']);
    expect(whenLater([from('10.0.0.7', 'web-01')], 'udp')).toEqual(['opened web-01']);
    expect(whenLater([from('10.0.0.9', 'web-01', 'hello', 'CN=evil')])).toEqual(['opened web-01']);
    expect(whenLater([from('10.0.0.7', 'other', 'hello', 'CN=evil')])).toEqual(['opened web-01']);
  });

  it('but for the same subject: at another address, or of another name', () => {
    expect(whenLater([from('10.0.0.9', 'web-01', 'hello', 'CN=web-01')])).toEqual([]);
    expect(whenLater([from('10.0.0.7', 'web-01.example.org', 'hello', 'CN=web-01')])).toEqual([]);
  });
});

describe('one outage is no habit', () => {
  it('and the second is told of as well', () => {
    const world = learned(WEB, DB);
    world.live(STOPPED, STOPPED + HOUR, () => [DB]);
    world.live(STOPPED + HOUR, STOPPED + 3 * HOUR, () => [WEB, DB]);
    world.live(STOPPED + 3 * HOUR, STOPPED + 4 * HOUR, () => [DB]);
    expect(world.news).toEqual(['opened web-01', 'ended web-01', 'opened web-01']);
  });
});

describe('what was not listened to is no silence:', () => {
  it('a stop of the daemon', () => {
    const world = learned(WEB, DB);
    // It died: nothing says that it stopped.
    const again = STOPPED + 5 * HOUR;
    world.restart();
    world.listen([], again);
    world.tick(again);
    world.listen(['udp'], again + SECOND);
    world.live(again + SECOND, again + 5 * HOUR, () => [WEB, DB]);
    expect(world.news).toEqual([]);
    // The stop was not learned as a pause of theirs.
    world.live(again + 5 * HOUR, again + 5 * HOUR + 5 * MINUTE, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
  });

  it('a clock that was ahead and is set back', () => {
    const world = learned(WEB, DB);
    const ahead = STOPPED + 3650 * DAY;
    world.listen([], ahead);
    world.listen(['udp'], ahead);
    world.live(ahead, ahead + 3 * MINUTE, () => [WEB, DB]);
    world.restart();
    const back = STOPPED + 3 * MINUTE;
    world.listen([], back);
    world.listen(['udp'], back);
    world.live(back, back + 2 * HOUR, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
    const [db, web] = world.watch.stats(2, back + 2 * HOUR).udp!.senders;
    expect(db!.rate).toBeLessThan(1);
    expect(Date.parse(web!.last_seen)).toBe(back);
  });

  it('a source that is down, while others go on', () => {
    const world = new World(QUICK, ['udp', 'tcp']);
    const both = (at: number, udp: boolean): void => {
      if (udp) world.chunk(at, [WEB]);
      world.chunk(at, [DB], 'tcp');
      world.tick(at);
    };
    for (let at = START; at < STOPPED; at += MINUTE) both(at, true);
    world.listen(['tcp'], STOPPED);
    for (let at = STOPPED; at < STOPPED + HOUR; at += MINUTE) both(at, false);
    expect(world.news).toEqual([]);
    world.listen(['udp', 'tcp'], STOPPED + HOUR);
    for (let at = STOPPED + HOUR; at < STOPPED + HOUR + 3 * MINUTE; at += MINUTE) both(at, false);
    expect(world.news).toEqual([]);
    for (let at = STOPPED + HOUR + 3 * MINUTE; at < STOPPED + 2 * HOUR; at += MINUTE) both(at, false);
    expect(world.news).toEqual(['opened web-01']);
  });
});

describe('senders that fall silent together', () => {
  const behind = (address: string, count: number): Record[] =>
    Array.from({ length: count }, (_, i) => from(address, `host-${i}`));

  it('behind a relay are one alert, of the relay', () => {
    const relay = behind('10.9.9.9', 200);
    const world = learned(WEB, ...relay);
    world.live(STOPPED, STOPPED + HOUR, () => [WEB]);
    expect(world.news).toEqual(['opened 10.9.9.9']);
    expect(world.alerts[0]).toMatchObject({
      group: { 'vedette.source': 'udp', 'log.source.address': '10.9.9.9' },
      alert: { count: 200 },
      reason:
        '200 of 200 regular senders behind 10.9.9.9 over udp are silent, nothing for 4m or longer: host-0, host-1, host-2 and 197 more',
    });
    world.live(STOPPED + HOUR, STOPPED + 2 * HOUR, () => [WEB, ...relay]);
    expect(world.news).toEqual(['opened 10.9.9.9', 'ended 10.9.9.9']);
  });

  it('with addresses of their own are one alert, of the source', () => {
    const some = Array.from({ length: 60 }, (_, i) => from(`10.1.0.${i}`, `host-${i}`));
    const world = learned(WEB, ...some);
    world.live(STOPPED, STOPPED + HOUR, () => [WEB]);
    expect(world.news).toEqual(['opened udp']);
    expect(world.alerts[0]!.reason).toMatch(/^60 of 61 regular senders over udp are silent/);
  });

  it('are one alert too when they pause for unlike times', () => {
    const world = new World();
    const pause = (i: number): number => 1 + (i % 8);
    const hosts = behind('10.9.9.9', 100);
    const speaking = (at: number): Record[] =>
      hosts.filter((_, i) => ((at - START) / MINUTE) % pause(i) === 0);
    world.live(START, STOPPED, (at) => [WEB, ...speaking(at)]);
    world.live(STOPPED, STOPPED + 2 * HOUR, () => [WEB]);
    const opened = world.news.filter((news) => news.startsWith('opened'));
    expect(opened).toEqual(['opened 10.9.9.9']);
    expect(world.alerts.at(-1)!.alert.count).toBe(100);
  });

  it('are told of in one line when they join at once', () => {
    const relay = behind('10.9.9.9', 200);
    const world = learned(WEB, ...relay);
    world.live(STOPPED, STOPPED + 20 * MINUTE, () => [WEB, ...relay.slice(3)]);
    world.live(STOPPED + 20 * MINUTE, STOPPED + HOUR, () => [WEB]);
    expect(world.news).toEqual(['opened 10.9.9.9', 'updated 10.9.9.9']);
    expect(world.alerts[1]!.alert.count).toBe(200);
  });

  it('are told of however many they are', () => {
    const many = Array.from({ length: 150_000 }, (_, i) => {
      const sender = new Sender({ source: 'udp', address: `${i}`, identity: null, host: null }, START + i);
      return Object.assign(sender, { last: 'x' });
    });
    const counts = { missing: many, more: many.length, regular: many.length };
    const told = silenceTogether({ source: 'udp', address: '' }, counts, START + DAY);
    expect(told.since).toBe(START);
    expect(told.reason).toMatch(/^150000 of 150000 regular senders over udp are silent, nothing for 23h57m/);
  });

  it('are judged alone once half of them are heard again', () => {
    const relay = behind('10.9.9.9', 10);
    const world = learned(WEB, ...relay);
    world.live(STOPPED, STOPPED + HOUR, () => [WEB]);
    world.live(STOPPED + HOUR, STOPPED + 2 * HOUR, () => [WEB, ...relay.slice(0, 9)]);
    expect(world.news).toEqual(['opened 10.9.9.9', 'ended 10.9.9.9', 'opened host-9']);
  });

  it('two are two alerts', () => {
    const world = learned(WEB, DB, from('10.0.0.9', 'mail-01'));
    world.live(STOPPED, STOPPED + HOUR, () => [WEB]);
    expect(world.news.sort()).toEqual(['opened db-01', 'opened mail-01']);
  });

  it('are given up together', () => {
    const world = learned(WEB, ...behind('10.9.9.9', 10));
    world.live(STOPPED, STOPPED + 8 * DAY, () => [WEB]);
    expect(world.news).toEqual(['opened 10.9.9.9', 'ended 10.9.9.9']);
  });
});

describe('made-up senders', () => {
  it('push out each other, not those that would be missed', () => {
    const world = new World({ ...QUICK, max: 100 });
    world.live(START, STOPPED, () => [WEB, DB]);
    for (let i = 0; i < 5000; i++) world.chunk(STOPPED, [from('10.6.6.6', `fake-${i}`), DB]);
    expect(world.watch.stats(1000, STOPPED).udp!.total).toBe(100);
    expect(world.counts.get('senders.evicted')).toBe(5000 - 98);
    world.live(STOPPED, STOPPED + HOUR, () => [DB]);
    expect(world.news).toEqual(['opened web-01']);
  });

  it('do not push who is silent out of what is shown', () => {
    const world = new World(QUICK);
    world.live(START, STOPPED, () => [WEB, DB]);
    world.live(STOPPED, STOPPED + HOUR, () => [DB]);
    for (let i = 0; i < 50; i++) world.chunk(STOPPED + HOUR, [from('10.6.6.6', `fake-${i}`)]);
    const { senders, total } = world.watch.stats(10, STOPPED + HOUR).udp!;
    expect(total).toBe(52);
    expect(senders).toHaveLength(10);
    expect(senders.filter(({ quiet }) => quiet).map(({ host }) => host)).toEqual(['web-01']);
    const heard = senders.map(({ last_seen }) => last_seen);
    expect(heard).toEqual(heard.toSorted().reverse());
  });

  it('of one source leave those of another alone', () => {
    const world = new World({ ...QUICK, max: 100 }, ['udp', 'tcp']);
    for (let i = 0; i < 10; i++) world.chunk(START, [from(`10.0.1.${i}`, `real-${i}`)], 'tcp');
    for (let i = 0; i < 5000; i++) world.chunk(START, [from(`10.6.6.${i}`, `fake-${i}`)]);
    expect(world.watch.stats(1000, START).tcp!.total).toBe(10);
  });
});

/** What happens in a minute: who is heard, or what listens. */
const step = fc.record({
  minutes: fc.integer({ min: 1, max: 9 }),
  heard: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
  listening: fc.option(fc.boolean(), { freq: 12 }),
  ticks: fc.boolean(),
});
const SPEAKERS = Array.from({ length: 8 }, (_, i) => from(`10.0.0.${i >> 1}`, i === 7 ? null : `host-${i}`));
/** All are regular, then chance decides. */
const history = fc.array(step, { minLength: 20, maxLength: 60 });

function play(
  steps: readonly { minutes: number; heard: readonly number[]; listening: boolean | null; ticks: boolean }[],
  { restartAt = -1, split = false }: { restartAt?: number; split?: boolean } = {},
): World {
  const world = learned(...SPEAKERS);
  let at = STOPPED;
  steps.forEach(({ minutes, heard, listening, ticks }, i) => {
    if (i === restartAt) world.restart();
    at += minutes * MINUTE;
    if (listening !== null) world.listen(listening ? ['udp'] : [], at);
    const records = heard.map((one) => SPEAKERS[one]!);
    if (split) for (const record of records) world.chunk(at, [record]);
    else world.chunk(at, records);
    if (ticks) world.tick(at);
  });
  world.tick(at + DAY);
  return world;
}

describe('the same log gives the same alerts', () => {
  it('byte for byte after a restart anywhere', () => {
    let opened = 0;
    fc.assert(
      fc.property(history, fc.nat(), (steps, place) => {
        const plain = play(steps);
        opened += plain.news.length;
        const restarted = play(steps, { restartAt: place % steps.length });
        expect(JSON.stringify(restarted.changes)).toBe(JSON.stringify(plain.changes));
      }),
      { numRuns: 60 },
    );
    expect(opened).toBeGreaterThan(60);
  });

  it('however records are cut into chunks', () => {
    const content = (world: World): unknown[] =>
      world.alerts.map(({ alert: { id, ...alert }, evidence, ...rest }) => ({ ...rest, alert }));
    fc.assert(
      fc.property(history, (steps) => {
        expect(content(play(steps, { split: true }))).toEqual(content(play(steps)));
      }),
      { numRuns: 60 },
    );
  });

  it('and every one that opens ends once all are heard again', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = play(steps);
        const back = STOPPED + 3 * DAY;
        world.listen(['udp'], back);
        world.chunk(back, SPEAKERS);
        const count = (word: string): number => world.news.filter((news) => news.startsWith(word)).length;
        expect(count('ended')).toBe(count('opened'));
        expect(world.watch.stats(100, back).udp!.senders.some(({ quiet }) => quiet)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
