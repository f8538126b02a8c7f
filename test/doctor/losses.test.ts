import { describe, expect, it } from 'vitest';
import type { Patient } from '../../src/doctor/check.js';
import { losses } from '../../src/doctor/checks/losses.js';
import { LOSSES } from '../../src/telemetry/losses.js';

type Counts = Readonly<Record<string, number>>;

async function findings(source: Counts, detection: Counts): Promise<readonly string[]> {
  const figures = { sources: { tcp: { counts: source } }, detection: { counts: detection } };
  const diagnosis = await losses.run({ figures } as unknown as Patient);
  expect(diagnosis.well.length === 0).toBe(diagnosis.findings.length > 0);
  return diagnosis.findings.map(({ what, fix }) => `${what} → ${fix}`);
}

describe('losses', () => {
  it('are found whatever their code, at a source or behind it', async () => {
    for (const [code, { fix }] of LOSSES) {
      const ending = `: 3 × ${code}. `;
      for (const [text] of [await findings({ [code]: 3 }, {}), await findings({}, { [code]: 3 })]) {
        expect(text).toContain(ending);
        expect(text).toContain(`→ ${fix}`);
      }
    }
  });

  it('are what a closed connection had and what no rule was tried on, too', () => {
    const lost = ['frame.bad_octet_count', 'frame.tls_on_plain_port', 'event.internal', 'sigma.regex_budget'];
    expect([...LOSSES.keys()]).toEqual(expect.arrayContaining(lost));
  });

  it('are not what is merely unusual, nor what never happened', async () => {
    expect(await findings({ 'source.denied': 3, 'source.queue_full': 0 }, { 'parse.unparsed': 9 })).toEqual(
      [],
    );
  });
});
