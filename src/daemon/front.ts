import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { createDesk, type Desk } from '../storage/desk/desk.js';
import type { Logger } from '../telemetry/log.js';
import { sshTunnel } from './ssh-tunnel.js';
import { switchedRules } from './switched-rules.js';
import type { ApiServer, DaemonView, ServeApi } from './view.js';

const RETRY_MS = 10_000;

/** The daemon's side to people: what they set (desk.db), and the API that they reach it by. */
export class Front {
  readonly desk: Desk;
  readonly #serve: ServeApi;
  readonly #log: Logger;
  #api: ApiServer | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(dataDir: string, serve: ServeApi, log: Logger) {
    this.desk = createDesk(join(dataDir, 'desk.db'));
    this.#serve = serve;
    this.#log = log;
  }

  get api(): ApiServer | null {
    return this.#api;
  }

  /** Without it detection goes on, and it is tried again. */
  async open(view: DaemonView): Promise<void> {
    try {
      const api = await this.#serve(view);
      if (this.#closed) return await api.close();
      this.#api = api;
    } catch (error) {
      // Once: a port that another program holds is held for long.
      this.#log[this.#retry === null ? 'error' : 'debug'](
        { err: error, retry_in_ms: RETRY_MS },
        'The API and the page cannot be served; detection goes on, and they are tried again.',
      );
      this.#retry = setTimeout(() => void this.open(view), RETRY_MS);
      return;
    }
    const { here, elsewhere } = this.#api.newLogin();
    const tunnel = elsewhere === null ? sshTunnel(here, process.env) : null;
    this.#log.info(
      {
        page: here,
        ...(elsewhere !== null && { elsewhere }),
        ...(tunnel !== null && { elsewhere_by: tunnel }),
      },
      'The page is ready; this address logs you in once, within an hour.',
    );
  }

  /** The configuration with the rules that people turned on or off. */
  withSwitches(config: Config): Config {
    return { ...config, rules: switchedRules(config.rules, this.desk.ruleSwitches.list()) };
  }

  /** Certificates may have been renewed. */
  reload(): void {
    try {
      this.#api?.reload();
    } catch (error) {
      this.#log.error({ err: error }, 'The files of api.tls cannot be used; those read before stay in use.');
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#api?.close();
    this.desk.close();
  }
}
