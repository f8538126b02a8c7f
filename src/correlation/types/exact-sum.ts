/**
 * A sum of doubles without rounding errors, so that what leaves it leaves nothing behind: one huge value of a sender's would blind a plain sum
 * as long as others follow it. Held as doubles of which none overlaps another's bits (Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic", 1997): one or two as a rule, some forty at most.
 */
export class ExactSum {
  /** By size, the smallest first; no zeros. */
  #parts: number[] = [];

  add(value: number): void {
    const parts = this.#parts;
    let rest = value;
    let kept = 0;
    for (const part of parts) {
      const sum = rest + part;
      const [large, small] = Math.abs(rest) < Math.abs(part) ? [part, rest] : [rest, part];
      const error = small - (sum - large);
      if (error !== 0) parts[kept++] = error;
      rest = sum;
    }
    parts.length = kept;
    if (rest !== 0) parts.push(rest);
  }

  /** The double that is nearest to it. */
  read(): number {
    const parts = this.#parts;
    let at = parts.length - 1;
    let sum = parts[at] ?? 0;
    let error = 0;
    while (at > 0 && error === 0) {
      const part = parts[--at]!;
      const next = sum + part;
      error = part - (next - sum);
      sum = next;
    }
    // Half way between two doubles what is below decides.
    const below = at > 0 ? parts[at - 1]! : 0;
    if ((error < 0 && below < 0) || (error > 0 && below > 0)) {
      const next = sum + 2 * error;
      if (next - sum === 2 * error) return next;
    }
    return sum;
  }

  save(): readonly number[] {
    return this.#parts;
  }

  load(saved: readonly number[]): void {
    this.#parts = saved.filter((part) => part !== 0);
  }
}
