import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Timeline } from '../../src/cli/rules/samples.js';
import { shippedSamples } from '../rules/samples.js';

/** Of all shipped counts and chains. */
export function shippedTimelines(): { title: string; timeline: Timeline }[] {
  return readdirSync(join(import.meta.dirname, '../fixtures/rules/correlation')).flatMap((name) =>
    [...(shippedSamples(`rules/correlation/${name}`) ?? [])].flatMap(([title, samples]) =>
      'timelines' in samples ? samples.timelines.map((timeline) => ({ title, timeline })) : [],
    ),
  );
}

/** Ms from its first to its last line. */
export function lengthOf({ lines }: Timeline): number {
  return 1000 * Math.max(...lines.map(({ at, times = 1, every = 1 }) => at + (times - 1) * every));
}

/** Addresses `203.k.113.9`, none of them private, hosts `web-01-k`, users `deploy-k`. */
export function ownNames(line: string, k: number): string {
  return line
    .replaceAll(/\b(203|198|192)\.(?:0|51)\.(113|100|2)\.(\d+)/g, (_, a, c, d) => {
      return `${a === '192' ? '193' : a}.${k}.${c}.${d}`;
    })
    .replaceAll(/\b(?:web|db|gw|fw|lb|ap|pc)-\d\d\b/g, `$&-k${k}`)
    .replaceAll(/\b(?:anna|deploy|alice|administrator)\b/g, `$&-k${k}`);
}
