import { setFlagsFromString } from 'node:v8';

/**
 * Sizes the heaps of a process of several threads. Called once, before anything else is loaded and any thread is started.
 * A V8 without one of the flags says so on stderr and goes on.
 */
export function sizeHeaps(): void {
  // Collects before a heap has grown to more than 1.4 times what lives in it. Left alone V8 waits for four times that, which
  // a keeper under load turns into hundreds of MB of garbage; the speed is the same.
  setFlagsFromString('--heap-growing-percent=40');
  // The young generation stays as it is. It grows by what survives it, so loading modules, all of which survive, would
  // leave main with 30 times what it ever needs. Threads begin with 8 MiB twice, or with what their limits allow.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--min-semi-space-size=8');
  // A kind of object that once outlived a collection is otherwise made in the old generation from then on. Of a detector's
  // signals that was all, each with the text of its chunk, though none of them outlives the chunk: a third of all CPU
  // went into collecting them.
  setFlagsFromString('--no-allocation-site-pretenuring');
}
