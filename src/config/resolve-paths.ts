import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Config } from './schema.js';

/** Keys of sources and sinks that hold a path or paths. */
const PATH_KEYS = new Set([
  ...['dir', 'path', 'paths', 'cert', 'key', 'client_ca', 'directory'],
  ...['ca', 'secret_file', 'token_file', 'password_file', 'creds_file'],
]);

/** The configuration with every path absolute: relative ones are those of `base`, `~/` is `home`. */
export function withResolvedPaths(config: Config, base: string, home: string | undefined): Config {
  const from = (path: string): string => {
    if (path === '-' || isAbsolute(path)) return path;
    return resolve(base, path.startsWith('~/') ? join(home || homedir(), path.slice(2)) : path);
  };
  return {
    ...config,
    data_dir: from(config.data_dir),
    sources: config.sources.map((source) => withMemberPaths(source, from)),
    sinks: config.sinks.map((sink) => withMemberPaths(sink, from)),
    api:
      config.api.tls === undefined
        ? config.api
        : { ...config.api, tls: withMemberPaths(config.api.tls, from) },
    rules: {
      ...config.rules,
      paths: config.rules.paths.map(from),
      pipelines: config.rules.pipelines.map((name) => (isPipelinePath(name) ? from(name) : name)),
    },
  };
}

/** A packaged pipeline has a plain name; everything else is a file. */
export function isPipelinePath(name: string): boolean {
  return /[/\\]|\.ya?ml$/i.test(name);
}

function withMemberPaths<T extends object>(options: T, from: (path: string) => string): T {
  const out = { ...options } as Record<string, unknown>;
  for (const [key, value] of Object.entries(out)) {
    if (PATH_KEYS.has(key)) out[key] = Array.isArray(value) ? value.map(from) : from(String(value));
    // A glob without a slash is one of names.
    if (key === 'exclude')
      out[key] = (value as string[]).map((glob) => (glob.includes('/') ? from(glob) : glob));
  }
  return out as T;
}
