import { expect, it } from 'vitest';
import type { Patient } from '../../src/doctor/check.js';
import { sinks } from '../../src/doctor/checks/sinks.js';

it('the doctor tells a sink that is tried again from one whose call never returns', async () => {
  const figures = {
    sinks: {
      hook: { state: 'retrying', deadLettered: 0, last_error: 'no answer in time. Look whether it runs.' },
      pipe: { state: 'stalled', deadLettered: 0 },
    },
  };
  const { findings } = await sinks.run({ figures } as unknown as Patient);
  expect(findings.map(({ what, fix }) => [what, fix])).toEqual([
    [
      'hook is retrying: no answer in time. Look whether it runs.',
      'Alerts wait for it in state.db, and are tried again.',
    ],
    [
      'pipe is stalled: a call to it has not returned, and is waited for.',
      expect.stringContaining('a reader that does not read'),
    ],
  ]);
});
