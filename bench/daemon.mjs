// The whole daemon over TCP: shipped rules, event log on and off, alerts written. Ratio to a server that only counts bytes.
import { daemonLanes } from './lib/whole-daemon.mjs';

export async function run(report) {
  await daemonLanes(report, 'syslog', 'syslog');
  await daemonLanes(report, 'matching', 'matching');
}
