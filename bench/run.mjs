// Runs the named benchmarks one after another (all without a name), each in a process of its own:
// `npm run bench -- daemon parsers`. They print rates, ratios to a floor of the same run, and peak memory. Machines are
// shared and noisy: compare ratios, not rates. Exit 1 when one of them found something wrong.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const known = readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [`${here}lib/one.mjs`, name], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
