// Runs the named benchmarks (all without a name): `npm run bench -- daemon parsers`. Each prints rates, ratios to a
// floor of the same run, and memory. Machines are shared and noisy: compare ratios, not rates.
import { readdirSync } from 'node:fs';

const wanted = process.argv.slice(2);
const files = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .sort();
const benchmarks = await Promise.all(files.map((file) => import(`./${file}`)));

for (const benchmark of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  console.log(`\n${benchmark.name}`);
  await benchmark.run(({ lane, rate, unit, ratio, note }) => {
    const amount = rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M` : `${Math.round(rate / 1e3)} k`;
    console.log(
      `  ${lane.padEnd(38)} ${`${amount} ${unit}`.padStart(18)}${ratio === undefined ? '' : `  ${ratio.toFixed(3)} of the floor`}${note === undefined ? '' : `  ${note}`}`,
    );
  });
}
console.log(`\nPeak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
