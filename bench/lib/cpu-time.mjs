// CPU time of work, for machines that are shared: the best of several rounds, in which all ways take turns.

/** CPU nanoseconds that each way (name → work on one event) needs per event. */
export function nanosecondsEach(ways, events, { rounds = 5, milliseconds = 300, batch = 250 } = {}) {
  const best = Object.fromEntries(Object.keys(ways).map((name) => [name, Number.POSITIVE_INFINITY]));
  let at = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(ways)) {
      const before = process.cpuUsage();
      const end = performance.now() + milliseconds;
      let done = 0;
      do {
        for (let i = 0; i < batch; i++) {
          work(events[at]);
          if (++at === events.length) at = 0;
        }
        done += batch;
      } while (performance.now() < end);
      const { user, system } = process.cpuUsage(before);
      best[name] = Math.min(best[name], ((user + system) * 1000) / done);
    }
  }
  return best;
}
