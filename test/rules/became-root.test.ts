import { expect, it } from 'vitest';
import { createSampleLine, openedTitles } from '../../src/cli/rules/sample-line.js';
import { START } from '../../src/cli/rules/samples.js';
import { configSchema } from '../../src/config/schema.js';
import { buildRuleset } from '../../src/ruleset.js';
import { files } from './shipped-line.js';

/** Alerts when a step happens twice. */
const twice = (step: string): string => `title: Twice
correlation:
  type: event_count
  rules: [${step}]
  group-by: [entity]
  timespan: 10m
  condition: { gte: 2 }
level: high
`;

const UTIL_LINUX = [
  'su[77]: (to root) deploy on pts/0',
  'su[77]: pam_unix(su:session): session opened for user root(uid=0) by deploy(uid=1000)',
];
const SHADOW = [
  'su[77]: Successful su for root by deploy',
  'su[77]: + /dev/pts/0 deploy:root',
  'su[77]: pam_unix(su:session): session opened for user root by deploy(uid=1000)',
];
const SU_UNDER_SUDO = [
  'sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/su -',
  'sudo: pam_unix(sudo:session): session opened for user root(uid=0) by deploy(uid=1000)',
  'su: (to root) root on pts/0',
  'su: pam_unix(su-l:session): session opened for user root(uid=0) by deploy(uid=0)',
];

it.each([
  ['util-linux', UTIL_LINUX],
  ['shadow', SHADOW],
  ['su under sudo', SU_UNDER_SUDO],
])('counts a change to root once, however many lines tell of it: %s', (_, lines) => {
  for (const step of ['became_root', 'root_shell']) {
    expect(alertsOf(step, [[0, lines]])).not.toContain('Twice');
    // The one after a minute is another.
    expect(alertsOf(step, [[0, lines], [60, lines]])).toContain('Twice'); // biome-ignore format: a table
  }
});

it('counts two users of one host each', () => {
  const other = UTIL_LINUX.map((line) => line.replace('deploy', 'alice'));
  expect(alertsOf('became_root', [[0, UTIL_LINUX], [1, other]])).not.toContain('Twice'); // biome-ignore format: a table
  const login = (user: string, pid: number): string =>
    `sshd[${pid}]: Accepted password for ${user} from 203.0.113.9 port 52044 ssh2`;
  const logins = [login('deploy', 70), login('alice', 71)];
  const both = [[0, logins], [60, UTIL_LINUX], [61, other]] as const; // biome-ignore format: a table
  expect(alertsOf('became_root', both)).toContain('Twice');
});

/** Titles of the alerts of lines of one host, given by the second. */
function alertsOf(
  step: string,
  timeline: readonly (readonly [second: number, lines: readonly string[]])[],
): string[] {
  const built = buildRuleset([...files, { path: 'rules/twice.yml', text: twice(step) }]);
  const line = createSampleLine(built, configSchema.parse({}));
  const timed = timeline.flatMap(([second, lines]) => {
    const at = START + second * 1000;
    const stamp = new Date(at).toISOString();
    return lines.map((text) => {
      const [, tag, message] = /^([^:]+): (.*)$/.exec(text)!;
      const [, app, pid = '-'] = /^([a-z]+)(?:\[(\d+)\])?$/.exec(tag!)!;
      return { at, line: `<38>1 ${stamp} web-01 ${app} ${pid} - - ${message}` };
    });
  });
  return openedTitles(line.alertChanges(timed));
}
