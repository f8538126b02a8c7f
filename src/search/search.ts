import type { Worker } from 'node:worker_threads';
import { listSegments } from '../storage/log/segment-files.js';
import { Counts } from './counts.js';
import type { Damage, Found, Item, Plan, PlannedBlock, SearcherStart, Task, ToSearcher } from './messages.js';
import { questionOf } from './question.js';
import { giveBack, takeThread } from './threads.js';

export interface SearchOptions extends SearcherStart {
  /** Folder of the segments. */
  readonly dir: string;
  readonly threads: number;
  /** Given up after so many ms; null = never. */
  readonly deadlineMs: number | null;
  /** Ends it early, as the deadline does. */
  readonly signal?: AbortSignal;
  /** Takes events in order; the search waits for it. */
  readonly onItems: (items: readonly Item[]) => Promise<void> | void;
  readonly onProgress?: (progress: SearchProgress) => void;
}

export interface SearchProgress {
  readonly matches: number;
  /** Records that were looked at. */
  readonly records: number;
  /** Records that could be skipped by filters. */
  readonly skipped: number;
  readonly segments: number;
  readonly segmentsDone: number;
}

export interface SearchOutcome extends SearchProgress {
  readonly counts: ReadonlyMap<string, number>;
  /** Events whose values are not among `counts`, which is full. */
  readonly others: number;
  /** Records that filters could not rule out, since they were made under another configuration or version. */
  readonly unfiltered: number;
  readonly damage: readonly Damage[];
  /** The deadline or the signal came first: the rest was not looked at. */
  readonly timedOut: boolean;
}

/** Blocks of one task: few at first, so that the first answers come soon. */
const FIRST_BLOCKS = 1;
const MOST_BLOCKS = 8;
/** Tasks under way or done out of turn, for each thread. */
const WINDOW = 3;

/**
 * Searches the segments of a log that is there now, also while a daemon writes it: newest first, if not asked otherwise, on threads of its own.
 * What comes later is not looked at. Throws QueryError.
 */
export function search(options: SearchOptions): Promise<SearchOutcome> {
  questionOf(options.search);
  return new SearchRun(options).run();
}

