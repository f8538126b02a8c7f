// Days of syslog of a small company, with attacks in it whose entity-minutes are known. All of it is made from a seed.
import { random } from './lines.mjs';

export const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1440;
/** A Monday. */
export const FIRST_MINUTE = Date.UTC(2026, 2, 2) / MINUTE_MS;

const SERVERS = [
  ...['web-01', 'web-02', 'web-03', 'app-01', 'app-02', 'app-03', 'app-04', 'db-01', 'db-02'],
  ...['mail-01', 'dns-01', 'files-01', 'build-01', 'bastion-01', 'ldap-01', 'backup-01'],
];
const ADMINS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
const WORKSTATIONS = 40;
const SITES = Array.from({ length: 400 }, (_, i) => `93.184.${i % 200}.${1 + (i % 250)}`);
const PATHS = Array.from({ length: 120 }, (_, i) => `/shop/${['item', 'cart', 'list', 'img'][i % 4]}/${i}`);
const NAMES = Array.from({ length: 300 }, (_, i) => `www.site-${i}.example`);

/**
 * Lines of one minute as [time, line], in order of time, and the entities that attack in it. `attacks` are objects with
 * `at` (minute), `length` and `lines(minute, tools)`, which yields [entity, second, line].
 */
export function* fleetMinutes(days, attacks, seed = 7) {
  const tools = toolsOf(random(seed));
  for (let minute = 0; minute < days * DAY_MINUTES; minute++) {
    const made = [...benign(minute, tools)].map(([second, line]) => [second, line, null]);
    const guilty = new Map();
    for (const attack of attacks) {
      if (minute < attack.at || minute >= attack.at + attack.length) continue;
      for (const [entity, second, line] of attack.lines(minute - attack.at, tools)) {
        made.push([second, line, entity]);
        guilty.set(entity, attack.name);
      }
    }
    const start = (FIRST_MINUTE + minute) * MINUTE_MS;
    const lines = made
      .map(([second, line]) => [start + Math.floor(second * 1000), line])
      .sort((a, b) => a[0] - b[0])
      .map(([time, { pri, host, app, text }]) => [
        time,
        `<${pri}>1 ${new Date(time).toISOString()} ${host} ${app} ${app === '-' ? '-' : tools.n(32768)} - - ${stamped(text, time)}`,
      ]);
    yield { minute: FIRST_MINUTE + minute, lines, guilty };
  }
}

/** Texts that state the time once more. */
function stamped(text, time) {
  if (!text.includes('{')) return text;
  const iso = new Date(time).toISOString();
  return text
    .replace('{date}', iso.slice(0, 10))
    .replace('{time}', iso.slice(11, 19))
    .replace('{clf}', `${iso.slice(8, 10)}/Mar/2026:${iso.slice(11, 19)}`);
}

function toolsOf(rnd) {
  const n = (max) => Math.floor(rnd() * max);
  const pick = (list) => list[n(list.length)];
  const second = () => rnd() * 60;
  const some = (mean) => {
    let count = 0;
    for (let left = Math.exp(-mean), p = rnd(); p > left; p *= rnd()) count++;
    return count;
  };
  return { rnd, n, pick, second, some };
}

const line = (pri, host, app, text) => ({ pri, host, app, text });
export const sshd = (host, text) => line(86, host, 'sshd', text);
export const accepted = (host, user, ip, n) =>
  sshd(host, `Accepted publickey for ${user} from ${ip} port ${1024 + n(60000)} ssh2`);
export const failed = (host, user, ip, n) =>
  sshd(host, `Failed password for ${user} from ${ip} port ${1024 + n(60000)} ssh2`);
export const sudo = (host, user, command) =>
  line(86, host, 'sudo', `${user} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${command}`);
export const cron = (host, user, command) => line(78, host, 'CRON', `(${user}) CMD (${command})`);
export const program = (host, app, text, pri = 30) => line(pri, host, app, text);
export const query = (ip, name) => line(30, 'dns-01', 'dnsmasq', `query[A] ${name} from ${ip}`);
export const get = (host, ip, path, status, bytes) =>
  line(
    190,
    host,
    'nginx',
    `${ip} - - [{clf} +0000] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "Mozilla/5.0"`,
  );
export const traffic = (src, dst, port, action, sent, received, n) =>
  line(
    134,
    'fw-01',
    '-',
    `date={date} time={time} devname="fw-01" devid="FG100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=${src} srcport=${1024 + n(60000)} dstip=${dst} dstport=${port} proto=6 action="${action}" policyid=3 sentbyte=${sent} rcvdbyte=${received}`,
  );

export const workstation = (i) => `10.1.0.${10 + i}`;

