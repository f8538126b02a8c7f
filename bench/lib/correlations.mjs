// Correlations besides the shipped ones, of the types that people write most, over what the benchmark's syslog lines hold.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguredRules } from '../../dist/config/rule-files.js';
import { buildRuleset } from '../../dist/ruleset.js';

const TYPES = [
  'type: event_count, rules: [ssh_failed_login], condition: { gte: 100000 }',
  'type: value_count, rules: [ssh_failed_login], condition: { field: user.name, gte: 100000 }',
  'type: temporal_ordered, rules: [ssh_failed_login, user_added]',
  'type: temporal, rules: [ssh_login, user_added]',
];
const GROUPS = ['source.ip', 'host.name', 'user.name', 'source.ip, host.name', 'host.name, user.name'];

/** What `use` resolves with, given a folder of so many correlations that there are `total` with the shipped ones. */
export async function withCorrelations(total, use) {
  const { files } = readConfiguredRules({ builtin: true, paths: [], disable: [] });
  const { rules } = buildRuleset(files).ruleset;
  const more = total - rules.filter(({ kind }) => kind === 'correlation').length;
  const texts = Array.from(
    { length: more },
    (_, i) =>
      `title: Correlation ${i}\nlevel: low\ncorrelation: { group-by: [${GROUPS[i % GROUPS.length]}], timespan: ${1 + i}m, ${TYPES[i % TYPES.length]} }\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    writeFileSync(join(folder, 'correlations.yml'), texts.join('---\n'));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
