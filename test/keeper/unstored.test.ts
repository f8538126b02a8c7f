import { expect, it } from 'vitest';
import { Unstored } from '../../src/keeper/unstored.js';
import type { AlertChange } from '../../src/model/alert.js';
import { createLogger } from '../../src/telemetry/log.js';
import { alertChange } from '../helpers/alerts.js';

const opened = (n: number) => alertChange({ alert: { id: `a${n}`, status: 'opened' } });

function start() {
  const told: string[] = [];
  const clock = { now: 0 };
  const unstored = new Unstored({
    path: 'state.db',
    log: createLogger({ level: 'silent' }),
    now: () => clock.now,
    tellSinks: (changes: readonly AlertChange[]) => told.push(...changes.map(({ alert }) => alert.id)),
  });
  return { unstored, told, clock };
}

it('tells of an alert once, when the disk has taken nothing for five seconds', () => {
  const { unstored, told, clock } = start();
  unstored.failed(new Error('full'), [opened(1)]);
  clock.now = 4999;
  unstored.failed(new Error('full'), [opened(1)]);
  expect([unstored.isFailing, told]).toEqual([true, []]);
  clock.now = 5000;
  unstored.failed(new Error('full'), [opened(1), alertChange({ alert: { id: 'u', status: 'updated' } })]);
  unstored.failed(new Error('full'), [opened(1), opened(2)]);
  expect(told).toEqual(['a1', 'a2']);
});

it('waits again after the disk has taken all', () => {
  const { unstored, told, clock } = start();
  unstored.failed(new Error('full'), [opened(1)]);
  clock.now = 6000;
  unstored.stored();
  expect(unstored.isFailing).toBe(false);
  unstored.failed(new Error('full'), [opened(2)]);
  expect(told).toEqual([]);
  unstored.tell([opened(2)]);
  expect(told).toEqual(['a2']);
});

it('tells of fifty at most, and counts all that are lost', () => {
  const { unstored, told } = start();
  const many = Array.from({ length: 70 }, (_, i) => opened(i));
  unstored.tell(many);
  unstored.tell(many);
  expect(told).toHaveLength(50);
  expect(unstored.tellLost(many)).toBe(70);
  expect(unstored.tellLost([])).toBe(0);
});
