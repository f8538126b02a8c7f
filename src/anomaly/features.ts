import { DAY_MINUTES, HOUR_MINUTES, MINUTE } from '../model/entity-minute.js';
import { MEASURES, type Measure } from './measures.js';
import type { EntityClass } from './owner.js';
import { KIND_MEMORY, PEER_MEMORY, PORT_MEMORY, type Profiles, USER_MEMORY } from './profiles.js';
import { valuesOf } from './sketch.js';

/** A closed minute, and what was known of its entity when it closed. */
export interface MinuteView {
  readonly rows: Uint32Array;
  readonly at: number;
  readonly kind: EntityClass;
  readonly profiles: Profiles;
  /** The entity's, -1 for none. */
  readonly profile: number;
}

/** One number about an entity-minute: 0 where nothing is special, the more the stranger. */
export interface Feature {
  readonly name: string;
  readonly words: string;
  readonly read: (view: MinuteView) => number;
  /** What people are told: the number itself, and how much is usual. */
  readonly value: (view: MinuteView) => number;
  readonly usual: (view: MinuteView) => number;
  /** `amount` of something, `rarity` = one of so many has it, `flag` = it is so. */
  readonly kind: 'amount' | 'rarity' | 'flag';
}

/** All features, in the order of the vector. Training and scoring read them by this table and no other way. */
export const FEATURES: readonly Feature[] = [
  ...MEASURES.map(excess),
  novelty('new_kinds', 'kinds of events new to it', KIND_MEMORY),
  novelty('new_users', 'users new to it', USER_MEMORY),
  novelty('new_ports', 'destination ports new to it', PORT_MEMORY),
  novelty('new_peers', 'destinations new to it', PEER_MEMORY),
  rarity('rare_kind', 'a kind of event new to it', KIND_MEMORY),
  rarity('rare_user', 'a user new to it', USER_MEMORY),
  rarity('rare_port', 'a destination port new to it', PORT_MEMORY),
  rarity('rare_peer', 'a destination new to it', PEER_MEMORY),
  {
    name: 'new_hour',
    words: 'active at an hour of the day at which it never was',
    kind: 'flag',
    read: isNewHour,
    value: isNewHour,
    usual: () => 0,
  },
];

export const FEATURE_COUNT = FEATURES.length;

/** Writes the vector of a minute to `into`, from `start` on. */
export function readFeatures(view: MinuteView, into: Float32Array, start = 0): void {
  for (let i = 0; i < FEATURE_COUNT; i++) into[start + i] = FEATURES[i]!.read(view);
}

/** By how much, in logarithms, a measure is above what is nothing special for the entity. */
function excess({ name, words, read }: Measure, measure: number): Feature {
  const high = ({ profiles, profile, kind, rows, at }: MinuteView): number =>
    profiles.high(profile, measure, kind, rows[at + MINUTE]!);
  return {
    name,
    words,
    kind: 'amount',
    read: (view) => Math.max(read(view.rows, view.at) - high(view), 0),
    value: ({ rows, at }) => Math.expm1(read(rows, at)),
    usual: (view) => Math.expm1(high(view)),
  };
}

/** Of entities without a past everything would be new: they are measured by `rarity` alone. */
function novelty(name: string, words: string, memory: number): Feature {
  const value = ({ rows, at, profiles, profile }: MinuteView): number =>
    profiles.age(profile, rows[at + MINUTE]!) < HOUR_MINUTES
      ? 0
      : valuesOf(profiles.unknown(profile, memory, rows, at));
  return { name, words, kind: 'amount', read: (view) => Math.log1p(value(view)), value, usual: () => 0 };
}

function rarity(name: string, words: string, memory: number): Feature {
  const read = ({ rows, at, profiles, profile, kind }: MinuteView): number =>
    profiles.rarity(profile, memory, kind, rows, at);
  return { name, words, kind: 'rarity', read, value: (view) => 10 ** read(view), usual: () => 0 };
}

function isNewHour({ rows, at, profiles, profile }: MinuteView): number {
  const minute = rows[at + MINUTE]!;
  const hour = Math.floor(minute / HOUR_MINUTES) % 24;
  return profiles.age(profile, minute) >= DAY_MINUTES && !profiles.knowsHour(profile, hour) ? 1 : 0;
}
