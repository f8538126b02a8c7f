import {
  CHARACTERS,
  DENIALS,
  ELEVATIONS,
  ERRORS,
  EVENTS,
  FAILURES,
  FIRST,
  HTTP_ERRORS,
  KINDS,
  LAST,
  LOGINS,
  LONGEST_OBJECT,
  LONGEST_RECORD,
  MINUTE,
  MINUTE_MS,
  OBJECTS,
  PEERS,
  PORTS,
  ROW_WIDTH,
  TRAFFIC,
  UNRECOGNIZED,
  USERS,
} from '../model/entity-minute.js';
import { FEATURE_COUNT, readFeatures } from './features.js';
import type { Model } from './model.js';
import { classOf } from './owner.js';
import { Profiles } from './profiles.js';
import { seededRandom } from './random.js';
import { hashNumber, sketch } from './sketch.js';
import { train } from './train.js';

/**
 * What a healthy network may look like, for the hours before a model is learned from the one that is watched: made by code
 * from a seed, through the same profiles and features as real minutes.
 */
export function createBaseline(maxShare: number): Model {
  const random = seededRandom(SEED);
  const vectors: number[] = [];
  const owners: string[] = [];
  const minutes: number[] = [];
  const profiles = new Profiles(4096, () => {});
  const rows = new Uint32Array(ROW_WIDTH);
  const vector = new Float32Array(FEATURE_COUNT);
  const members = ROLES.flatMap((role, r) =>
    Array.from({ length: role.members }, (_, i) => ({
      role,
      entity: addressOf(role, r, i),
      salt: r * 1000 + i,
    })),
  );
  for (let minute = 0; minute < MINUTES; minute++) {
    for (const { role, entity, salt } of members) {
      if (random() > role.active) continue;
      fillRow(rows, role, salt, FIRST_MINUTE + minute, random);
      const profile = profiles.find(entity);
      const kind = classOf(entity, role.isSource);
      readFeatures({ rows, at: 0, kind, profiles, profile }, vector);
      profiles.learn(entity, kind, entity, rows, 0);
      if (minute < WARM_UP) continue;
      vectors.push(...vector);
      owners.push(entity);
      minutes.push(FIRST_MINUTE + minute);
    }
  }
  const set = { vectors: Float32Array.from(vectors), owners, minutes };
  return { ...train(set, null, { seed: SEED, maxShare }).model, trainedOn: 0 };
}

const SEED = 0x5eed;
const MINUTES = 180;
/** Everybody is new in the first minutes. */
const WARM_UP = 20;
/** An hour before midnight: from then on there is a day before. */
const FIRST_MINUTE = Math.floor(Date.UTC(2026, 0, 7, 23) / MINUTE_MS);

/** What the members of a role do in a minute: each number is a mean. */
interface Role {
  readonly isSource: boolean;
  readonly outside: boolean;
  readonly members: number;
  /** Share of minutes in which a member does anything. */
  readonly active: number;
  readonly events: number;
  /** How many kinds of events, users, ports, destinations and objects a member has to do with in all. */
  readonly kinds: number;
  readonly users: number;
  readonly ports: number;
  readonly peers: number;
  readonly objects: number;
  /** Shares of events. */
  readonly failures: number;
  readonly denials: number;
  readonly errors: number;
  readonly httpErrors: number;
  readonly unrecognized: number;
  readonly logins: number;
  readonly elevations: number;
  /** Characters a record, bytes an event. */
  readonly record: number;
  readonly traffic: number;
}

const QUIET: Role = {
  ...{ isSource: false, outside: false, members: 1, active: 1, events: 1 },
  ...{ kinds: 1, users: 0, ports: 0, peers: 0, objects: 0 },
  ...{ failures: 0, denials: 0, errors: 0, httpErrors: 0 },
  ...{ unrecognized: 0, logins: 0, elevations: 0, record: 110, traffic: 0 },
};

