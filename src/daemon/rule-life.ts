import { basename, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type FSWatcher, watch } from 'chokidar';
import { ConfigError } from '../config/errors.js';
import { isPipelinePath } from '../config/resolve-paths.js';
import type { Config } from '../config/schema.js';
import { type RuleFault, refusedRules } from '../model/rule.js';
import type { FromRuleCompiler, RuleCompilerStart } from '../protocol.js';
import { packPath, packToBlocks, type RulePack, sharedBytes } from '../rule-pack.js';
import { writeBlocks } from '../storage/block-file.js';
import type { Logger } from '../telemetry/log.js';
import type { DaemonStats } from './stats.js';

/** Editors and checkouts write many files at once: nothing must change for this long. */
const QUIET_MS = 300;

/** More of it would make the thread no faster, and the process larger by as much. */
const YOUNG_MB = 24;

interface InUse {
  readonly pack: RulePack;
  /**
   * As large as the pack, and never written to, so that it takes no memory. V8 does not count what is shared: without this, packs
   * out of use would stay until the thread collects its garbage for another reason, fifty megabytes a reload.
   */
  readonly weight: ArrayBuffer;
}

/** The rules in use: compiles them on a thread of their own, says what was refused, and watches their files. */
export class RuleLife {
  readonly #log: Logger;
  /** One that has loaded its code and waits. */
  #compiler: Worker | null = null;
  #inUse: InUse | null = null;
  #settings = '';
  /** What was compiled last, if it can be kept. */
  #made: { readonly pack: RulePack; readonly key: string } | null = null;
  /** Key of the pack that is kept. */
  #kept: string | null = null;
  #watcher: FSWatcher | null = null;
  #watched = '';
  #quiet: NodeJS.Timeout | null = null;
  /** Faults that the last reading had. */
  #told: ReadonlySet<string> = new Set();

  constructor(log: Logger) {
    this.#log = log;
  }

  get count(): number {
    return this.#inUse?.pack.count ?? 0;
  }

  /** Those in use; there are some once the daemon has started. */
  get pack(): RulePack {
    return this.#inUse!.pack;
  }

  get figures(): DaemonStats['rules'] {
    const { faults = [], former = [] } = this.#inUse?.pack ?? {};
    return { loaded: this.count, refused: refusedRules(faults), former };
  }

  /** For the next ruleset, while something else has to be waited for. */
  startCompiler(): void {
    this.#compiler ??= newCompiler();
  }

  /**
   * Reads and compiles what the configuration names; null = not one rule loads, though there are files. What was refused is
   * logged. Throws a ConfigError when something that it names cannot be read.
   */
  async compile(config: Config): Promise<RulePack | null> {
    const compiler = this.#compiler ?? newCompiler();
    this.#compiler = null;
    const answer = await compileOn(compiler, { config, previous: this.#inUse?.pack.texts ?? null });
    if (answer.type === 'config') throw new ConfigError(answer.faults);
    const { pack, files, key, isKept } = answer;
    this.#made = key === null ? null : { pack, key };
    if (isKept) this.#kept = key;
    this.#logFaults(pack.faults);
    for (const reason of pack.warnings) this.#log.warn({ reason }, 'A setting of rules has no effect.');
    return pack.count === 0 && files > 0 ? null : pack;
  }

  /**
   * Whether detectors with the pack would find something else than those in use: not when it holds the same rules, whatever was
   * refused, and sources, extractors and business hours are as they were.
   */
  isNews({ digest }: RulePack, config: Config): boolean {
    return this.#inUse?.pack.digest !== digest || this.#settings !== settingsOf(config);
  }

  /** From now on this is what others are compared to, though chunks that came before are still to be detected. */
  use(pack: RulePack, config: Config): void {
    this.#inUse = { pack, weight: new ArrayBuffer(sharedBytes(pack)) };
    this.#settings = settingsOf(config);
  }

  /** Keeps the pack in use for the next start, a little at a time. One that cannot be kept is made again. */
  async keep(dataDir: string): Promise<void> {
    const made = this.#made;
    this.#made = null;
    if (made === null || made.key === this.#kept || made.pack !== this.#inUse?.pack) return;
    try {
      await writeBlocks(packPath(dataDir), made.key, packToBlocks(made.pack));
      this.#kept = made.key;
    } catch (error) {
      this.#log.warn(
        { path: packPath(dataDir), err: error },
        'The compiled rules could not be kept: the next start compiles them again.',
      );
    }
  }

  /**
   * Calls `onChange` some moments after files that the configuration names have changed. Resolves when none can change unseen:
   * what is read before may be old.
   */
  async watch({ rules }: Config, onChange: () => void): Promise<void> {
    const paths = rules.watch ? [...rules.paths, ...rules.pipelines.filter(isPipelinePath)] : [];
    if (this.#watched === paths.join('\0')) return;
    await this.close();
    this.#watched = paths.join('\0');
    if (paths.length === 0) return;
    const named = new Set(paths);
    const watcher = watch(paths, {
      ignoreInitial: true,
      ignored: (path, stats) =>
        !named.has(path) &&
        (basename(path).startsWith('.') || (stats?.isFile() === true && !isRuleName(path))),
    });
    this.#watcher = watcher;
    watcher.on('all', () => {
      if (this.#quiet !== null) clearTimeout(this.#quiet);
      this.#quiet = setTimeout(onChange, QUIET_MS);
    });
    await new Promise<void>((resolve) => {
      watcher.on('ready', resolve);
      watcher.on('error', (error) => {
        this.#log.warn({ err: error }, 'Rule files cannot all be watched; SIGHUP reads them again.');
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    await this.#watcher?.close();
    this.#watcher = null;
    this.#watched = '';
  }

  /** With all of SigmaHQ some are always there: at a reload what is new among them must be seen. */
  #logFaults(faults: readonly RuleFault[]): void {
    const news = faults.filter((fault) => !this.#told.has(textOf(fault)));
    for (const fault of news) this.#logFault(fault);
    if (news.length < faults.length)
      this.#log.warn({ faults: faults.length - news.length }, 'Faults of rules are as they were.');
    this.#told = new Set(faults.map(textOf));
  }

  #logFault({ place, code, message, further = false }: RuleFault): void {
    if (code === 'rule.file') {
      this.#log.error({ path: place.file, reason: message }, 'Rules could not be read.');
      return;
    }
    const told = { rule: `${place.file}:${place.line}`, code, reason: message };
    this.#log.warn(told, further ? 'A refused rule has another fault.' : 'A rule was refused.');
  }
}

function textOf({ place, message }: RuleFault): string {
  return `${place.file}:${place.line} ${message}`;
}

/** What of the configuration detectors are given besides the rules. */
function settingsOf({ sources, extractors, business_hours }: Config): string {
  return JSON.stringify([sources, extractors, business_hours]);
}

function isRuleName(path: string): boolean {
  return ['.yml', '.yaml'].includes(extname(path).toLowerCase());
}

function newCompiler(): Worker {
  return new Worker(new URL('../rule-compiler.js', import.meta.url), {
    name: 'rule-compiler',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

function compileOn(worker: Worker, start: RuleCompilerStart): Promise<FromRuleCompiler> {
  worker.postMessage(start);
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that compiles rules ended without an answer.')));
  });
}
