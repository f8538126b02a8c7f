// Loads the rules of a folder (argv) as a detector does and prints, as JSON, how long each step took (ms) and what memory it
// needed (MB): a process of its own, so that nothing else is in the figures.
import { readRuleFiles } from '../../dist/config/rule-files.js';
import { knownLogsources } from '../../dist/model/logsource.js';
import '../../dist/normalizers/normalize.js';
import { compileRules } from '../../dist/sigma/compile.js';
import { loadRules } from '../../dist/sigma/load.js';

const steps = [];
const { files } = step('read', () => readRuleFiles([process.argv[2]]));
const { rules } = step('parse', () => loadRules(files));
const ruleset = step('compile', () => compileRules(rules));
const logsources = knownLogsources();
step(`routes of ${logsources.length} logsources`, () => ruleset.prepare(logsources));
console.log(JSON.stringify({ rules: rules.length, steps }));

function step(name, work) {
  const startedAt = performance.now();
  const result = work();
  const milliseconds = performance.now() - startedAt;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  steps.push({ name, milliseconds, rssMb: process.memoryUsage.rss() / 1048576, peakMb });
  return result;
}
