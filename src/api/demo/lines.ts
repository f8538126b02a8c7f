/** What the demo sends. Addresses are from the documentation ranges. */
const ATTACKER = '203.0.113.47';
const SERVER = '198.51.100.10';

/** One step of the attack, as it is told, and its lines. */
export interface DemoStep {
  readonly label: string;
  readonly transport: 'udp' | 'tcp';
  readonly lines: readonly string[];
}

/** Names of the hosts that the lines are of. */
export interface DemoHosts {
  readonly server: string;
  readonly gateway: string;
}

const HOSTS: DemoHosts = { server: 'web-01', gateway: 'gw' };

/** The steps of one intrusion, with stamps that lie in the last few minutes before `now` (ms). */
export function intrusion(now: number, { server, gateway } = HOSTS): DemoStep[] {
  const at = clock(now - 6 * 60_000);
  const scan = [
    21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 1433, 3306, 3389, 5432, 5900, 6379, 8080,
    9200,
  ];
  const guessed = [
    'root',
    'root',
    'admin',
    'root',
    'test',
    'root',
    'oracle',
    'postgres',
    'root',
    'deploy',
    'root',
    'deploy',
  ];
  return [
    {
      label: 'port scan, as the firewall logs it',
      transport: 'udp',
      lines: scan.map(
        (port, i) =>
          `<4>${at(i)} ${gateway} kernel: [UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=${ATTACKER} DST=${SERVER} LEN=44 TOS=0x00 PREC=0x00 TTL=47 ID=${4000 + i} PROTO=TCP SPT=${41000 + i} DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0`,
      ),
    },
    {
      label: 'guessed SSH passwords',
      transport: 'tcp',
      lines: guessed.map((user, i) => {
        const known = user === 'root' || user === 'deploy';
        return `<38>${at(60 + i * 3)} ${server} sshd[${2200 + i}]: Failed password for ${known ? '' : 'invalid user '}${user} from ${ATTACKER} port ${52000 + i} ssh2`;
      }),
    },
    {
      label: 'login: one guess was right',
      transport: 'tcp',
      lines: [
        `<38>${at(120)} ${server} sshd[2231]: Accepted password for deploy from ${ATTACKER} port 52044 ssh2`,
        `<86>${at(120)} ${server} sshd[2231]: pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)`,
      ],
    },
    {
      label: 'root through sudo',
      transport: 'tcp',
      lines: [
        `<85>${at(170)} ${server} sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/bash`,
        `<86>${at(170)} ${server} sudo: pam_unix(sudo:session): session opened for user root(uid=0) by deploy(uid=1001)`,
      ],
    },
    {
      label: 'a new user to come back with',
      transport: 'tcp',
      lines: [
        `<86>${at(200)} ${server} useradd[2290]: new user: name=support, UID=1007, GID=1007, home=/home/support, shell=/bin/bash, from=/dev/pts/0`,
      ],
    },
  ];
}

/** A quiet morning: nothing here is an attack, although some of it looks like the words of one. */
export function benignLines(now: number, { server } = HOSTS): string[] {
  const at = clock(now - 10 * 60_000);
  const lines = [
    `<38>${at(1)} ${server} sshd[2001]: Failed password for alice from 192.0.2.20 port 50122 ssh2`,
    `<38>${at(6)} ${server} sshd[2001]: Accepted password for alice from 192.0.2.20 port 50122 ssh2`,
    `<85>${at(20)} ${server} sudo:    alice : TTY=pts/1 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx`,
    `<30>${at(30)} ${server} app[812]: access denied for report 17, user will ask again; upload success afterwards`,
  ];
  for (let i = 0; i < 60; i++) {
    const path = ['/', '/products', '/products/17', '/style.css', '/cart', '/favicon.ico'][i % 6];
    const status = i % 17 === 0 ? 404 : 200;
    lines.push(
      `<190>${at(40 + i * 4)} ${server} nginx: 192.0.2.${30 + (i % 9)} - - [${apacheTime(now - 560_000 + i * 4000)}] "GET ${path} HTTP/1.1" ${status} ${500 + i * 13} "-" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"`,
    );
    if (i % 5 === 0)
      lines.push(`<78>${at(40 + i * 4)} ${server} CRON[${3000 + i}]: (root) CMD (/usr/lib/php/sessionclean)`);
  }
  return lines;
}

/** RFC 3164 stamps, UTC, counted in seconds from a start (ms). */
function clock(start: number): (seconds: number) => string {
  return (seconds) => {
    const { day, month, time } = parts(start + seconds * 1000);
    return `${month} ${String(Number(day)).padStart(2)} ${time}`;
  };
}

function apacheTime(ms: number): string {
  const { day, month, year, time } = parts(ms);
  return `${day}/${month}/${year}:${time} +0000`;
}

/** `Fri, 20 Nov 2026 18:30:01 GMT` taken apart. */
function parts(ms: number) {
  const [, day = '', month = '', year = '', time = ''] = new Date(ms).toUTCString().split(' ');
  return { day, month, year, time };
}