function* benign(minute, tools) {
  const { n, pick, second, some, rnd } = tools;
  const day = Math.floor(minute / DAY_MINUTES);
  const hour = Math.floor(minute / 60) % 24;
  const working = day % 7 < 5 && hour >= 7 && hour < 19;
  const load = working ? 1 : 0.15;
  for (const host of SERVERS) {
    yield [1, cron(host, 'root', '/usr/local/bin/metrics --push')];
    if (minute % 60 === 17) yield [2, cron(host, 'root', 'cd / && run-parts --report /etc/cron.hourly')];
    if (minute % DAY_MINUTES === 385)
      yield [3, cron(host, 'root', '/usr/sbin/logrotate /etc/logrotate.conf')];
    for (let i = some(0.4); i > 0; i--)
      yield [second(), program(host, 'systemd', `Started Session ${n(9999)} of user root.`)];
    for (let i = some(host.startsWith('app') ? 12 * load : 1); i > 0; i--)
      yield [second(), program(host, `app-${host}`, `request ${n(1e9).toString(16)} done in ${n(900)} ms`)];
    // An application that is in trouble for ten minutes: loud, and no attack.
    if (minute % 811 < 10 && host === SERVERS[Math.floor(minute / 811) % SERVERS.length])
      for (let i = 0; i < 60; i++)
        yield [
          second(),
          program(host, `app-${host}`, `ERROR connection to db-01 refused, retry ${n(99)}`, 27),
        ];
    // Updates, host by host, in two nights.
    if (minute % DAY_MINUTES === 240 + 5 * SERVERS.indexOf(host) && day % 3 === 1)
      for (let i = 0; i < 40; i++)
        yield [second(), program(host, 'dpkg', `status installed lib${n(500)}:amd64 1.${n(20)}`)];
  }
  // Monitoring and deployment.
  for (const host of SERVERS)
    if (minute % 5 === 0)
      yield [second(), sshd(host, `Connection closed by 10.0.5.7 port ${1024 + n(60000)} [preauth]`)];
  if (minute % DAY_MINUTES === 120)
    for (const host of SERVERS) yield [second(), accepted(host, 'backup', '10.0.5.5', n)];
  if (working && rnd() < 0.02)
    for (const host of ['app-01', 'app-02', 'app-03', 'app-04']) {
      yield [second(), accepted(host, 'deploy', '10.0.5.6', n)];
      yield [second(), sudo(host, 'deploy', '/usr/bin/systemctl restart app')];
    }
  // Administrators, with a typing error now and then; each has hosts of his own and goes to others, too.
  ADMINS.forEach((_, i) => {
    if (rnd() > 0.05 * (working ? 1 : 0.04)) return;
    tools.queue = { i, host: rnd() < 0.85 ? SERVERS[(i * 3 + n(4)) % SERVERS.length] : pick(SERVERS) };
  });
  if (tools.queue !== undefined) {
    const { i, host } = tools.queue;
    tools.queue = undefined;
    const [user, ip] = [ADMINS[i], workstation(i)];
    for (let typos = rnd() < 0.1 ? 1 + n(2) : 0; typos > 0; typos--)
      yield [second(), failed(host, user, ip, n)];
    yield [second(), accepted(host, user, ip, n)];
    if (rnd() < 0.6)
      yield [
        second(),
        sudo(
          host,
          user,
          pick([
            '/usr/bin/systemctl restart nginx',
            '/usr/bin/journalctl -f',
            '/usr/bin/vim /etc/hosts',
            '/usr/bin/apt upgrade',
          ]),
        ),
      ];
  }
  // Workstations: names and connections to many places outside, files inside.
  for (let i = 0; i < WORKSTATIONS; i++) {
    for (let k = some(2.5 * load); k > 0; k--) {
      const site = Math.floor(SITES.length * rnd() * rnd());
      yield [second(), query(workstation(i), NAMES[site % NAMES.length])];
      yield [
        second(),
        traffic(
          workstation(i),
          SITES[site],
          rnd() < 0.93 ? 443 : pick([80, 993, 587, 8443, 5222]),
          'accept',
          500 + n(9000),
          2000 + n(rnd() < 0.02 ? 3e7 : 2e5),
          n,
        ),
      ];
    }
    if (rnd() < 0.1 * load)
      yield [second(), traffic(workstation(i), '10.0.0.12', 445, 'accept', 1000 + n(1e6), 1000 + n(1e7), n)];
  }
  // Visitors, searching machines, and what else the internet is made of.
  for (let k = some(6 * (0.4 + 0.6 * load)); k > 0; k--) {
    const ip = `81.${n(200)}.${n(250)}.${1 + n(250)}`;
    for (let hits = 1 + n(12); hits > 0; hits--)
      yield [
        second(),
        get(pick(['web-01', 'web-02', 'web-03']), ip, pick(PATHS), rnd() < 0.03 ? 404 : 200, 500 + n(60000)),
      ];
  }
  if (rnd() < 0.2)
    for (let hits = 10 + n(30); hits > 0; hits--)
      yield [second(), get('web-01', '66.249.66.1', pick(PATHS), rnd() < 0.05 ? 404 : 200, 500 + n(60000))];
  for (let k = some(1.5); k > 0; k--)
    yield [
      second(),
      traffic(
        `45.${n(250)}.${n(250)}.${1 + n(250)}`,
        `198.51.100.${1 + n(20)}`,
        pick([22, 23, 80, 443, 445, 3389, 5900, 8080, 6379, 1433]),
        'deny',
        0,
        0,
        n,
      ),
    ];
  if (rnd() < 0.15) {
    const ip = `45.${n(250)}.${n(250)}.${1 + n(250)}`;
    for (let k = 1 + n(3); k > 0; k--)
      yield [second(), failed('bastion-01', pick(['root', 'admin', 'test', 'ubuntu']), ip, n)];
  }
}
