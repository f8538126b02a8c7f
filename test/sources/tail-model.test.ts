import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Harness } from './tail-harness.js';

/**
 * A writer, a rotation and a reader that crashes, in any order. Every line is unique, so that a line lost, doubled or
 * joined with another is seen.
 */
class World {
  readonly harness: Harness;
  /** Lines by the generation they were written to. */
  readonly written: string[][] = [[]];
  /** The unfinished last line of the live file. */
  #partial = '';
  #serial = 0;
  /** Opened before the last rotation and written to once more. */
  #lateWriter: { fd: number; lines: string[] } | null = null;
  /** Batches that a crash cannot undo, for what they hold is nowhere else. */
  #floor = 0;

  constructor(paths: string[]) {
    this.harness = new Harness({ paths, maxMessage: 4096 });
  }

  get #live(): string {
    return this.harness.path('app.log');
  }

  get #lines(): string[] {
    return this.written.at(-1)!;
  }

  /** The first look is committed before anybody is told that the log is watched. */
  async begin(isEmpty: boolean): Promise<void> {
    this.write(isEmpty ? 0 : 1, 10);
    if (isEmpty) closeSync(openSync(this.#live, 'a'));
    await this.harness.poll();
    this.#floor = 1;
  }

  write(count: number, width: number): void {
    for (let i = 0; i < count; i++) this.#append(`${this.#line(width)}\n`);
  }

  writePartial(width: number): void {
    this.#append(this.#line(width));
  }

  rotate(times: number): void {
    for (let i = 0; i < times; i++) {
      if (!existsSync(this.#live)) return;
      this.#endLateWriter();
      this.#endPartial();
      this.#lateWriter = { fd: openSync(this.#live, 'a'), lines: this.#lines };
      this.#shift();
      renameSync(this.#live, this.harness.path('app.log.1'));
      this.written.push([]);
      if (i + 1 < times) this.write(1, 10);
    }
  }

  /** The writer of the renamed file has not noticed yet. */
  writeLate(): void {
    if (this.#lateWriter === null) return;
    const line = this.#line(12);
    // After a partial last line that the rotation left, the late line is the rest of it.
    const lines = this.#lateWriter.lines;
    lines.push(line);
    writeSync(this.#lateWriter.fd, `\n${line}\n`);
    this.#endLateWriter();
  }

  async copyTruncate(): Promise<void> {
    if (!existsSync(this.#live)) return;
    this.finishPartial();
    // What a reader has never looked at exists only in the copy, as one more generation.
    await this.harness.poll();
    this.write(1, 10);
    this.#endLateWriter();
    this.#shift();
    copyFileSync(this.#live, this.harness.path('app.log.1'));
    truncateSync(this.#live, 0);
    this.written.push([]);
  }

  /** The copy is overwritten by the next one as soon as it has been read. */
  async copyTruncateTwice(): Promise<void> {
    if (!existsSync(this.#live)) return;
    await this.copyTruncate();
    this.write(1, 10);
    await this.harness.poll();
    this.#floor = this.harness.batches.length;
    this.write(1, 10);
    copyFileSync(this.#live, this.harness.path('app.log.1'));
    truncateSync(this.#live, 0);
    this.written.push([]);
  }

  async deleteAndCreate(): Promise<void> {
    if (!existsSync(this.#live)) return;
    this.finishPartial();
    await this.harness.poll();
    unlinkSync(this.#live);
    this.#floor = this.harness.batches.length;
    this.written.push([]);
    this.write(1, 10);
  }

  /** No late lines after the time that rotated files are watched for. */
  async pollLater(): Promise<void> {
    this.#endLateWriter();
    await this.harness.pollLater();
  }

  finishPartial(): void {
    if (this.#partial !== '') this.#append('\n');
  }

  async crash(share: number): Promise<void> {
    const keep = Math.max(this.#floor, Math.round(share * this.harness.batches.length));
    this.harness.restart(keep);
    this.#floor = 0;
  }

  async check(): Promise<void> {
    this.#endLateWriter();
    // Generations that were renamed before anyone saw them are looked for once there is a live file.
    this.write(1, 10);
    for (let i = 0; i < 3; i++) await this.harness.pollLater();
    const seen = this.harness.lines();
    const all = this.written.flat();
    expect([...seen].sort()).toEqual([...all].sort());
    for (const lines of this.written) {
      const wanted = new Set(lines);
      expect(seen.filter((line) => wanted.has(line))).toEqual(lines);
    }
  }

  #append(text: string): void {
    appendFileSync(this.#live, text);
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop()!;
    this.#lines.push(...lines.filter((line) => line !== ''));
  }

  #endPartial(): void {
    if (this.#partial === '') return;
    this.#lines.push(this.#partial);
    this.#partial = '';
  }

  #endLateWriter(): void {
    if (this.#lateWriter !== null) closeSync(this.#lateWriter.fd);
    this.#lateWriter = null;
  }

  #shift(): void {
    const numbers = readdirSync(this.harness.dir)
      .map((name) => /^app\.log\.(\d+)$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number);
    for (const number of numbers.sort((a, b) => b - a)) {
      renameSync(this.harness.path(`app.log.${number}`), this.harness.path(`app.log.${number + 1}`));
    }
  }

  #line(width: number): string {
    return `${this.#serial++}:${'x'.repeat(width)}`;
  }
}

type Step = (world: World) => unknown;

const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 5, 300, 3000))
      .map(([count, width]): [string, Step] => [
        `write ${count}×${width}`,
        (world) => world.write(count, width),
      ]),
  },
  { weight: 2, arbitrary: fc.constant<[string, Step]>(['write partial', (world) => world.writePartial(7)]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(['finish partial', (world) => world.finishPartial()]) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .map((times): [string, Step] => [`rotate ${times}`, (world) => world.rotate(times)]),
  },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(['write late', (world) => world.writeLate()]) },
  { weight: 2, arbitrary: fc.constant<[string, Step]>(['copytruncate', (world) => world.copyTruncate()]) },
  {
    weight: 1,
    arbitrary: fc.constant<[string, Step]>(['copytruncate twice', (world) => world.copyTruncateTwice()]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<[string, Step]>(['delete+create', (world) => world.deleteAndCreate()]),
  },
  { weight: 5, arbitrary: fc.constant<[string, Step]>(['poll', (world) => world.harness.poll()]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(['poll later', (world) => world.pollLater()]) },
  {
    weight: 3,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((share): [string, Step] => [
        `crash, ${share.toFixed(2)} committed`,
        (world) => world.crash(share),
      ]),
  },
);

describe('whatever the writer, the rotation and crashes do', () => {
  it.each([
    ['one path', ['app.log']],
    ['a glob over all generations', ['app.log*']],
  ])(
    'every line is read once and in order, following %s',
    async (_, paths) => {
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.array(step, { minLength: 1, maxLength: 25 }),
          async (isEmpty, steps) => {
            const world = new World(paths);
            try {
              await world.begin(isEmpty);
              for (const [, run] of steps) await run(world);
              await world.check();
            } finally {
              world.harness.end();
            }
          },
        ),
        { numRuns: 300, seed: 1, reporter: report },
      );
    },
    60_000,
  );
});

function report(details: fc.RunDetails<[boolean, [string, Step][]]>): void {
  if (!details.failed) return;
  const [isEmpty, steps] = details.counterexample ?? [false, []];
  const names = steps.map(([name]) => name).join(' · ');
  throw new Error(
    `after ${details.numRuns} runs: ${isEmpty ? 'empty · ' : ''}${names}\n${details.errorInstance}`,
  );
}
