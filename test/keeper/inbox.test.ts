import { expect, it } from 'vitest';
import { Inbox } from '../../src/keeper/inbox.js';

it('works on messages in order, and lets timers and others have their turn in between', async () => {
  const handled: number[] = [];
  const turns: number[] = [];
  let done: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const inbox = new Inbox<number>((message) => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    handled.push(message);
    // What comes meanwhile comes after what waits.
    if (message === 0) inbox.add(100);
    if (message === 100) done();
  });
  const timer = setInterval(() => turns.push(handled.length), 1);
  for (let message = 0; message < 100; message++) inbox.add(message);
  await all;
  clearInterval(timer);
  expect(handled).toEqual(Array.from({ length: 101 }, (_, i) => i));
  expect(turns.filter((after) => after > 0 && after < 100).length).toBeGreaterThan(2);
});
