import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadAll, YAMLException } from 'js-yaml';
import { ConfigError } from './errors.js';
import { yamlLines } from './yaml-lines.js';

/** What the lookup of a configuration file may look at. */
export interface ConfigPlaces {
  /** Value of -c; must exist. */
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConfigFile {
  /** As YAML has it, unchecked. */
  readonly raw: Record<string, unknown>;
  /** Line of each key and list member by dotted path. */
  readonly lines: ReadonlyMap<string, number>;
}

const MAX_CONFIG_BYTES = 4 * 1024 ** 2;

/** -c, VEDETTE_CONFIG, ./config.yaml, $XDG_CONFIG_HOME/vedette/config.yaml, /etc/vedette/config.yaml. */
export function findConfigFile({ file, cwd, env }: ConfigPlaces): string | null {
  for (const [where, named] of [
    ['-c', file],
    ['VEDETTE_CONFIG', env.VEDETTE_CONFIG],
  ] as const) {
    if (named === undefined || named === '') continue;
    const path = resolve(cwd, named);
    if (existsSync(path)) return path;
    throw new ConfigError([{ where, path: '', message: `there is no file ${path}.` }]);
  }
  const home = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  const places = [join(cwd, 'config.yaml'), join(home, 'vedette', 'config.yaml'), '/etc/vedette/config.yaml'];
  return places.find((path) => existsSync(path)) ?? null;
}

/** Throws a ConfigError when the file cannot be read, is no YAML, or holds something else than keys and values. */
export function readConfigFile(file: string): ConfigFile {
  const text = textOf(file);
  try {
    const [raw, ...more] = loadAll(text).map((document) => document ?? {});
    if (raw === undefined) return { raw: {}, lines: new Map() };
    if (more.length === 0 && typeof raw === 'object' && !Array.isArray(raw))
      return { raw: raw as Record<string, unknown>, lines: yamlLines(text) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? 1 : error.mark.line + 1;
    throw new ConfigError([{ where: `${file}:${line}`, path: '', message: `not YAML: ${error.reason}.` }]);
  }
  throw new ConfigError([
    { where: `${file}:1`, path: '', message: 'expected one document of keys and values such as `sources:`.' },
  ]);
}

function textOf(file: string): string {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > MAX_CONFIG_BYTES)
      throw new Error(`it has ${stat.size} bytes, a configuration has at most ${MAX_CONFIG_BYTES}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([
      { where: file, path: '', message: `cannot be read: ${(error as Error).message}.` },
    ]);
  }
}
