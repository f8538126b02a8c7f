// When the loop of a thread had its turn, each ms anew, and when it collected garbage: times in ms since the epoch.
import { PerformanceObserver } from 'node:perf_hooks';

/** Turns come one ms after the other if nothing holds the loop up. Collections are [from, to]. */
export function watchLoop() {
  const turns = [];
  const collections = [];
  setInterval(() => turns.push(now()), 1).unref();
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      const from = performance.timeOrigin + startTime;
      collections.push([from, from + duration]);
    }
  }).observe({ entryTypes: ['gc'] });
  return { turns, collections };
}

export function now() {
  return performance.timeOrigin + performance.now();
}
