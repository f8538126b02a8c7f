import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogOrder } from '../../src/keeper/log-order.js';
import type { RawChunk } from '../../src/model/raw-chunk.js';
import type { DetectorToKeeper } from '../../src/protocol.js';
import { chunkOf } from '../helpers/chunks.js';

const TICK = { kind: 'tick', now: 5 };

function tickAt(seq: number): RawChunk {
  return chunkOf(seq, [], { transport: 'control', bytes: new Uint8Array(Buffer.from(JSON.stringify(TICK))) });
}

const foundIn = (seq: number): DetectorToKeeper => ({ result: { seq } }) as DetectorToKeeper;

function taken(order: LogOrder): number[] {
  const seqs: number[] = [];
  for (let turn = order.take(); turn !== null; turn = order.take()) {
    expect(turn.found?.result.seq ?? turn.meta.seq).toBe(turn.meta.seq);
    expect(turn.control).toEqual(turn.found === null ? TICK : null);
    seqs.push(turn.meta.seq);
  }
  return seqs;
}

describe('the order in which chunks are applied', () => {
  it('is that of the log, in whatever order detectors answer', () => {
    const events = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }).chain((controls) =>
      fc.record({
        controls: fc.constant(controls),
        answers: fc.shuffledSubarray(
          controls.flatMap((control, i) => (control ? [] : [i + 1])),
          { minLength: controls.filter((control) => !control).length },
        ),
        // How many of the chunks have come before each answer.
        ahead: fc.array(fc.nat(12), { minLength: 12, maxLength: 12 }),
      }),
    );
    fc.assert(
      fc.property(events, ({ controls, answers, ahead }) => {
        const order = new LogOrder(1);
        const seqs: number[] = [];
        let come = 0;
        const expectUpTo = (count: number): void => {
          for (; come < Math.min(count, controls.length); come++)
            order.expect(controls[come] ? tickAt(come + 1) : chunkOf(come + 1, ['x']));
          seqs.push(...taken(order));
        };
        for (const [i, seq] of answers.entries()) {
          expectUpTo(ahead[i]!);
          order.answer(foundIn(seq));
          seqs.push(...taken(order));
        }
        expectUpTo(controls.length);
        expect(seqs).toEqual(controls.map((_, i) => i + 1));
        expect(order.nextSeq).toBe(controls.length + 1);
      }),
    );
  });

  it('waits for a chunk that is missing, and goes on behind it when told so', () => {
    const order = new LogOrder(1);
    order.expect(chunkOf(3, ['x']));
    order.answer(foundIn(3));
    expect(taken(order)).toEqual([]);
    order.skipTo(3);
    expect(taken(order)).toEqual([3]);
  });
});
