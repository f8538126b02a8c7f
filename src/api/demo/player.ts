import type { DaemonView } from '../../daemon/view.js';
import { DEMO_SOURCE } from '../../model/event.js';
import { benignLines, type DemoHosts, intrusion } from './lines.js';

/** Hosts that nobody has: the demo never touches what is known of real ones. */
const HOSTS: DemoHosts = { server: 'demo-web-01', gateway: 'demo-gw' };
const PAUSE_MS = 1500;

/** Plays the demo attack into the daemon, step by step, so that a person can watch it arrive. */
export class DemoPlayer {
  readonly #daemon: DaemonView;
  #timer: NodeJS.Timeout | null = null;

  constructor(daemon: DaemonView) {
    this.#daemon = daemon;
  }

  get isRunning(): boolean {
    return this.#timer !== null;
  }

  /** Does nothing while it plays. */
  start(now: number): void {
    if (this.isRunning) return;
    const story = [benignLines(now, HOSTS), ...intrusion(now, HOSTS).map(({ lines }) => lines)];
    const play = (step: number): void => {
      const lines = story[step];
      if (lines === undefined) this.#timer = null;
      else {
        this.#send(lines);
        this.#timer = setTimeout(() => play(step + 1), PAUSE_MS);
      }
    };
    play(0);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #send(lines: readonly string[]): void {
    const at = Date.now();
    void this.#daemon.intake.take({
      source: DEMO_SOURCE,
      transport: 'http',
      receivedAt: at,
      clock: at,
      cursor: null,
      records: lines.length,
      bytes: new Uint8Array(Buffer.from(`${lines.join('\n')}\n`)),
      ends: null,
      peers: [],
      peerRuns: null,
      truncated: null,
    });
  }
}
