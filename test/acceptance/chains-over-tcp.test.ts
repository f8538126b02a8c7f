import { expect, test } from 'vitest';
import { timedLines } from '../../src/cli/rules/samples.js';
import type { AlertChange } from '../../src/model/alert.js';
import { sendTcp, TestDaemon, tcpConfig, temporaryFolder } from '../helpers/run-daemon.js';
import { lengthOf, ownNames, shippedTimelines } from '../helpers/timelines.js';

/**
 * The timelines of all shipped counts and chains, near misses among them, as raw lines over TCP to one daemon. Each has its own
 * hosts, users and addresses, so that none knows of the others.
 */
test('every count and chain fires from raw lines over TCP, and near misses do not', {
  timeout: 300_000,
}, async () => {
  const folder = temporaryFolder();
  const daemon = new TestDaemon(folder.path, tcpConfig());
  try {
    const [port] = await daemon.ports();
    const timelines = shippedTimelines();
    expect(timelines.length).toBeGreaterThan(80);
    expect(timelines.length, 'one octet tells them').toBeLessThan(256);
    let sent = 0;
    for (const [k, { timeline }] of timelines.entries()) {
      const lines = timedLines(timeline, Date.now() - lengthOf(timeline));
      await sendTcp(port!, lines.map(({ line }) => `${ownNames(line, k)}\n`).join(''));
      sent += lines.length;
      await daemon.processed(sent);
    }
    expect(await daemon.stop()).toBe(0);

    const opened = daemon.alertLines().filter(({ alert }) => alert.status === 'opened');
    for (const [k, { title, timeline }] of timelines.entries()) {
      const titles = opened.filter((change) => placeOf(change) === k).map(({ rule }) => rule.name);
      expect(titles, `${title}: ${timeline.name}`).toEqual([...timeline.alerts]);
    }
  } finally {
    await daemon.stop();
    folder.remove();
  }
});

function placeOf(change: AlertChange): number {
  const { original } = change.evidence[0]!;
  const host = /-k(\d+)\b/.exec(original);
  const address = /\b(?:203|198|193)\.(\d+)\.(?:113|100|2)\.\d+/.exec(original);
  return host !== null ? Number(host[1]) : Number(address?.[1]);
}
