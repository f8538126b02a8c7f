/** What a correlation did. */
export interface CorrelationTotals {
  firings: number;
  /** Hits too old for their group. */
  late: number;
  /** Groups, and hits to wait on, dropped to stay within the limits. */
  evicted: number;
}

export interface CorrelationStats extends Readonly<CorrelationTotals> {
  /** Of the rule. */
  readonly id: string;
  /** Held now. */
  readonly groups: number;
}

/** Running totals by rule id: they go on when rules are reloaded. */
export class CorrelationCounts {
  readonly #totals = new Map<string, CorrelationTotals>();

  of(rule: string): CorrelationTotals {
    let totals = this.#totals.get(rule);
    if (totals === undefined) {
      totals = { firings: 0, late: 0, evicted: 0 };
      this.#totals.set(rule, totals);
    }
    return totals;
  }
}
