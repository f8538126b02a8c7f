import { createHash, hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { ConfigError } from './config/errors.js';
import { type RuleFilesRead, readConfiguredRules } from './config/rule-files.js';
import type { Config } from './config/schema.js';
import { hintsBySource } from './config/source-hints.js';
import { knownLogsources } from './model/logsource.js';
import './normalizers/normalize.js';
import type { FromRuleCompiler, RuleCompilerStart } from './protocol.js';
import { type PackHead, packFromBlocks, packPath, packRuleset } from './rule-pack.js';
import { readBlocks } from './storage/block-file.js';
import { stepBack } from './telemetry/priority.js';

/** Libraries that decide what a rule means. */
const LIBRARIES = ['ipaddr.js', 'js-yaml', 're2js'];
/** Done while main still looks at the files that it will watch. */
const CODE = codeHash();

/**
 * The thread that reads and compiles rules, for one ruleset: it ends when that is done. With all of SigmaHQ this takes
 * seconds, in which the other threads go on.
 */
parentPort!.once('message', (start: RuleCompilerStart) => {
  if (start.previous !== null) stepBack();
  parentPort!.postMessage(compile(start));
});

function compile({ config, previous }: RuleCompilerStart): FromRuleCompiler {
  try {
    // Sources may name logsources of their own; the normalizers' are known since they were loaded.
    hintsBySource(config.sources);
    const read = readConfiguredRules(config.rules);
    const key = keyOf(read, config.rules);
    const files = read.files.length;
    const kept = previous === null ? readBlocks<PackHead>(packPath(config.data_dir), key) : null;
    if (kept !== null) return { type: 'compiled', pack: packFromBlocks(kept), files, key, isKept: true };
    const former = (): SharedArrayBuffer | null => previous ?? textsOfLastRun(config.data_dir);
    const pack = packRuleset(read.files, read.faults, config.rules, former);
    // The key tells nothing of former versions that are in it.
    return { type: 'compiled', pack, files, key: pack.former.length === 0 ? key : null, isKept: false };
  } catch (error) {
    if (error instanceof ConfigError) return { type: 'config', faults: error.faults };
    throw error;
  }
}

/** A file that was broken before a restart is not lost by it, either. */
function textsOfLastRun(dataDir: string): SharedArrayBuffer | null {
  const kept = readBlocks<PackHead>(packPath(dataDir), null);
  return kept === null ? null : packFromBlocks(kept).texts;
}

/** Of all that a pack is made of, the program and Node with it: v8 may write and read otherwise in another version. */
function keyOf({ files, faults }: RuleFilesRead, settings: Config['rules']): string {
  const texts = files.map(({ path, kind, text }) => [path, kind, hash('sha256', text)]);
  const { version, arch } = process;
  return hash('sha256', JSON.stringify([CODE, version, arch, settings, knownLogsources(), faults, texts]));
}

/** Hash of the code of the program: its version says nothing of one that is being worked on. */
function codeHash(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const own = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('web'))
    .sort()
    .map((name) => join(folder, name));
  const code = createHash('sha256');
  for (const path of [...own, ...LIBRARIES.map((name) => fileURLToPath(import.meta.resolve(name)))])
    code.update(`${path}\n`).update(readFileSync(path));
  return code.digest('hex');
}
