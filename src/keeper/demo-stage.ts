import type { Core } from '../keep.js';
import type { Change } from '../model/change.js';
import type { KeptRules } from '../ruleset.js';

/**
 * The demo that somebody plays has a core of its own: its events meet the same rules, and never those of real senders. It is
 * not kept over a restart.
 */
export class DemoStage {
  readonly #create: () => Core;
  #core: Core | null = null;

  constructor(create: () => Core) {
    this.#create = create;
  }

  apply(...chunk: Parameters<Core['apply']>): Change[] {
    this.#core ??= this.#create();
    return this.#core.apply(...chunk).map(labelled);
  }

  tick(now: number): Change[] {
    return this.#core?.tick(now).map(labelled) ?? [];
  }

  useRules(built: KeptRules): void {
    this.#core?.useRules(built);
  }

  forget(): void {
    this.#core = null;
  }
}

function labelled<T extends Change>(change: T): T {
  return { ...change, labels: { demo: true } };
}