class SearchRun {
  readonly #options: SearchOptions;
  readonly #limit: number;
  readonly #segments: string[];
  readonly #segmentCount: number;
  readonly #threads: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, number>();
  readonly #ready: Task[] = [];
  /** Results that came before their turn, by number of the task. */
  readonly #results = new Map<number, Found>();
  readonly #counts = new Counts();
  readonly #damage: Damage[] = [];
  #planning = false;
  #issued = 0;
  #taken = 0;
  #taking = false;
  #blocksPerTask = FIRST_BLOCKS;
  #matches = 0;
  #records = 0;
  #skipped = 0;
  #unfiltered = 0;
  #end: (timedOut: boolean) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: SearchOptions) {
    this.#options = options;
    const { want } = options.search;
    this.#limit = want.kind === 'events' ? want.limit : Number.POSITIVE_INFINITY;
    const segments = listSegments(options.dir);
    this.#segments = options.search.oldestFirst ? segments : segments.reverse();
    this.#segmentCount = this.#segments.length;
  }

  async run(): Promise<SearchOutcome> {
    const { deadlineMs, signal } = this.#options;
    let timer: NodeJS.Timeout | null = null;
    try {
      const timedOut = await new Promise<boolean>((resolve, reject) => {
        this.#end = resolve;
        this.#fail = reject;
        signal?.addEventListener('abort', () => resolve(true));
        if (signal?.aborted) return resolve(true);
        if (deadlineMs !== null) timer = setTimeout(() => resolve(true), deadlineMs);
        this.#pump();
      });
      const { byValue: counts, others } = this.#counts;
      return {
        ...this.#progress(),
        counts,
        others,
        unfiltered: this.#unfiltered,
        damage: this.#damage,
        timedOut,
      };
    } finally {
      if (timer !== null) clearTimeout(timer);
      await this.#dismissThreads();
    }
  }

  /** One that has nothing to do. Threads are started when there is something to do for them. */
  #freeThread(): Worker {
    if (this.#idle.length === 0) this.#startThread();
    return this.#idle.pop()!;
  }

  #startThread(): void {
    const { search, config } = this.#options;
    const thread = takeThread();
    const { sources, extractors, business_hours } = config;
    const start = { search, config: { sources, extractors, business_hours } };
    thread.postMessage({ kind: 'search', start } satisfies ToSearcher);
    thread.on('message', (result: Plan | Found) => this.#receive(thread, result));
    thread.on('error', (error) => this.#fail(error));
    this.#threads.push(thread);
    this.#idle.push(thread);
  }

  /** Those that are in the middle of something end. */
  async #dismissThreads(): Promise<void> {
    for (const thread of this.#threads) {
      thread.removeAllListeners('message');
      thread.removeAllListeners('error');
      if (this.#busy.has(thread)) await thread.terminate();
      else {
        thread.postMessage({ kind: 'rest' } satisfies ToSearcher);
        giveBack(thread);
      }
    }
  }

  #pump(): void {
    while (this.#busy.size < this.#options.threads) {
      const task = this.#nextTask();
      if (task === null) break;
      const thread = this.#freeThread();
      this.#busy.set(thread, task.kind === 'plan' ? -1 : this.#issued++);
      thread.postMessage(task);
    }
    if (this.#busy.size === 0 && !this.#taking && this.#results.size === 0) this.#end(false);
  }

  #nextTask(): Task | null {
    const window = WINDOW * this.#options.threads;
    if (this.#ready.length > 0 && this.#issued - this.#taken < window) return this.#ready.shift()!;
    if (this.#planning || this.#ready.length >= window) return null;
    const path = this.#segments.shift();
    if (path === undefined) return null;
    this.#planning = true;
    return { kind: 'plan', path };
  }

  #receive(thread: Worker, result: Plan | Found): void {
    const number = this.#busy.get(thread)!;
    this.#busy.delete(thread);
    this.#idle.push(thread);
    this.#damage.push(...result.damage);
    if (result.kind === 'plan') this.#addPlan(result);
    else this.#results.set(number, result);
    void this.#takeResults();
    this.#pump();
  }

  #addPlan({ path, blocks, tail, skipped, unfiltered }: Plan): void {
    this.#planning = false;
    this.#skipped += skipped;
    this.#unfiltered += unfiltered;
    const { oldestFirst = false } = this.#options.search;
    const addTail = (): void => {
      if (tail !== null) this.#ready.push({ kind: 'tail', path, after: tail.after, upTo: tail.upTo });
    };
    if (!oldestFirst) addTail();
    let batch: PlannedBlock[] = [];
    for (const block of oldestFirst ? blocks.toReversed() : blocks) {
      batch.push(block);
      if (batch.length < this.#blocksPerTask) continue;
      this.#ready.push({ kind: 'blocks', path, blocks: batch });
      batch = [];
      this.#blocksPerTask = Math.min(MOST_BLOCKS, this.#blocksPerTask * 2);
    }
    if (batch.length > 0) this.#ready.push({ kind: 'blocks', path, blocks: batch });
    if (oldestFirst) addTail();
  }

  /** Takes what has come in order of the tasks; counts have no order, but wait for their turn all the same. */
  async #takeResults(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    try {
      for (let found = this.#nextResult(); found !== undefined; found = this.#nextResult()) {
        this.#records += found.records;
        this.#counts.merge(found);
        const items = found.items.slice(0, this.#limit - this.#matches);
        this.#matches += found.matches - found.items.length + items.length;
        if (items.length > 0) await this.#options.onItems(items);
        this.#options.onProgress?.(this.#progress());
        if (this.#matches >= this.#limit) return this.#end(false);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#taking = false;
    }
    this.#pump();
  }

  #nextResult(): Found | undefined {
    const found = this.#results.get(this.#taken);
    if (found !== undefined) this.#results.delete(this.#taken++);
    return found;
  }

  #progress(): SearchProgress {
    return {
      matches: this.#matches,
      records: this.#records,
      skipped: this.#skipped,
      segments: this.#segmentCount,
      segmentsDone: this.#segmentCount - this.#segments.length - (this.#planning ? 1 : 0),
    };
  }
}
