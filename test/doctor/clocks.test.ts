import { expect, it } from 'vitest';
import type { Patient } from '../../src/doctor/check.js';
import { clocks } from '../../src/doctor/checks/clocks.js';

const HOUR = 3600_000;

/** What is said of senders, each with its source and how far ahead its stamps are, ms. */
async function findings(senders: readonly (readonly [host: string, source: string, ahead: number])[]) {
  const seen = new Map(
    senders.map(([host, source, ahead]) => [host, { source, ahead: Array<number>(5).fill(ahead) }]),
  );
  const diagnosis = await clocks.run({ sample: () => ({ clocks: seen }) } as unknown as Patient);
  return diagnosis.findings.map(({ what, fix }) => `${what} → ${fix}`);
}

it('clocks of one source that are wrong alike are told of once', async () => {
  const many = Array.from({ length: 12 }, (_, i) => [`web-${i}`, 'tcp', -HOUR + i * 1000] as const);
  expect(
    await findings([...many, ['fw', 'udp', -HOUR], ['nas', 'tcp', 5 * 60_000], ['db', 'tcp', 0]]),
  ).toEqual([
    expect.stringMatching(
      /^Stamps of (?:fw \(by udp\)|web-0.* \(by tcp\)) are 1h behind .* Whole quarters of an hour are a zone/,
    ),
    expect.stringMatching(
      /^Stamps of (?:fw \(by udp\)|web-0.* \(by tcp\)) are 1h behind .* Whole quarters of an hour are a zone/,
    ),
    expect.stringMatching(/^Stamps of nas \(by tcp\) are 5m ahead .* NTP/),
  ]);
});

it('names a few of many, and thinks of the clock of this machine', async () => {
  const [said] = await findings(Array.from({ length: 9 }, (_, i) => [`web-${i}`, 'tcp', 400_000] as const));
  expect(said).toMatch(/^Stamps of web-0, web-1, web-2, web-3, web-4 and 4 more \(by tcp\) are 6m40s ahead /);
  expect(said).toContain('the clock of this machine');
});
