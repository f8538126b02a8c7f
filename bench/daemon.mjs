// The whole daemon over TCP: shipped rules, event log on and off, alerts written, of lines of which few, a quarter or all are hits; then with 50 correlations and the anomaly stage on.
// Ratio to a server that only counts bytes; rsyslogd as a peer, where it is installed.
import { withCorrelations } from './lib/correlations.mjs';
import { daemonLanes, rsyslogLane } from './lib/whole-daemon.mjs';

const CORRELATIONS = 50;

export async function run(report) {
  await rsyslogLane(report, 'syslog');
  await daemonLanes(report, 'calm', 'calm');
  await daemonLanes(report, 'syslog', 'syslog');
  await daemonLanes(report, 'matching', 'matching');
  await withCorrelations(CORRELATIONS, async (folder) => {
    const options = { rules: [folder], anomaly: true };
    for (const lane of ['syslog', 'matching'])
      await daemonLanes(report, `${lane}, ${CORRELATIONS} correlations, anomaly`, lane, options);
  });
}
