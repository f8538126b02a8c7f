import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 1000;

/** All that shows the time moves by one timer, however many there are. */
const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, anew every `every` ms, whole seconds; a hidden page does not tick. */
export function useClock(every = TICK_MS): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    // Ticks come a little early or late.
    const update = (at: number): void =>
      setNow((shown) => (Math.abs(at - shown) > every - TICK_MS / 2 ? at : shown));
    return listen(update);
  }, [every]);
  return now;
}

function listen(listener: (now: number) => void): () => void {
  if (listeners.size === 0) start();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop();
  };
}

function start(): void {
  timer = setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', tick);
}

function stop(): void {
  clearInterval(timer);
  document.removeEventListener('visibilitychange', tick);
}

function tick(): void {
  if (document.hidden) return;
  const now = Date.now();
  for (const listener of [...listeners]) listener(now);
}
