// Loads the rules of a folder (argv) as a detector does and prints, as JSON, how long each step took (ms) and what memory it
// needed (MB): a process of its own, so that nothing else is in the figures.
import { readRuleFiles } from '../../dist/config/rule-files.js';
import { closedLogsource } from '../../dist/model/logsource.js';
import { compileRules } from '../../dist/sigma/compile.js';
import { JsonFieldView } from '../../dist/sigma/event-view.js';
import { loadRules } from '../../dist/sigma/load.js';

const steps = [];
const { files } = step('read', () => readRuleFiles([process.argv[2]]));
const { rules } = step('parse', () => loadRules(files));
const ruleset = step('compile', () => compileRules(rules));
const triples = new Map(
  rules
    .filter((rule) => rule.kind === 'detection')
    .map(({ logsource: { product, category, service } }) => [
      `${product}/${category}/${service}`,
      closedLogsource({
        product,
        categories: category ? [category] : [],
        services: service ? [service] : [],
      }),
    ]),
);
// A route is made when its first event comes; whether any rule matches is all one.
const meet = (name) => ruleset.match(new JsonFieldView({ EventID: 1, message: 'x' }), triples.get(name), []);
step('routes of linux/sshd and windows/process_creation', () => {
  meet('linux/null/sshd');
  meet('windows/process_creation/null');
});
step(`all ${triples.size} routes`, () => {
  for (const name of triples.keys()) meet(name);
});
console.log(JSON.stringify({ rules: rules.length, steps }));

function step(name, work) {
  const startedAt = performance.now();
  const result = work();
  const milliseconds = performance.now() - startedAt;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  steps.push({ name, milliseconds, rssMb: process.memoryUsage.rss() / 1048576, peakMb });
  return result;
}
