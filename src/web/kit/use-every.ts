import { useEffect } from 'preact/hooks';

/** Does something again and again while it is seen, ms apart. */
export function useEvery(ms: number, act: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.hidden || act(), ms);
    return () => clearInterval(timer);
  }, [ms, act]);
}
