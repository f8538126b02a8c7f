import { dirname } from 'node:path';
import { type ConfigFile, type ConfigPlaces, findConfigFile, readConfigFile } from './config-file.js';
import { describeIssue, type Origin, placeOf, wordsOf } from './describe-issue.js';
import { environmentOverrides } from './environment.js';
import { ConfigError, type ConfigFault } from './errors.js';
import { withResolvedPaths } from './resolve-paths.js';
import { type Config, configSchema } from './schema.js';

export interface LoadedConfig {
  readonly config: Config;
  /** File it came from; null = defaults and environment only. */
  readonly file: string | null;
  /** Where a key was set: `file:line`, a variable or a flag; of what is not written down, where its parent is. */
  readonly placeOf: (path: readonly string[]) => string;
}

export interface ConfigInput extends ConfigPlaces {
  /** Values from flags, by path; they win. Paths among them are absolute. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** Finds, reads, merges and checks the configuration. Throws a ConfigError with every fault there is. */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const file = findConfigFile(input);
  const { raw, lines }: ConfigFile = file === null ? { raw: {}, lines: new Map() } : readConfigFile(file);
  dropEmpty(raw);
  const faults: ConfigFault[] = [];
  const origin: Origin = { file, lines, raw, origins: merge(raw, input, faults) };
  const parsed = configSchema.safeParse(raw, { error: wordsOf });
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, origin)));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  nameMembers(parsed.data, faults, origin);
  refuseSharedAddresses(parsed.data, faults, origin);
  if (faults.length > 0) throw new ConfigError(faults);
  const base = file === null ? input.cwd : dirname(file);
  return {
    config: withResolvedPaths(parsed.data, base, input.env.HOME),
    file,
    placeOf: (path) => placeOf(path, origin),
  };
}

/** How deep mappings are looked into: the schema is not deeper, and aliases can make a file endless. */
const MAX_DEPTH = 6;

/** A key without a value, as what is left when all below it is commented out, has its default. */
function dropEmpty(value: unknown, depth = 0): void {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return;
  for (const [key, member] of Object.entries(value)) {
    if (member === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
    else dropEmpty(member, depth + 1);
  }
}

/** Sets what the environment and the flags say. Returns where each of these values came from, by path. */
function merge(raw: Record<string, unknown>, input: ConfigInput, faults: ConfigFault[]): Map<string, string> {
  const origins = new Map<string, string>();
  for (const [name, path, value] of environmentOverrides(input.env, faults)) {
    if (setPath(raw, path, value)) origins.set(path.join('.'), name);
    else faults.push({ where: name, path: path.join('.'), message: 'the list has no such member.' });
  }
  for (const [path, value] of Object.entries(input.flags ?? {})) {
    setPath(raw, path.split('.'), value);
    origins.set(path, `--${path.replaceAll(/[._]/g, '-')}`);
  }
  return origins;
}

/** False when the path leads beyond the end of a list. */
function setPath(raw: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  let at = raw;
  for (const [i, step] of path.entries()) {
    if (Array.isArray(at) && !Object.hasOwn(at, step)) return false;
    if (i === path.length - 1) at[step] = value;
    else {
      const next = Object.hasOwn(at, step) ? at[step] : null;
      if (next === null || typeof next !== 'object') at[step] = {};
      at = at[step] as Record<string, unknown>;
    }
  }
  return true;
}

/** Gives every source and sink its name: the key of its counters and cursors. Explicit ones must differ. */
function nameMembers(config: Config, faults: ConfigFault[], origin: Origin): void {
  for (const list of ['sources', 'sinks'] as const) {
    const taken = new Set<string>();
    config[list].forEach((member, i) => {
      if (member.name === undefined) return;
      if (taken.has(member.name)) {
        const path = [list, String(i), 'name'];
        const message = `another of the ${list} has the name "${member.name}"; names must differ.`;
        faults.push({ where: placeOf(path, origin), path: path.join('.'), message });
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

/** Of two sources on one address the second would never start. Port 0 is another each time. */
function refuseSharedAddresses({ sources }: Config, faults: ConfigFault[], origin: Origin): void {
  const taken = new Map<string, string>();
  sources.forEach((source, i) => {
    if (!('listen' in source) || source.listen.port === 0) return;
    const { host, port } = source.listen;
    const address = `${host}:${port}/${source.type === 'syslog-udp' ? 'udp' : 'tcp'}`;
    const other = taken.get(address);
    if (other === undefined) taken.set(address, source.name!);
    else {
      const path = ['sources', String(i), 'listen'];
      const message = `the source "${other}" listens on ${address} already; give this one another port.`;
      faults.push({ where: placeOf(path, origin), path: path.join('.'), message });
    }
  });
}
