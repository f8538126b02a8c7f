import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../src/config/schema.js';
import { type Core, createCore } from '../src/keep.js';
import type { AlertChange } from '../src/model/alert.js';
import { type Change, isIncident } from '../src/model/change.js';
import type { IncidentChange } from '../src/model/incident.js';
import { createDetection, enrichmentBySource } from '../src/pipeline.js';
import { buildRuleset } from '../src/ruleset.js';
import { chunkOf } from './helpers/chunks.js';

/** What somebody does who can write lines into the log, and knows how alerts are deduplicated (research: threats T20 to T24). */
const RULES = ['touch', 'enter', 'noise']
  .map(
    (name, i) =>
      `title: ${name}\nname: ${name}\nlevel: ${['medium', 'high', 'critical'][i]}\nlogsource: { product: linux }\ndetection: { s: { process.name: ${name} }, condition: s }\n`,
  )
  .join('---\n');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEGIN = Date.UTC(2026, 10, 20, 8);

interface Said {
  readonly by: string;
  readonly rule?: 'touch' | 'enter' | 'noise';
  readonly host?: string;
  /** Event time, ms after BEGIN; `now` if absent. */
  readonly at?: number;
  readonly now: number;
  readonly text?: string;
}

/** The whole line from text to changes, on one thread: what sinks would be told, what is stored, what is counted. */
class Line {
  readonly changes: Change[] = [];
  readonly counts = new Map<string, number>();
  readonly #config;
  readonly #built = buildRuleset([{ path: 'rules.yml', text: RULES }]);
  readonly #detect;
  #core: Core;
  #seq = 0;

  constructor(config: object = {}) {
    this.#config = configSchema.parse(config);
    const { ruleset, neededFields } = this.#built;
    const enrichment = enrichmentBySource(this.#config);
    this.#detect = createDetection({
      ruleset,
      neededFields,
      hints: new Map(),
      enrichment,
      withEvents: false,
    });
    this.#core = this.#newCore();
  }

  get core(): Core {
    return this.#core;
  }

  say(...lines: readonly Said[]): AlertChange[] {
    const from = this.changes.length;
    for (const { by, rule = 'touch', host = 'web-01', now, at = now, text = 'x' } of lines) {
      const time = new Date(BEGIN + at).toISOString();
      const line = `<38>1 ${time} ${host} ${rule} - - - from ${by} port 4 ${text}`;
      const chunk = chunkOf(++this.#seq, [line], { receivedAt: BEGIN + now, clock: BEGIN + now });
      this.changes.push(...this.#core.apply(this.#seq, this.#detect(chunk).signals, BEGIN + now));
    }
    return this.changes.slice(from).filter((change) => !isIncident(change));
  }

  tick(now: number): Change[] {
    const changes = this.#core.tick(BEGIN + now);
    this.changes.push(...changes);
    return changes;
  }

  restart(): void {
    const saved = [...this.#core.snapshot()].map((part) => deserialize(serialize(part)) as unknown);
    this.#core = this.#newCore();
    this.#core.restore(saved);
  }

  /** Alerts and incidents that a sink was told of and not told that they ended. */
  get openAtSinks(): Set<string> {
    const open = new Set<string>();
    for (const change of this.changes) {
      const { id, status } = isIncident(change) ? change.incident : change.alert;
      if (!isIncident(change) && change.silenced !== undefined) continue;
      if (status === 'ended') open.delete(id);
      else open.add(id);
    }
    return open;
  }

  #newCore(): Core {
    const count = (code: string, n = 1): void => {
      this.counts.set(code, (this.counts.get(code) ?? 0) + n);
    };
    return createCore(this.#config, this.#built, count);
  }
}

const toldOf = (changes: readonly AlertChange[]): string[] =>
  changes
    .filter(({ silenced }) => silenced === undefined)
    .map(({ alert, entity }) => `${alert.status} ${entity}`);
const ME = '203.0.113.7';

describe('an alert kept open by who made it', () => {
  it('tells of the first hit on a host that it had not named, and goes on naming it', () => {
    const line = new Line();
    for (let now = 0; now < 90 * MINUTE; now += 4 * MINUTE) line.say({ by: ME, host: 'my-own', now });
    const [change, ...more] = line.say({ by: ME, host: 'dc-01', now: 90 * MINUTE });
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      alert: { status: 'updated' },
      host: { name: 'my-own' },
      related: { hosts: ['my-own', 'dc-01'] },
    });
    expect(change!.evidence.at(-1)!.original).toContain('dc-01');
    line.restart();
    expect(line.say({ by: ME, host: 'dc-01', now: 91 * MINUTE })).toEqual([]);
    const ended = line.tick(3 * HOUR);
    expect(ended[0]).toMatchObject({ alert: { status: 'ended' }, related: { hosts: ['my-own', 'dc-01'] } });
  });

  it('is told six times more at most, however many hosts are made up', () => {
    const line = new Line();
    const told = Array.from({ length: 5000 }, (_, i) =>
      line.say({ by: ME, host: `web-${i}`, now: i * SECOND }),
    ).flat();
    const counts = told.map(({ alert }) => alert.count);
    expect(counts).toEqual([1, 2, 3, 4, 8, 10, 16, 100, 1000]);
  });

  it('says that it goes on, though its clock stands still', () => {
    const line = new Line();
    const told: AlertChange[] = [];
    for (let now = 0; now <= 9 * HOUR; now += 10 * MINUTE) told.push(...line.say({ by: ME, at: 0, now }));
    const repeats = told.filter(({ alert }) => alert.status === 'updated' && alert.count !== 10);
    expect(repeats.map(({ alert }) => alert.count)).toEqual([34]);
  });

  it('does not take in what happens when it is over, whatever times its hits claim', () => {
    const line = new Line();
    line.say({ by: ME, now: 0 });
    // From the past and as far ahead as is believed.
    line.say({ by: ME, at: -HOUR, now: MINUTE }, { by: ME, at: 6 * MINUTE, now: 2 * MINUTE });
    expect(toldOf(line.say({ by: ME, now: 12 * MINUTE }))).toEqual([`ended ${ME}`, `opened ${ME}`]);
  });
});

