import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { load as parseYaml, YAMLException } from 'js-yaml';
import type { z } from 'zod';
import { environmentOverrides } from './environment.js';
import { ConfigError, type ConfigFault } from './errors.js';
import { type Config, configSchema } from './schema.js';
import { nearest } from './suggest.js';
import { yamlLines } from './yaml-lines.js';

export interface LoadedConfig {
  readonly config: Config;
  /** File it came from; null = defaults and environment only. */
  readonly file: string | null;
}

export interface ConfigInput {
  /** Value of -c; must exist. */
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values from flags, by path; they win. Paths among them are relative to cwd. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

const MAX_CONFIG_BYTES = 4 * 1024 ** 2;

/** Finds, reads, merges and checks the configuration. Throws a ConfigError with every fault there is. */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const file = findConfigFile(input);
  const { raw, lines } = file === null ? { raw: {}, lines: new Map<string, number>() } : readFile(file);
  const faults: ConfigFault[] = [];
  const origins = new Map<string, string>();
  for (const [name, path, value] of environmentOverrides(input.env, faults)) {
    setPath(raw, path, value);
    origins.set(path.join('.'), name);
  }
  for (const [path, value] of Object.entries(input.flags ?? {})) {
    setPath(raw, path.split('.'), value);
    origins.set(path, `--${path}`);
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success)
    faults.push(...parsed.error.issues.flatMap((issue) => describe(issue, { file, lines, origins, raw })));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  nameMembers(parsed.data, faults, file, lines);
  if (faults.length > 0) throw new ConfigError(faults);
  return { config: withResolvedPaths(parsed.data, file === null ? input.cwd : dirname(file), input), file };
}

/** -c, VEDETTE_CONFIG, ./config.yaml, $XDG_CONFIG_HOME/vedette/config.yaml, /etc/vedette/config.yaml. */
function findConfigFile(input: ConfigInput): string | null {
  for (const [where, named] of [
    ['-c', input.file],
    ['VEDETTE_CONFIG', input.env.VEDETTE_CONFIG],
  ] as const) {
    if (named === undefined || named === '') continue;
    const path = resolve(input.cwd, named);
    if (existsSync(path)) return path;
    throw new ConfigError([{ where, path: '', message: `there is no file ${path}.` }]);
  }
  const home = input.env.XDG_CONFIG_HOME || join(input.env.HOME || homedir(), '.config');
  const places = [
    join(input.cwd, 'config.yaml'),
    join(home, 'vedette', 'config.yaml'),
    '/etc/vedette/config.yaml',
  ];
  return places.find((path) => existsSync(path)) ?? null;
}

function readFile(file: string): { raw: Record<string, unknown>; lines: ReadonlyMap<string, number> } {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > MAX_CONFIG_BYTES)
      throw new Error(`it has ${size} bytes; at most ${MAX_CONFIG_BYTES} are read`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([
      { where: file, path: '', message: `cannot be read: ${(error as Error).message}.` },
    ]);
  }
  try {
    const raw = parseYaml(text) ?? {};
    if (typeof raw !== 'object' || Array.isArray(raw)) {
      throw new ConfigError([
        { where: `${file}:1`, path: '', message: 'expected keys and values such as `sources:`.' },
      ]);
    }
    return { raw: raw as Record<string, unknown>, lines: yamlLines(text) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? 1 : error.mark.line + 1;
    throw new ConfigError([{ where: `${file}:${line}`, path: '', message: `not YAML: ${error.reason}.` }]);
  }
}

interface Origin {
  readonly file: string | null;
  readonly lines: ReadonlyMap<string, number>;
  readonly origins: ReadonlyMap<string, string>;
  readonly raw: unknown;
}

function describe(issue: z.core.$ZodIssue, origin: Origin): ConfigFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path, origin.raw);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const hint =
        near !== null
          ? `did you mean "${near}"?`
          : known.length > 0
            ? `known keys: ${known.join(', ')}.`
            : '';
      return {
        where: whereOf([...path, key], origin),
        path: [...path, key].join('.'),
        message: `unknown key; ${hint}`,
      };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length === 0) {
    const types = unionTypes(path);
    const given = valueAt(origin.raw, path);
    const near = typeof given === 'string' ? nearest(given, types) : null;
    const hint = near !== null ? ` did you mean "${near}"?` : '';
    return [
      {
        where: whereOf(path, origin),
        path: path.join('.'),
        message: `expected one of ${types.join(', ')};${hint}`,
      },
    ];
  }
  return [{ where: whereOf(path, origin), path: path.join('.'), message: `${issue.message}.` }];
}

