import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { compareSteps, type Step } from './step.js';

/** Some 100 MB. */
const MOST_IN_MEMORY = 200_000;
/** Steps that are written and read at once. */
const AT_ONCE = 256;

/**
 * Puts steps in order, however many there are: what memory does not bear is put in order and written to a temporary file,
 * which is read back beside the others. `close` removes them.
 */
export class StepSorter {
  readonly #most: number;
  #steps: Step[] = [];
  readonly #runs: string[] = [];
  #folder: string | null = null;

  constructor(most = MOST_IN_MEMORY) {
    this.#most = most;
  }

  add(step: Step): void {
    this.#steps.push(step);
    if (this.#steps.length >= this.#most) this.#spill();
  }

  /** All of them. Nothing may be added afterwards. */
  *sorted(): Generator<Step> {
    const last = this.#steps.sort(compareSteps);
    // Of those that compare equal the ones that were added first come first.
    const runs = [...this.#runs.map(readRun), last.values()];
    const heads = runs.map((run) => run.next());
    for (;;) {
      let least = -1;
      heads.forEach(({ value, done }, i) => {
        if (done !== true && (least < 0 || compareSteps(value, heads[least]!.value as Step) < 0)) least = i;
      });
      if (least < 0) return;
      yield heads[least]!.value as Step;
      heads[least] = runs[least]!.next();
    }
  }

  close(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'vedette-replay-'));
    const path = join(this.#folder, `run-${this.#runs.length}`);
    const steps = this.#steps.sort(compareSteps);
    this.#steps = [];
    const fd = openSync(path, 'wx', 0o600);
    try {
      for (let at = 0; at < steps.length; at += AT_ONCE) writeBatch(fd, steps.slice(at, at + AT_ONCE));
    } finally {
      closeSync(fd);
    }
    this.#runs.push(path);
  }
}

/** Length, u32 in the machine's order, and what v8 makes of it. */
function writeBatch(fd: number, steps: readonly Step[]): void {
  const body = serialize(steps);
  writeAll(fd, Buffer.from(Uint32Array.of(body.length).buffer));
  writeAll(fd, body);
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function* readRun(path: string): Generator<Step> {
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const length = readAll(fd, 4);
      if (length === null) return;
      yield* deserialize(readAll(fd, new Uint32Array(Uint8Array.from(length).buffer)[0]!)!) as Step[];
    }
  } finally {
    closeSync(fd);
  }
}

/** Null at the end of the file. */
function readAll(fd: number, length: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const read = readSync(fd, bytes, at, length - at, null);
    if (read === 0) return null;
    at += read;
  }
  return bytes;
}
