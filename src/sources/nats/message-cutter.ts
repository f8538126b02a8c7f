import type { Code } from '../../telemetry/codes.js';
import { type RecordSink, trimmedEnd } from '../chunk-builder.js';
import { Framer } from '../framing.js';

export interface MessageCutterOptions {
  /** What a record is: each line of a message, or the whole message. */
  readonly framing: 'lines' | 'message';
  readonly maxMessage: number;
  readonly count: (code: Code) => void;
}

/** Subjects whose framer is kept. */
const MAX_SUBJECTS = 1000;
const LF = 10;

/** Cuts messages into records, whose sender is called by the subject. */
export class MessageCutter {
  readonly #out: RecordSink;
  readonly #options: MessageCutterOptions;
  readonly #framers = new Map<string, Framer>();

  constructor(out: RecordSink, options: MessageCutterOptions) {
    this.#out = out;
    this.#options = options;
  }

  take(subject: string, bytes: Buffer): void {
    if (this.#options.framing === 'message') {
      this.#takeWhole(subject, bytes);
      return;
    }
    const framer = this.#framerOf(subject);
    framer.read(bytes);
    framer.end();
  }

  #takeWhole(subject: string, bytes: Buffer): void {
    const { count, maxMessage } = this.#options;
    const length = trimmedEnd(bytes, 0, bytes.length);
    const end = Math.min(length, maxMessage);
    if (end === 0) return;
    if (end < length) count('frame.truncated');
    const multiline = bytes.subarray(0, end).includes(LF);
    this.#out.record({ address: subject }, bytes, 0, end, { multiline, truncated: end < length });
  }

  /** A message ends what it began, so that the next one of its subject can have the same framer. */
  #framerOf(subject: string): Framer {
    const known = this.#framers.get(subject);
    if (known !== undefined) return known;
    if (this.#framers.size >= MAX_SUBJECTS) this.#framers.clear();
    const { count, maxMessage } = this.#options;
    const framer = new Framer({ address: subject }, this.#out, {
      mode: 'lf',
      maxMessage,
      refuseTls: false,
      count,
    });
    this.#framers.set(subject, framer);
    return framer;
  }
}