const ROLES: readonly Role[] = [
  // Servers: timers, services, now and then somebody who logs in or calls sudo.
  {
    ...{ ...QUIET, members: 24, active: 0.7, events: 5, kinds: 6, users: 2, objects: 5 },
    ...{ elevations: 0.02, unrecognized: 0.3 },
  },
  {
    ...QUIET,
    members: 8,
    active: 0.9,
    events: 40,
    kinds: 10,
    users: 3,
    objects: 12,
    unrecognized: 0.5,
    errors: 0.02,
  },
  // Network devices that report under their own name.
  { ...QUIET, members: 6, active: 0.8, events: 10, kinds: 5, unrecognized: 0.3, errors: 0.05, record: 160 },
  // People and tools that log in from inside.
  {
    ...{ ...QUIET, isSource: true, members: 20, active: 0.15, events: 3, kinds: 4, users: 2, peers: 4 },
    ...{ failures: 0.06, logins: 0.3 },
  },
  // Clients whose connections a firewall reports.
  {
    ...{ ...QUIET, isSource: true, members: 30, active: 0.6, events: 12, kinds: 3, ports: 4, peers: 20 },
    ...{ denials: 0.02, record: 180, traffic: 20_000 },
  },
  // Visitors of web servers.
  {
    ...{ ...QUIET, isSource: true, outside: true, members: 60, active: 0.1, events: 8, kinds: 2, peers: 1 },
    ...{ objects: 30, httpErrors: 0.05, record: 200, traffic: 8000 },
  },
  // The noise of the internet: one knock at a port, one guess.
  {
    ...{
      ...QUIET,
      isSource: true,
      outside: true,
      members: 40,
      active: 0.03,
      events: 2,
      kinds: 2,
      ports: 3,
      peers: 2,
    },
    ...{ denials: 0.7, failures: 0.9, users: 3, record: 160 },
  },
];

function addressOf({ isSource, outside }: Role, role: number, member: number): string {
  if (!isSource) return `host-${role}-${member}`;
  return outside ? `198.${18 + (member % 2)}.${member}.${1 + role}` : `10.${role}.0.${1 + member}`;
}

function fillRow(rows: Uint32Array, role: Role, salt: number, minute: number, random: () => number): void {
  rows.fill(0);
  const events = 1 + burst(role.events - 1, random);
  const part = (share: number): number => binomial(events, share, random);
  rows[MINUTE] = minute;
  rows[EVENTS] = events;
  rows[FAILURES] = part(role.failures);
  rows[DENIALS] = part(role.denials);
  rows[ERRORS] = part(role.errors);
  rows[HTTP_ERRORS] = part(role.httpErrors);
  rows[UNRECOGNIZED] = part(role.unrecognized);
  rows[LOGINS] = part(role.logins);
  rows[ELEVATIONS] = part(role.elevations);
  rows[CHARACTERS] = Math.round(events * role.record * (0.9 + 0.2 * random()));
  rows[LONGEST_RECORD] = Math.round(role.record * (1 + 0.4 * random()));
  rows[TRAFFIC] = burst(events * role.traffic, random);
  const values = (at: number, many: number, offset: number): number => {
    if (many > 0) for (let i = 0; i < events; i++) pick(rows, at, many, offset, random);
    return many > 0 ? events : 0;
  };
  values(KINDS, role.kinds, role.isSource ? 0 : salt % 7);
  values(USERS, role.users, salt % 11);
  values(PEERS, role.peers, salt % 13);
  if (values(OBJECTS, role.objects, salt) > 0) rows[LONGEST_OBJECT] = 8 + Math.floor(random() * 60);
  values(PORTS, role.ports, 0);
  fillTimes(rows, events, random);
}

function fillTimes(rows: Uint32Array, events: number, random: () => number): void {
  for (let i = 0; i < events; i++) {
    const offset = Math.floor(MINUTE_MS * random());
    rows[FIRST] = Math.max(rows[FIRST]!, MINUTE_MS - offset);
    rows[LAST] = Math.max(rows[LAST]!, offset);
  }
}

/** One of `many` values, the first ones far more often; now and then one that nobody else has. */
function pick(rows: Uint32Array, at: number, many: number, offset: number, random: () => number): void {
  const rare = random() < 0.002;
  const value = rare ? 1e6 * random() : offset + many * random() * random();
  sketch(rows, at, hashNumber(at * 1e7 + Math.floor(value)));
}

/** Around the mean, with a long tail, as loads are. */
function burst(mean: number, random: () => number): number {
  return mean <= 0 ? 0 : Math.round(-Math.log(1 - random()) * mean);
}

function binomial(n: number, share: number, random: () => number): number {
  let hits = 0;
  if (share > 0) for (let i = 0; i < n; i++) if (random() < share) hits++;
  return hits;
}
