import { deserialize, serialize } from 'node:v8';
import { openIndexed } from '../../src/sigma/compile.js';
import type { IndexedRuleset } from '../../src/sigma/index/indexed-ruleset.js';
import { openRules, storeRules } from '../../src/sigma/stored-rules.js';

/** As a detector thread gets it. */
export function reopened(ruleset: IndexedRuleset): IndexedRuleset {
  const { rules, trees } = storeRules(ruleset.rules);
  const shared = new SharedArrayBuffer(trees.length);
  new Uint8Array(shared).set(trees);
  return openIndexed(deserialize(serialize(ruleset.pack())), openRules(rules, shared), {});
}
