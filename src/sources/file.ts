import { z } from 'zod';
import { bytesField, durationField } from '../model/settings.js';
import { commonOptions, defineSource, type Source, type SourceContext } from './source.js';
import { Follower } from './tail/follower.js';

const options = z.strictObject({
  type: z.literal('file'),
  ...commonOptions,
  /** Files and globs: `*`, `?` within a name, `**` for any folders. */
  paths: z.array(z.string().min(1)).min(1),
  /** Globs left out; without a slash they are matched against the name alone. */
  exclude: z.array(z.string().min(1)).default([]),
  /** Where files are begun that are there at the very first start. Later ones are read from their start. */
  from: z.enum(['start', 'end']).default('start'),
  poll_interval: durationField.default(250),
  /** How long a file that was rotated away is watched for late lines. */
  rotate_wait: durationField.default(5000),
  /** Reads gzip files that the paths name, once. */
  backfill_gz: z.boolean().default(false),
  /** What one gzip file may decompress to. */
  max_decompressed: bytesField.default(4 * 1024 ** 3),
  /** Reads all files to their end and is done. */
  once: z.boolean().default(false),
});

type FileOptions = z.output<typeof options>;

export const file = defineSource({
  type: 'file',
  summary: 'Follows files through rotation, truncation and restarts, reading every line once.',
  options,
  create: (settings, context) => new FileSource(settings, context),
});

/** Polls by stat: change notifications miss network file systems and say nothing that a look does not. */
class FileSource implements Source {
  readonly done: Promise<void>;
  readonly #options: FileOptions;
  readonly #follower: Follower;
  readonly #context: SourceContext;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #stopping = false;
  #wake: () => void = () => {};

  constructor(settings: FileOptions, context: SourceContext) {
    this.#options = settings;
    this.#context = context;
    this.#follower = new Follower(
      {
        paths: settings.paths,
        exclude: settings.exclude,
        from: settings.from,
        backfillGz: settings.backfill_gz,
        maxDecompressed: settings.max_decompressed,
        maxMessage: settings.max_message,
        rotateWait: settings.rotate_wait,
        once: settings.once,
      },
      context,
    );
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever awaits it hears of it; a source that nobody watches must not end the process.
    this.done.catch(() => {});
  }

  async start(): Promise<void> {
    await this.#follower.begin();
    this.#running = this.#run().catch(this.#reject);
  }

  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const timer = setTimeout(() => this.#follower.stop(), Math.max(0, deadline - this.#context.now()));
    await this.#running;
    clearTimeout(timer);
    this.#follower.stop();
    this.#follower.close();
  }

  describe(): string {
    return this.#options.paths.join(', ');
  }

  stats(): Record<string, number> {
    return this.#follower.stats();
  }

  async #run(): Promise<void> {
    for (let last = false; !last; ) {
      // What was written before `stop` is still read: one look after it.
      last = this.#stopping;
      const more = await this.#follower.poll();
      if (more) last = false;
      else if (this.#options.once) break;
      else if (!this.#stopping) await this.#pause();
    }
    if (this.#options.once) this.#resolve();
  }

  async #pause(): Promise<void> {
    await new Promise<void>((wake) => {
      const timer = setTimeout(wake, this.#options.poll_interval);
      this.#wake = () => {
        clearTimeout(timer);
        wake();
      };
    });
  }
}
