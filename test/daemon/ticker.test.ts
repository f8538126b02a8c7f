import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TICK_MS, Ticker } from '../../src/daemon/ticker.js';

const NOW = Date.UTC(2026, 2, 2, 8);
const HOUR = 3600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

it('says so when its clock was set, forward or back, and falls idle by the new one', () => {
  const told: string[] = [];
  let lastSeen = NOW;
  const ticker = new Ticker({
    openMs: 5000,
    lastSeen: () => lastSeen,
    onTick: () => told.push('tick'),
    onAwake: () => told.push('awake'),
  });
  const tickAt = (at: number): string[] => {
    vi.setSystemTime(at);
    ticker.tick();
    return told.splice(0);
  };
  expect(tickAt(NOW + TICK_MS)).toEqual(['tick']);
  lastSeen = NOW + HOUR;
  expect(tickAt(NOW + HOUR)).toEqual(['awake', 'tick']);
  expect(tickAt(NOW)).toEqual(['awake', 'tick']);
  lastSeen = NOW;
  const after: string[] = [];
  for (let at = NOW + TICK_MS; at <= NOW + 60 * TICK_MS; at += TICK_MS) after.push(...tickAt(at));
  expect(after).not.toContain('awake');
  expect(after.length).toBeLessThan(20);
});
