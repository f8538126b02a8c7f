import type { IncomingHttpHeaders } from 'node:http';

/** A request without its body, as a dialect looks at it. */
export interface Asked {
  readonly method: string;
  /** Without what follows `?`, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; text is sent as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a body holds, and what its sender is told once all of it is stored. */
export interface Delivery {
  /** May throw `Malformed` on the way: what came before it is taken all the same. */
  readonly records: Iterable<Uint8Array>;
  answer(taken: Taken): Answer;
}

export interface Taken {
  readonly records: number;
  /** False = rules have seen them, but the disk did not take them. */
  readonly stored: boolean;
}

/** Why nothing, or nothing more, of a request is taken. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 500 | 503;
  readonly reason: string;
}

/** A way in which programs hand over events by HTTP: paths, the form of a body, answers. One a file, and a line in dialects.ts. */
export interface Dialect {
  /** By which events come. */
  readonly methods: readonly string[];
  /** Whether such a request is meant for it. */
  speaks(asked: Asked): boolean;
  /** Answers all that delivers nothing, such as the question for a version; null = events come with it. Asked before any token is. */
  answer(asked: Asked): Answer | null;
  /** Throws `Malformed` when nothing of the body can be taken. */
  open(asked: Asked, body: Buffer): Delivery;
  /** A refusal in its own words, by which its senders know whether to come again. */
  refuse(refusal: Refusal): Answer;
}

/** A body is not what its dialect says. The message is for the one who set up the sender. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}
