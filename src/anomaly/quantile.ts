/** The value that a share of `1 - q` of the sorted ones exceeds at most; `sorted` ascending, not empty. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = Math.ceil(q * sorted.length) - 1;
  return sorted[Math.min(Math.max(place, 0), sorted.length - 1)]!;
}

/**
 * The q-quantile of the scores without those of any one owner, the lowest of these: an owner alone cannot raise it, however
 * strange the minutes are that it puts in. With a single owner its own quantile.
 */
export function robustQuantile(scores: ArrayLike<number>, owners: readonly string[], q: number): number {
  const order = Array.from(owners, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const all = quantile(
    order.map((i) => scores[i]!),
    q,
  );
  const kept = Math.ceil((1 - q) * order.length) + 1;
  // Only who has one of the highest scores can move it.
  const suspects = new Set(order.slice(-kept).map((i) => owners[i]!));
  let lowest = all;
  for (const suspect of suspects) {
    const others = order.filter((i) => owners[i] !== suspect);
    if (others.length === 0) return all;
    lowest = Math.min(
      lowest,
      quantile(
        others.map((i) => scores[i]!),
        q,
      ),
    );
  }
  return lowest;
}
