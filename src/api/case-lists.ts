import { Worker } from 'node:worker_threads';
import type { SilenceMatcher } from '../model/silence.js';
import type { CaseReader } from '../storage/case-reader.js';
import type { SilencePreview } from './silence-preview.js';

/** What takes time in proportion to what is stored, or to the length of its lines. */
interface Lists extends Pick<CaseReader, 'alerts' | 'newestAlerts' | 'incidents' | 'histogram' | 'byRule'> {
  previewSilence(matcher: SilenceMatcher, since: string): SilencePreview;
}

export interface CaseListerStart {
  readonly statePath: string;
  readonly deskPath: string;
}

export interface CaseQuestion {
  readonly number: number;
  readonly method: keyof Lists;
  readonly args: readonly unknown[];
}

export type FromCaseLister =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly message: string };

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const MOST_WAITING = 50;
const IDLE_MS = 60_000;
const YOUNG_MB = 16;

/**
 * Lists of alerts and incidents, made on a thread of their own: meanwhile main goes on receiving. It starts with the first question, and
 * ends when none came for a minute.
 */
export class CaseLists {
  readonly #start: CaseListerStart;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(start: CaseListerStart) {
    this.#start = start;
  }

  /** As the method of CaseReader, or the function of that name, does. Null = too many ask at once. */
  ask<K extends keyof Lists>(method: K, ...args: Parameters<Lists[K]>): Promise<ReturnType<Lists[K]>> | null {
    if (this.#waiting.size >= MOST_WAITING) return null;
    const thread = this.#running();
    const number = ++this.#asked;
    return new Promise<ReturnType<Lists[K]>>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      thread.postMessage({ number, method, args } satisfies CaseQuestion);
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    void this.#thread?.terminate();
    this.#thread = null;
  }

  #running(): Worker {
    clearTimeout(this.#idle);
    if (this.#thread !== null) return this.#thread;
    const thread = new Worker(new URL('./case-lister.js', import.meta.url), {
      workerData: this.#start,
      name: 'case-lister',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    thread.on('message', (answer: FromCaseLister) => this.#take(answer));
    thread.on('error', (error) => this.#fail(thread, error));
    thread.on('exit', () => this.#fail(thread, new Error('The thread that lists alerts ended.')));
    thread.unref();
    this.#thread = thread;
    return thread;
  }

  #take(answer: FromCaseLister): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ('message' in answer) waiting?.reject(new Error(answer.message));
    else waiting?.resolve(answer.result as never);
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
  }

  /** The next question starts another one. */
  #fail(thread: Worker, error: Error): void {
    if (thread !== this.#thread && this.#thread !== null) return;
    this.#thread = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
