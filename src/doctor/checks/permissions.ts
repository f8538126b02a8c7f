import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { SourceConfig } from '../../config/schema.js';
import { numbered } from '../../model/units.js';
import { Breath } from '../../sources/tail/breath.js';
import { compileGlob, isLiteral } from '../../sources/tail/glob.js';
import { WantedPaths } from '../../sources/tail/wanted-paths.js';
import { type Check, type Finding, hint, problem } from '../check.js';

const MOST_FILES = 10;
/** Settings of sources and sinks that name one file to read. */
const FILE_KEYS = [
  ...['cert', 'key', 'client_ca', 'ca'],
  ...['secret_file', 'token_file', 'password_file', 'creds_file'],
];

export const permissions: Check = {
  title: 'Permissions',
  async run({ config, dataDir }) {
    const findings: Finding[] = [];
    const me = userInfo().username;
    const folders = [dataDir, ...config.sinks.flatMap((sink) => ('dir' in sink ? [sink.dir] : []))];
    for (const folder of new Set(folders))
      if (!isWritable(folder))
        findings.push(
          problem(
            `${me} may not write to ${folder}.`,
            'Give the folder to the user that the daemon runs as, or name another.',
          ),
        );
    let readable = 0;
    for (const path of Object.values(config.api.tls ?? {}))
      if (!may(path, constants.R_OK))
        findings.push(problem(`${me} may not read ${path} of api.tls.`, 'See its owner and mode.'));
    for (const { name, ...settings } of [...config.sources, ...config.sinks])
      for (const path of filesNamedBy(settings))
        if (!may(path, constants.R_OK))
          findings.push(problem(`${me} may not read ${path} of ${name}.`, 'See its owner and mode.'));
    for (const source of config.sources) {
      if (source.type !== 'file') continue;
      const files = await filesOf(source);
      readable += files.readable;
      findings.push(...ofFiles(source, files, me));
    }
    const well = [`${me} may write to data_dir and to the folders of sinks`];
    return {
      well: [
        ...(findings.length === 0 ? well : []),
        ...(readable > 0 ? [`${numbered(readable, 'file')} can be read`] : []),
      ],
      findings,
    };
  },
};

type FileSource = Extract<SourceConfig, { type: 'file' }>;

interface Files {
  readonly readable: number;
  readonly unreadable: readonly string[];
  /** Folders, pipes and devices that are named as they are; globs find such all the time. */
  readonly irregular: readonly string[];
  /** Named as they are, and not there. */
  readonly absent: readonly string[];
}

function ofFiles({ name, paths }: FileSource, files: Files, me: string): Finding[] {
  const { readable, unreadable, irregular, absent } = files;
  const all = readable + unreadable.length;
  const findings: Finding[] = [];
  if (irregular.length > 0)
    findings.push(
      problem(
        `${name} cannot follow what is no regular file: ${listed(irregular)}.`,
        'Name files, or what is in a folder: /var/log/app/*.log',
      ),
    );
  if (all + irregular.length === 0 || absent.length > 0)
    findings.push(
      hint(
        `No file is where ${name} looks: ${listed(all + irregular.length === 0 ? paths : absent)}.`,
        'They are followed once they come; else correct paths:.',
      ),
    );
  if (unreadable.length > 0)
    findings.push(
      problem(
        `${me} may not read ${unreadable.length} of ${all} files of ${name}.`,
        'Add the user to the group that may (often adm), as scripts/vedette.service does.',
        unreadable.slice(0, MOST_FILES),
      ),
    );
  return findings;
}

function filesNamedBy(settings: Readonly<Record<string, unknown>>): string[] {
  return FILE_KEYS.map((key) => settings[key]).filter((path) => typeof path === 'string');
}

function listed(paths: readonly string[]): string {
  const more = paths.length - MOST_FILES;
  return `${paths.slice(0, MOST_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

async function filesOf({ paths, exclude }: FileSource): Promise<Files> {
  const named = new Set(paths.filter((path) => isLiteral(compileGlob(path))).map((path) => resolve(path)));
  const unreadable: string[] = [];
  const irregular: string[] = [];
  const absent: string[] = [];
  let readable = 0;
  for (const path of await new WantedPaths(paths, exclude).list(Date.now, new Breath())) {
    const kind = kindOf(path);
    if (kind === 'file' && may(path, constants.R_OK)) readable++;
    else if (kind === 'file' || kind === 'hidden') unreadable.push(path);
    else if (named.has(path)) (kind === 'absent' ? absent : irregular).push(path);
  }
  return { readable, unreadable, irregular, absent };
}

/** `hidden`: in a folder that this user may not look into. */
function kindOf(path: string): 'file' | 'other' | 'absent' | 'hidden' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'absent';
    return stat.isFile() ? 'file' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : 'absent';
  }
}

/** A folder that is not there yet is made: then the one that it is in counts. */
function isWritable(folder: string): boolean {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return may(at, constants.W_OK | constants.X_OK);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
