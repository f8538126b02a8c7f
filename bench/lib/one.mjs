// Runs one benchmark (argv: its name): a module that exports run(report), or prints by itself.
const benchmark = await import(`../${process.argv[2]}.mjs`);
await benchmark.run?.(report);
console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);

/** One line: rate per second, share of the run's floor, what else is worth knowing. */
function report({ lane, rate, unit, ratio, note }) {
  const thousands = rate / 1e3;
  const amount =
    rate >= 1e6
      ? `${(rate / 1e6).toFixed(2)} M`
      : rate < 100
        ? `${Math.round(rate * 10) / 10}`
        : `${thousands.toFixed(thousands < 10 ? 1 : 0)} k`;
  const share = ratio === undefined ? '' : `  ${ratio.toFixed(3)} of the floor`;
  console.log(
    `${lane.padEnd(46)} ${`${amount} ${unit}`.padStart(18)}${share}${note === undefined ? '' : `  ${note}`}`,
  );
}