describe('an alert that is silenced', () => {
  const silence = (matcher: object, expires = 10 * HOUR) => [
    { id: 's1', reason: 'lab', matcher, expires: BEGIN + expires },
  ];

  it('takes in no hit that the silence does not hide', () => {
    const line = new Line();
    line.core.useSilences(silence({ host: 'lab-*' }));
    expect(toldOf(line.say({ by: ME, host: 'lab-01', now: 0 }))).toEqual([]);
    line.restart();
    const told = line.say({ by: ME, host: 'dc-01', now: MINUTE }, { by: ME, host: 'lab-01', now: MINUTE });
    expect(toldOf(told)).toEqual([`opened ${ME}`]);
    expect(told[0]).toMatchObject({ host: { name: 'dc-01' }, alert: { revision: 1, count: 1 } });
    line.tick(HOUR);
    expect(line.openAtSinks.size).toBe(0);
  });

  it('is told of from the first hit after the silence', () => {
    const line = new Line();
    line.core.useSilences(silence({ entity: ME }, 2 * MINUTE));
    expect(toldOf(line.say({ by: ME, now: 0 }, { by: ME, now: MINUTE }))).toEqual([]);
    expect(toldOf(line.say({ by: ME, now: 3 * MINUTE }))).toEqual([`opened ${ME}`]);
  });

  it('was told of before: sinks are told that it, and its incident, ended, though hits go on', () => {
    const line = new Line();
    line.say({ by: ME, now: 0 }, { by: ME, rule: 'enter', now: SECOND });
    expect(line.openAtSinks.size).toBe(3);
    line.core.useSilences(silence({ source_ip: `${ME}/32` }));
    for (let now = MINUTE; now < 6 * HOUR; now += 4 * MINUTE) {
      expect(toldOf(line.say({ by: ME, now }))).toEqual([]);
      line.tick(now);
    }
    expect(line.openAtSinks.size).toBe(0);
    const incidents = line.changes.filter(isIncident) as IncidentChange[];
    expect(incidents.map(({ incident }) => incident.status)).toEqual(['opened', 'ended']);
  });

  it('makes room for those that are told of, and never the other way', () => {
    const line = new Line({ alerts: { max_open: 100 } });
    line.core.useSilences(silence({ source_ip: '10.0.0.0/8' }));
    line.say({ by: ME, now: 0 });
    for (let i = 0; i < 1000; i++) line.say({ by: `10.0.${i >> 8}.${i & 255}`, rule: 'noise', now: SECOND });
    expect(line.openAtSinks.size).toBe(1);
    expect(line.core.stats(0).open).toBe(100);
    expect(line.counts.get('alerts.evicted')).toBe(901);
  });
});

describe('a flood of alerts', () => {
  it('costs whoever attacks slowly meanwhile no hit: each counts on an alert that was told of', () => {
    const line = new Line({ alerts: { max_open: 100 } });
    let hits = 0;
    for (let i = 0; i < 3000; i++) {
      line.say({ by: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, rule: 'noise', now: i * 100 });
      if (i % 500 === 0) {
        line.say({ by: ME, now: i * 100 });
        hits++;
      }
    }
    line.tick(HOUR);
    const own = line.changes.filter((change) => !isIncident(change) && change.entity === ME) as AlertChange[];
    const last = own.filter(({ alert }) => alert.status === 'ended').map(({ alert }) => alert.count);
    expect(last.reduce((a, b) => a + b, 0)).toBe(hits);
    expect(own.filter(({ alert }) => alert.status === 'opened').length).toBe(last.length);
    expect(line.openAtSinks.size).toBe(0);
  });

  it('with long records holds no more of them than is allowed, through restarts', {
    timeout: 150_000,
  }, () => {
    const line = new Line();
    const text = 'x'.repeat(4000);
    line.say({ by: ME, now: 0 });
    for (let i = 0; i < 40_000; i++)
      line.say({ by: `10.0.${i >> 8}.${i & 255}`, rule: 'noise', now: SECOND, text });
    let bytes = 0;
    for (const part of line.core.snapshot()) bytes += serialize(part).length;
    expect(bytes).toBeLessThan(200 * 1024 ** 2);
    expect(line.counts.get('alerts.evicted')).toBeGreaterThan(1000);
    line.restart();
    expect(line.core.stats(0).open).toBeLessThan(40_000);
  });
});
