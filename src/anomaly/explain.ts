import { depthGained } from './attribution.js';
import { FEATURES, type Feature, type MinuteView } from './features.js';
import type { Forest } from './forest.js';

/** What made a minute rare: a feature with its value, what is usual, and its share of what set the minute apart. */
export interface Contribution {
  readonly name: string;
  readonly value: number;
  /** What is nothing special for the entity, by its own days before or by its class. */
  readonly usual: number;
  /** From 0 to 1; of all features together 1. */
  readonly share: number;
}

const SHOWN = 4;
const LEAST_SHARE = 0.05;

/** The features that shortened the paths most, by the forest itself, the greatest first. */
export function contributions(forest: Forest, vector: Float32Array, view: MinuteView): Contribution[] {
  const gained = depthGained(forest, vector);
  // What is as usual is no reason, though the way past it was short.
  const gains = gained.map((gain, i) => (vector[i]! > 0 ? Math.max(gain, 0) : 0));
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return FEATURES.map((feature, i) => ({
    name: feature.name,
    value: rounded(feature.value(view)),
    usual: rounded(feature.usual(view)),
    share: total > 0 ? Number((gains[i]! / total).toFixed(3)) : 0,
  }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN);
}

/** "57 different destination ports (usually at most 3)". */
export function contributionText({ name, value, usual }: Contribution): string {
  const { kind, words } = FEATURES.find((feature) => feature.name === name) as Feature;
  if (kind === 'flag') return words;
  if (kind === 'rarity') return `${words} that 1 in ${shown(value)} has`;
  return `${shown(value)} ${words} (usually at most ${shown(usual)})`;
}

function shown(value: number): string {
  return String(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
