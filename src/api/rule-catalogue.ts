import { Worker } from 'node:worker_threads';
import type { DaemonView } from '../daemon/view.js';
import type { FromRuleJudge, RuleDescription, RuleJudgeStart } from '../protocol.js';

/** Threads that look at rules, at once. */
const MOST_THREADS = 2;
/** One that takes longer is ended: a rule text or a record of somebody. */
const DEADLINE_MS = 30_000;
const YOUNG_MB = 32;
const OLD_MB = 1024;

/** What there is of rules, and what they say to a record; asked of threads, since thousands of rules take seconds. */
export class RuleCatalogue {
  readonly #daemon: DaemonView;
  #listed: { readonly digest: string; readonly rules: Promise<readonly RuleDescription[]> } | null = null;
  #threads = 0;
  /** One is asked after the other. */
  #lastTexts: Promise<unknown> = Promise.resolve();

  constructor(daemon: DaemonView) {
    this.#daemon = daemon;
  }

  /** All rules, those left out by the configuration or a switch too. */
  list(): Promise<readonly RuleDescription[]> {
    const { hash, texts } = this.#daemon.rules();
    const digest = `${hash}-${texts.byteLength}`;
    if (this.#listed?.digest !== digest) {
      const rules = this.#ask({ kind: 'list' }).then((answer) => answer.rules);
      this.#listed = { digest, rules };
      rules.catch(() => {
        this.#listed = null;
      });
    }
    return this.#listed.rules;
  }

  /** Texts of rule files by path; of what is not there none. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = this.#lastTexts
      .then(() => this.#ask({ kind: 'texts', paths }))
      .then((answer) => answer.texts);
    this.#lastTexts = texts.catch(() => {});
    return texts;
  }

  /** Null = too many ask at once. */
  test(task: Omit<Extract<RuleJudgeStart['task'], { kind: 'test' }>, 'kind'>) {
    return this.#threads >= MOST_THREADS ? null : this.#ask({ kind: 'test', ...task });
  }

  /** Null = too many ask at once. */
  matches(task: Omit<Extract<RuleJudgeStart['task'], { kind: 'matches' }>, 'kind'>) {
    return this.#threads >= MOST_THREADS ? null : this.#ask({ kind: 'matches', ...task });
  }

  #ask<K extends FromRuleJudge['kind']>(
    task: RuleJudgeStart['task'] & { readonly kind: K },
  ): Promise<Extract<FromRuleJudge, { kind: K }>> {
    const { sources, rules, extractors, business_hours } = this.#daemon.config();
    const worker = new Worker(new URL('../rule-judge.js', import.meta.url), {
      workerData: {
        pack: this.#daemon.rules(),
        config: { sources, rules, extractors, business_hours },
        task,
      } satisfies RuleJudgeStart,
      name: 'rule-judge',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    this.#threads++;
    return new Promise<Extract<FromRuleJudge, { kind: K }>>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('Rules were looked at for too long.'));
        void worker.terminate();
      }, DEADLINE_MS);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => {
        this.#threads--;
        clearTimeout(timer);
        reject(new Error('The thread that looks at rules ended without an answer.'));
      });
    });
  }
}
