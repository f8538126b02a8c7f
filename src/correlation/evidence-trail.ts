import { type Evidence, isSameEvent } from '../model/signal.js';

/** One event, or several folded into one, that a group remembers. */
export interface TrailItem {
  readonly step: number;
  evidence: Evidence;
  /** Event times, ms. */
  from: number;
  to: number;
}

/** Events kept of a correlation of so many steps: as many as an alert shows, and one of every step. */
export function trailSize(steps: number): number {
  return Math.max(5, steps + 1);
}

/**
 * Events that tell how a group came to fire: the first ones of every step and the newest, so that a noisy step does
 * not push out the others. In order of arrival.
 */
export class EvidenceTrail {
  readonly #size: number;
  #items: TrailItem[];
  #characters = 0;

  /** @param size items held at most */
  constructor(size: number, items: readonly TrailItem[] = []) {
    this.#size = size;
    this.#items = items.map((item) => ({ ...item }));
    this.#measure();
  }

  /** Length of the records held. */
  get characters(): number {
    return this.#characters;
  }

  /** @param oldest items before this time (ms) have left the window and make room */
  add(evidence: Evidence, step: number, time: number, oldest: number): void {
    const newest = this.#items[this.#items.length - 1];
    // Folded hits share their evidence.
    if (newest !== undefined && newest.step === step && isSameEvent(newest.evidence, evidence)) {
      if (time < newest.from) newest.from = time;
      if (time > newest.to) newest.to = time;
      return;
    }
    if (newest !== undefined && this.#items.length >= this.#size) {
      if (this.#isOneStep(step, oldest)) {
        this.#characters += evidence.original.length - newest.evidence.original.length;
        newest.evidence = evidence;
        newest.from = time;
        newest.to = time;
        return;
      }
      this.#items = this.since(oldest);
      if (this.#items.length >= this.#size) this.#dropOne();
      this.#measure();
    }
    const item = { step, evidence, from: time, to: time };
    // Most groups never get a second item: a literal takes no room for more.
    if (this.#items.length === 0) this.#items = [item];
    else this.#items.push(item);
    this.#characters += evidence.original.length;
  }

  /** Those seen at `oldest` (ms) or later. */
  since(oldest: number): TrailItem[] {
    return this.#items.filter(({ to }) => to >= oldest);
  }

  clear(): void {
    this.#items = [];
    this.#characters = 0;
  }

  save(): TrailItem[] {
    return this.#items.map((item) => ({ ...item }));
  }

  /** The common case of a full trail: nothing but this step, and all of it still in the window. */
  #isOneStep(step: number, oldest: number): boolean {
    for (const item of this.#items) if (item.step !== step || item.to < oldest) return false;
    return true;
  }

  /** The newest of the step that has most. */
  #dropOne(): void {
    const counts = new Map<number, number>();
    for (const { step } of this.#items) counts.set(step, (counts.get(step) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const at = this.#items.findLastIndex(({ step }) => counts.get(step) === most);
    this.#items.splice(at, 1);
  }

  #measure(): void {
    this.#characters = this.#items.reduce((sum, { evidence }) => sum + evidence.original.length, 0);
  }
}
