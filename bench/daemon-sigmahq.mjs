// The whole daemon over TCP with all of SigmaHQ besides the shipped rules: syslog with as few hits as the prototypes of the research
// had, and with many; Windows events as JSON lines.
import { withSigmaHq } from './lib/sigmahq.mjs';
import { daemonLanes } from './lib/whole-daemon.mjs';

export async function run(report) {
  await withSigmaHq(async (folder) => {
    await daemonLanes(report, 'calm syslog, SigmaHQ', 'calm', { rules: [folder] });
    await daemonLanes(report, 'syslog, SigmaHQ', 'syslog', { rules: [folder] });
    await daemonLanes(report, 'Windows JSON, SigmaHQ', 'windows', { rules: [folder] });
    await daemonLanes(report, 'Windows JSON of few words, SigmaHQ', 'windows-few', { rules: [folder] });
  });
}
