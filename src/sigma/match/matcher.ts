import type { Match } from '../../model/detection.js';
import type { MatchState } from './match-state.js';

/** A node of a compiled rule: one item, a selection, or logic over them. */
export interface Matcher {
  readonly cost: number;
  holds(state: MatchState): boolean;
  /** Adds the positive items that are true, in the order of the rule. Called only where `holds`. */
  explain(state: MatchState, report: MatchReport): void;
}

const MAX_MATCHES = 16;
const MAX_TEXT = 200;

/** Evidence as it is collected: capped in number and length. */
export class MatchReport {
  readonly matches: Match[] = [];
  #selection = '';

  within(selection: string, explain: () => void): void {
    this.#selection = selection;
    explain();
  }

  add(field: string | null, pattern: string, value: string | null): void {
    if (this.matches.length === MAX_MATCHES) return;
    this.matches.push({
      selection: this.#selection,
      field,
      pattern: shorten(pattern),
      value: shorten(value ?? ''),
    });
  }
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

export class AllOf implements Matcher {
  readonly cost: number;
  readonly #parts: readonly Matcher[];
  readonly #cheapestFirst: readonly Matcher[];

  constructor(parts: readonly Matcher[]) {
    this.#parts = parts;
    this.#cheapestFirst = [...parts].sort((a, b) => a.cost - b.cost);
    this.cost = sumOfCosts(parts);
  }

  holds(state: MatchState): boolean {
    for (const part of this.#cheapestFirst) {
      if (!part.holds(state)) return false;
    }
    return true;
  }

  explain(state: MatchState, report: MatchReport): void {
    for (const part of this.#parts) part.explain(state, report);
  }
}

export class AnyOf implements Matcher {
  readonly cost: number;
  readonly #parts: readonly Matcher[];
  readonly #cheapestFirst: readonly Matcher[];

  constructor(parts: readonly Matcher[]) {
    this.#parts = parts;
    this.#cheapestFirst = [...parts].sort((a, b) => a.cost - b.cost);
    this.cost = sumOfCosts(parts);
  }

  holds(state: MatchState): boolean {
    for (const part of this.#cheapestFirst) {
      if (part.holds(state)) return true;
    }
    return false;
  }

  explain(state: MatchState, report: MatchReport): void {
    for (const part of this.#parts) if (part.holds(state)) part.explain(state, report);
  }
}

export class AtLeast implements Matcher {
  readonly cost: number;
  readonly #count: number;
  readonly #parts: readonly Matcher[];

  constructor(count: number, parts: readonly Matcher[]) {
    this.#count = count;
    this.#parts = parts;
    this.cost = sumOfCosts(parts);
  }

  holds(state: MatchState): boolean {
    let left = this.#count;
    for (const part of this.#parts) {
      if (part.holds(state) && --left === 0) return true;
    }
    return false;
  }

  explain(state: MatchState, report: MatchReport): void {
    for (const part of this.#parts) if (part.holds(state)) part.explain(state, report);
  }
}

export class Not implements Matcher {
  readonly cost: number;
  readonly #part: Matcher;

  constructor(part: Matcher) {
    this.#part = part;
    this.cost = part.cost;
  }

  holds(state: MatchState): boolean {
    return !this.#part.holds(state);
  }

  /** What is not there is no evidence. */
  explain(): void {}
}

export class NamedSelection implements Matcher {
  readonly cost: number;
  readonly #name: string;
  readonly #part: Matcher;

  constructor(name: string, part: Matcher) {
    this.#name = name;
    this.#part = part;
    this.cost = part.cost;
  }

  holds(state: MatchState): boolean {
    return this.#part.holds(state);
  }

  explain(state: MatchState, report: MatchReport): void {
    report.within(this.#name, () => this.#part.explain(state, report));
  }
}

function sumOfCosts(parts: readonly Matcher[]): number {
  return parts.reduce((sum, part) => sum + part.cost, 0);
}
