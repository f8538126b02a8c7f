/** Scores below this say nothing; the scale begins here. */
const LOWEST = 0.4;

/** How far a score (0 to 1) goes on its bar, in percent, and whether it is above the threshold. */
export function scoreShares(score: number, threshold: number): { over: boolean; at: number } {
  const at = Math.round((100 * (score - LOWEST)) / (1 - LOWEST));
  return { over: score > threshold, at: Math.min(100, Math.max(0, at)) };
}
