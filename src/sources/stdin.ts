import type { Readable } from 'node:stream';
import { z } from 'zod';
import { PipeReader } from './pipe-reader.js';
import { commonOptions, defineSource, type Source, type SourceContext, SourceError } from './source.js';

const optionsSchema = z.strictObject({ type: z.literal('stdin'), ...commonOptions });

type Options = z.output<typeof optionsSchema>;

export const stdin = defineSource({
  type: 'stdin',
  summary: 'Lines on standard input; ends at its end.',
  options: optionsSchema,
  create: (options, context) => new StdinSource(options, context, process.stdin),
});

export class StdinSource implements Source {
  readonly done: Promise<void>;
  readonly #reader: () => PipeReader;
  #started: PipeReader | null = null;
  #settle: { resolve: () => void; reject: (error: SourceError) => void } = {
    resolve: () => {},
    reject: () => {},
  };

  constructor(options: Options, context: SourceContext, input: Readable) {
    this.#reader = () =>
      new PipeReader(input, { transport: 'stdin', maxMessage: options.max_message }, context);
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.done.catch(() => {});
  }

  start(): Promise<void> {
    const reader = this.#reader();
    this.#started = reader;
    reader.ended.then(
      () => {
        reader.finish({ partial: true });
        this.#settle.resolve();
      },
      (cause: unknown) => {
        reader.finish({ partial: true });
        this.#settle.reject(new SourceError('standard input could not be read', { retryable: false, cause }));
      },
    );
    return Promise.resolve();
  }

  async stop(deadline: number): Promise<void> {
    await this.#started?.idle(deadline);
    this.#started?.finish({ partial: true });
  }

  describe(): string {
    return 'standard input';
  }

  stats(): Record<string, number> {
    return {};
  }
}
