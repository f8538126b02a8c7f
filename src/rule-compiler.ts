import { parentPort, workerData } from 'node:worker_threads';
import { ConfigError } from './config/errors.js';
import { readConfiguredRules } from './config/rule-files.js';
import { hintsBySource } from './config/source-hints.js';
import './normalizers/normalize.js';
import type { FromRuleCompiler, RuleCompilerStart } from './protocol.js';
import { packRuleset } from './rule-pack.js';
import { stepBack } from './telemetry/priority.js';

/**
 * The thread that reads and compiles rules, for one ruleset: it ends when that is done. With all of SigmaHQ this takes
 * seconds, in which the other threads go on.
 */
const { config, previous } = workerData as RuleCompilerStart;

function compile(): FromRuleCompiler {
  try {
    // Sources may name logsources of their own; the normalizers' are known since they were loaded.
    hintsBySource(config.sources);
    const { files, faults } = readConfiguredRules(config.rules);
    const pack = packRuleset(files, faults, config.rules, previous);
    return { type: 'compiled', pack, files: files.length };
  } catch (error) {
    if (error instanceof ConfigError) return { type: 'config', faults: error.faults };
    throw error;
  }
}

if (previous !== null) stepBack();
parentPort!.postMessage(compile());
