import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { SourceConfig } from '../../config/schema.js';
import { Breath } from '../../sources/tail/breath.js';
import { WantedPaths } from '../../sources/tail/wanted-paths.js';
import { type Check, type Finding, hint, problem } from '../check.js';

const MOST_FILES = 10;

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
    for (const source of config.sources) {
      for (const path of 'cert' in source ? [source.cert, source.key] : [])
        if (!may(path, constants.R_OK))
          findings.push(problem(`${me} may not read ${path} of ${source.name}.`, 'See its owner and mode.'));
      if (source.type !== 'file') continue;
      const { found, unreadable } = await filesOf(source);
      readable += found.length - unreadable.length;
      if (found.length === 0)
        findings.push(
          hint(
            `No file is where ${source.name} looks: ${source.paths.join(', ')}.`,
            'They are followed once they come; else correct paths:.',
          ),
        );
      if (unreadable.length > 0)
        findings.push(
          problem(
            `${me} may not read ${unreadable.length} of ${found.length} files of ${source.name}.`,
            'Add the user to the group that may (often adm), as scripts/vedette.service does.',
            unreadable.slice(0, MOST_FILES),
          ),
        );
    }
    const well = [`${me} may write to data_dir and to the folders of sinks`];
    return {
      well: [
        ...(findings.length === 0 ? well : []),
        ...(readable > 0 ? [`${readable} files can be read`] : []),
      ],
      findings,
    };
  },
};

async function filesOf({
  paths,
  exclude,
}: Extract<SourceConfig, { type: 'file' }>): Promise<{ found: readonly string[]; unreadable: string[] }> {
  const found = await new WantedPaths(paths, exclude).list(Date.now, new Breath());
  const files = found.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  return { found: files, unreadable: files.filter((path) => !may(path, constants.R_OK)) };
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
