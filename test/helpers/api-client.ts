import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MAIN, type TestDaemon, tcpConfig } from './run-daemon.js';

/** tcpConfig with the API on a free port. */
export function apiConfig(extra = ''): string {
  return tcpConfig(`api: { listen: "127.0.0.1:0" }\n${extra}`);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of it is what it checks
  readonly json: any;
}

/** Asks the API as a browser (session) or a program (token) does. */
export class ApiClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.url = url;
    this.#headers = headers;
  }

  static anonymous(url: string): ApiClient {
    return new ApiClient(url, {});
  }

  static withToken(url: string, token: string): ApiClient {
    return new ApiClient(url, { authorization: `Bearer ${token}` });
  }

  static withHeaders(url: string, headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(url, headers);
  }

  /** Logs in by the address that the daemon told. */
  static async login(daemon: TestDaemon): Promise<ApiClient> {
    const { origin, hash } = new URL(await daemon.loginUrl());
    const answer = await ApiClient.anonymous(origin).post('/api/session', {
      token: hash.slice('#login='.length),
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return new ApiClient(origin, { cookie: cookieOf(answer), origin });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  async send(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const origin = this.url;
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { origin, ...this.#headers, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  }
}

/** `name=value` of the cookie that an answer sets. */
export function cookieOf(answer: Answer): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
}

/** A lasting token, made by the command. */
export function createToken(daemon: TestDaemon, name: string, role: string): string {
  const config = join(daemon.folder, 'config.yaml');
  const run = spawnSync(process.execPath, [MAIN, 'token', 'create', name, '--role', role, '-c', config], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}
