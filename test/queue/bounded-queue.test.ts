import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawBatch } from '../../src/model/raw-chunk.js';
import { BoundedQueue } from '../../src/queue/bounded-queue.js';
import { chunkOf } from '../helpers/chunks.js';

function batchOf(bytes: number): RawBatch {
  const { seq: _, ...batch } = chunkOf(0, ['x'.repeat(Math.max(0, bytes - 1))]);
  return batch;
}

const queueOf = (maxBytes: number, maxRecords = 1000): BoundedQueue =>
  new BoundedQueue({ maxBytes, maxRecords, firstSeq: 1 });

describe('bounded queue', () => {
  test('positions are given in order of arrival, without gaps', () => {
    const queue = queueOf(1000);
    for (let i = 0; i < 5; i++) queue.push(batchOf(10));
    expect([queue.take(), queue.take(), queue.take()].map((chunk) => chunk!.seq)).toEqual([1, 2, 3]);
    queue.push(batchOf(10));
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map((chunk) => chunk?.seq)).toEqual([
      4,
      5,
      6,
      undefined,
    ]);
  });

  test('push says when to stop, and ready when to go on', async () => {
    const queue = queueOf(800);
    expect(queue.push(batchOf(60))).toBe(true);
    expect(queue.push(batchOf(60))).toBe(false);
    let ready = false;
    const waiting = queue.ready().then(() => {
      ready = true;
    });
    queue.take();
    await Promise.resolve();
    expect(ready).toBe(false);
    queue.release(1);
    await waiting;
    expect(ready).toBe(true);
  });

  test('senders that can wait leave seven eighths to those that cannot', () => {
    const queue = queueOf(800);
    expect(queue.push(batchOf(99))).toBe(true);
    expect(queue.push(batchOf(1))).toBe(false);
    expect(queue.tryPush(batchOf(699))).toBe(true);
    expect(queue.tryPush(batchOf(1))).toBe(true);
    expect(queue.tryPush(batchOf(1))).toBe(false);
  });

  test('those that cannot wait stop the others only when they fill the whole', () => {
    const queue = queueOf(800);
    queue.tryPush(batchOf(790));
    expect(queue.push(batchOf(9))).toBe(true);
    expect(queue.push(batchOf(1))).toBe(false);
  });

  test('records of senders that can wait are bounded like their bytes', () => {
    const queue = queueOf(1e9, 16);
    expect(queue.push(batchOf(2))).toBe(true);
    expect(queue.push(batchOf(2))).toBe(false);
    queue.release(1);
    expect(queue.push(batchOf(2))).toBe(false);
    queue.release(2);
    queue.release(3);
    expect(queue.push(batchOf(2))).toBe(true);
  });

  test('chunks weigh until they are released, not until they are taken', () => {
    const queue = queueOf(100);
    queue.push(batchOf(100));
    queue.take();
    expect(queue.tryPush(batchOf(1))).toBe(false);
    expect(queue.isIdle).toBe(false);
    queue.release(1);
    expect(queue.isIdle).toBe(true);
    expect(queue.tryPush(batchOf(1))).toBe(true);
  });

  test('records are bounded like bytes', () => {
    const queue = queueOf(1e9, 3);
    for (let i = 0; i < 3; i++) queue.push(batchOf(2));
    expect(queue.isFull).toBe(true);
  });

  test('with lossy senders the bound is exceeded by less than one batch, whatever the order of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 200 }), (steps) => {
        const queue = queueOf(200);
        const taken: number[] = [];
        for (const step of steps) {
          if (step > 0) queue.tryPush(batchOf(step));
          else {
            const chunk = queue.take();
            if (chunk !== null) taken.push(chunk.seq);
            if (step < -2 && taken.length > 0) queue.release(taken.shift()!);
          }
          expect(queue.fill.bytes).toBeLessThan(200 + 50);
        }
      }),
    );
  });
});
