import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleFault } from '../model/rule.js';
import { nearest } from '../model/suggest.js';
import { ConfigError, type ConfigFault } from './errors.js';
import { isPipelinePath } from './resolve-paths.js';

/** As `loadRules` takes it. */
export interface RuleFileText {
  readonly path: string;
  readonly text: string;
  readonly kind?: 'packaged' | 'pipeline';
}

export interface RuleFilesRead {
  /** Sorted by path within each of the given paths. */
  readonly files: readonly RuleFileText[];
  readonly faults: readonly RuleFault[];
}

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_FILES = 100_000;

/**
 * Reads rule files: each path is a file, whatever its name, or a folder searched for `*.yml` and `*.yaml`, hidden
 * ones left out. Links are followed, a folder is entered once; devices, pipes and files above 1 MiB are refused and
 * the rest is read.
 */
export function readRuleFiles(paths: readonly string[]): RuleFilesRead {
  const reader = new Reader();
  for (const path of paths) reader.addLinked(path, 0);
  return { files: reader.files, faults: reader.faults };
}

/**
 * What `rules` of the configuration names: the packaged rules, shown as `rules/…`, then the user's, as given, and the
 * pipelines over these. Throws a ConfigError when a pipeline cannot be read: rules without it would match something
 * else.
 */
export function readConfiguredRules(rules: {
  readonly builtin: boolean;
  readonly paths: readonly string[];
  readonly pipelines?: readonly string[];
}): RuleFilesRead {
  const packaged = rules.builtin ? readRuleFiles([join(PACKAGE_ROOT, 'rules')]) : { files: [], faults: [] };
  const own = readRuleFiles(rules.paths);
  return {
    files: [
      ...packaged.files.map(({ path, text }) => {
        return { path: relative(PACKAGE_ROOT, path), text, kind: 'packaged' as const };
      }),
      ...own.files,
      ...readPipelineFiles(rules.pipelines ?? [], 'rules.pipelines'),
    ],
    faults: [...packaged.faults, ...own.faults],
  };
}

/** Pipelines by path, or by the name of a packaged one. Throws a ConfigError with all that cannot be read. */
export function readPipelineFiles(names: readonly string[], where: string): RuleFileText[] {
  if (names.length === 0) return [];
  const packaged = readdirSync(join(PACKAGE_ROOT, 'pipelines'))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => name.slice(0, -'.yml'.length));
  const faults: ConfigFault[] = [];
  const files = names.flatMap((name): RuleFileText[] => {
    const message = (text: string): void => void faults.push({ where, path: '', message: text });
    if (!isPipelinePath(name) && !packaged.includes(name)) {
      const near = nearest(name, packaged);
      const hint = near === null ? '' : ` (did you mean "${near}"?)`;
      message(
        `there is no pipeline "${name}"${hint}; known are ${packaged.join(', ')}, or write a path such as ./${name}.yml.`,
      );
      return [];
    }
    const path = isPipelinePath(name) ? name : join(PACKAGE_ROOT, 'pipelines', `${name}.yml`);
    const { files: read, faults: refused } = readRuleFiles([path]);
    for (const { place, message: reason } of refused) message(`the pipeline ${place.file}: ${reason}`);
    return read.map((file) => {
      const shown = isPipelinePath(name) ? file.path : relative(PACKAGE_ROOT, file.path);
      return { path: shown, text: file.text, kind: 'pipeline' as const };
    });
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return files;
}

/** The folder that holds dist/ or src/, rules/ and package.json. */
const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

class Reader {
  readonly files: RuleFileText[] = [];
  readonly faults: RuleFault[] = [];
  /** Real paths: a loop of links, or a path given twice, is read once. */
  readonly #seen = new Set<string>();

  /** A path that is given, or a link: it may lead anywhere. */
  addLinked(path: string, depth: number): void {
    this.#reading(path, () => {
      const real = realpathSync.native(path);
      const stat = statSync(real);
      if (stat.isDirectory()) this.#addFolder(path, real, depth);
      else if (stat.isFile()) this.#addFile(path, real);
      else this.#refuse(path, 'This is neither a file nor a folder; rules are read from regular files only.');
    });
  }

  #addFolder(path: string, real: string, depth: number): void {
    if (!this.#isNew(real)) return;
    if (depth === MAX_DEPTH) {
      this.#refuse(path, `The folder is nested deeper than ${MAX_DEPTH}.`);
      return;
    }
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries)
      if (!entry.name.startsWith('.')) this.#addEntry(entry, path, real, depth + 1);
  }

  /** What is no link has its real path by its folder's: looking at every part of it anew costs more than reading the file. */
  #addEntry(entry: Dirent, folder: string, realFolder: string, depth: number): void {
    const path = join(folder, entry.name);
    const real = join(realFolder, entry.name);
    const isRule = /\.ya?ml$/i.test(entry.name);
    if (entry.isDirectory()) this.#reading(path, () => this.#addFolder(path, real, depth));
    else if (isRule && entry.isFile()) this.#reading(path, () => this.#addFile(path, real));
    // Other special files in a rule folder are none of our business.
    else if (isRule || (entry.isSymbolicLink() && isFolder(path))) this.addLinked(path, depth);
  }

  #reading(path: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#refuse(path, readProblem(path, error));
    }
  }

  #isNew(real: string): boolean {
    const known = this.#seen.size;
    return this.#seen.add(real).size > known;
  }

  #addFile(path: string, real: string): void {
    if (!this.#isNew(real)) return;
    if (this.files.length === MAX_FILES) {
      this.#refuse(path, `More than ${MAX_FILES} rule files; this one and those after it are not read.`);
      return;
    }
    // Not to block on a pipe that took the file's place since it was looked at.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) this.#refuse(path, 'This is not a regular file.');
      else if (stat.size > MAX_FILE_BYTES) this.#refuse(path, 'The file is larger than 1 MiB; split it up.');
      else this.#addText(path, readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  }

  #addText(path: string, bytes: Buffer): void {
    if (isUtf8(bytes)) this.files.push({ path, text: bytes.toString() });
    else this.#refuse(path, `Line ${lineThatIsNot(bytes)} is not UTF-8; save the file in that encoding.`);
  }

  #refuse(file: string, message: string): void {
    this.faults.push({ place: { file, line: 1 }, code: 'rule.file', message });
  }
}

/** The first that is not UTF-8. */
function lineThatIsNot(bytes: Buffer): number {
  for (let line = 1, at = 0; ; line++) {
    const lf = bytes.indexOf(LF, at);
    const end = lf < 0 ? bytes.length : lf;
    if (lf < 0 || !isUtf8(bytes.subarray(at, end))) return line;
    at = end + 1;
  }
}

const LF = 10;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readProblem(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ELOOP') return 'This link leads to itself.';
  if (code === 'EACCES') return 'There is no permission to read it.';
  if (code === 'ENOENT') {
    const dangling = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return dangling ? 'This link leads nowhere.' : 'There is no such file or folder.';
  }
  return `It cannot be read: ${message}.`;
}