/** Place of the key, or of its nearest parent that is written down. */
function whereOf(path: readonly string[], { file, lines, origins }: Origin): string {
  for (let n = path.length; n > 0; n--) {
    const key = path.slice(0, n).join('.');
    const origin = origins.get(key);
    if (origin !== undefined) return origin;
    const line = lines.get(key);
    if (line !== undefined) return `${file}:${line}`;
  }
  return file ?? 'configuration';
}

type Shape = Record<string, z.ZodType>;

/** Keys of the object the schema expects at `path`, for suggestions. */
function knownKeys(path: readonly string[], raw: unknown): string[] {
  let schema: z.ZodType | undefined = configSchema;
  for (let i = 0; i <= path.length; i++) {
    schema = unwrap(schema);
    const options = (schema as { options?: z.ZodType[] } | undefined)?.options;
    if (options !== undefined) {
      const type = (valueAt(raw, path.slice(0, i)) as { type?: unknown } | undefined)?.type;
      schema = options.find(
        (option) => (shapeOf(option)?.type as { value?: unknown } | undefined)?.value === type,
      );
    }
    const step = path[i];
    if (step === undefined) break;
    schema = shapeOf(schema)?.[step] ?? (schema as { element?: z.ZodType } | undefined)?.element;
  }
  return Object.keys(shapeOf(unwrap(schema)) ?? {});
}

function unionTypes(path: readonly string[]): string[] {
  const list = unwrap(configSchema.shape[path[0] as 'sources' | 'sinks']) as
    | { element?: z.ZodType }
    | undefined;
  const options = (list?.element as { options?: z.ZodType[] } | undefined)?.options ?? [];
  return options.map((option) => String((shapeOf(option)?.type as { value?: unknown } | undefined)?.value));
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let at = schema as (z.ZodType & { unwrap?: () => z.ZodType }) | undefined;
  while (
    at !== undefined &&
    shapeOf(at) === undefined &&
    !('element' in at) &&
    typeof at.unwrap === 'function'
  )
    at = at.unwrap();
  return at;
}

function shapeOf(schema: z.ZodType | undefined): Shape | undefined {
  return (schema as { shape?: Shape } | undefined)?.shape;
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  let at = raw;
  for (const step of path) at = (at as Record<string, unknown> | undefined)?.[step];
  return at;
}

function setPath(raw: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = raw;
  for (const step of path.slice(0, -1)) {
    const next = at[step];
    if (next === null || typeof next !== 'object') at[step] = {};
    at = at[step] as Record<string, unknown>;
  }
  at[path[path.length - 1]!] = value;
}

/** Gives every source and sink its name: the key of its counters and cursors. Explicit ones must differ. */
function nameMembers(
  config: Config,
  faults: ConfigFault[],
  file: string | null,
  lines: ReadonlyMap<string, number>,
): void {
  for (const list of ['sources', 'sinks'] as const) {
    const taken = new Set<string>();
    config[list].forEach((member, i) => {
      if (member.name === undefined) return;
      if (taken.has(member.name)) {
        const where = `${file ?? 'configuration'}:${lines.get(`${list}.${i}.name`) ?? 1}`;
        faults.push({
          where,
          path: `${list}.${i}.name`,
          message: `"${member.name}" is already the name of another one.`,
        });
      }
      taken.add(member.name);
    });
    for (const member of config[list]) {
      if (member.name !== undefined) continue;
      let name: string = member.type;
      for (let n = 2; taken.has(name); n++) name = `${member.type}-${n}`;
      taken.add(name);
      member.name = name;
    }
  }
}

/** Keys of components that hold a path or paths. */
const PATH_KEYS = new Set(['dir', 'path', 'paths', 'cert', 'key', 'client_ca', 'directory', 'exclude']);

function withResolvedPaths(config: Config, base: string, input: ConfigInput): Config {
  const from = (path: string): string => {
    if (path === '-' || isAbsolute(path)) return path;
    return resolve(base, path.startsWith('~/') ? join(input.env.HOME || homedir(), path.slice(2)) : path);
  };
  const member = <T extends object>(options: T): T => {
    const out = { ...options } as Record<string, unknown>;
    for (const [key, value] of Object.entries(out)) {
      if (!PATH_KEYS.has(key)) continue;
      if (typeof value === 'string') out[key] = from(value);
      else if (Array.isArray(value)) out[key] = value.map((path) => from(String(path)));
    }
    return out as T;
  };
  return {
    ...config,
    data_dir: from(config.data_dir),
    sources: config.sources.map(member),
    sinks: config.sinks.map(member),
    rules: { ...config.rules, paths: config.rules.paths.map(from) },
  };
}
