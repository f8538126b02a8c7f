/** Work at a time, ms: then timers, sinks and whoever asks have their turn. */
const TURN_MS = 10;

/**
 * What came over the ports, in order, worked on a little at a time. Node hands over a thousand messages of a port in one turn of
 * the loop: under full load these are seconds in which nothing is committed and no alert leaves. What waits here is bounded by
 * what main lets be on its way.
 */
export class Inbox<Message> {
  readonly #handle: (message: Message) => void;
  #waiting: Message[] = [];
  #turn: NodeJS.Immediate | null = null;

  constructor(handle: (message: Message) => void) {
    this.#handle = handle;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    this.#turn ??= setImmediate(() => this.#work());
  }

  #work(): void {
    this.#turn = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    const until = performance.now() + TURN_MS;
    let done = 0;
    do this.#handle(waiting[done++]!);
    while (done < waiting.length && performance.now() < until);
    if (done < waiting.length) this.#waiting = [...waiting.slice(done), ...this.#waiting];
    if (this.#waiting.length > 0) this.#turn ??= setImmediate(() => this.#work());
  }
}
