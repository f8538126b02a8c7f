// Parsing and normalizing by family of log lines on one thread; the floor is parsing the same lines alone.
import { Event } from '../dist/model/event.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';

const RECEIVED_AT = Date.UTC(2026, 10, 20, 16);
const HINTS = { format: 'auto', timezone: 'UTC' };
const VARIANTS = 1000;
const SECONDS = 0.4;

const FAMILIES = {
  'sshd failed': (n) =>
    `<38>Nov 19 21:54:44 bastion sshd[${n}]: Failed password for invalid user u${n} from 192.0.2.${n % 256} port ${1024 + n} ssh2`,
  'sshd accepted': (n) =>
    `<38>Nov 19 21:54:44 bastion sshd[${n}]: Accepted publickey for alice from 192.0.2.${n % 256} port ${1024 + n} ssh2: RSA SHA256:6jd0Cyp2ZZVmKqTqzXWcRgfnCZpzAcXRrEbGJ2cA${n}`,
  'sshd disconnect': (n) =>
    `<38>Nov 19 21:54:44 bastion sshd[${n}]: Connection closed by authenticating user root 192.0.2.${n % 256} port ${1024 + n} [preauth]`,
  'pam session': (n) =>
    `<86>Nov 19 10:31:00 web sshd[${n}]: pam_unix(sshd:session): session opened for user alice(uid=${n}) by (uid=0)`,
  sudo: (n) =>
    `<86>Nov 19 21:35:33 web sudo:   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls -la /root/${n}`,
  cron: (n) => `<78>Nov 19 05:17:01 web CRON[${n}]: (alice) CMD (/home/alice/run.sh ${n})`,
  netfilter: (n) =>
    `<4>Nov 19 05:05:05 web kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=192.0.2.${n % 256} DST=198.51.100.5 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=${1024 + n} DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0`,
  'access log': (n) =>
    `192.0.2.${n % 256} - - [19/Nov/2026:13:55:36 +0000] "GET /index.html?n=${n} HTTP/1.1" 200 612 "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
  auditd: (n) =>
    `type=USER_LOGIN msg=audit(1364481363.243:${n}): pid=2120 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.${n % 256} terminal=ssh res=failed'`,
  'unknown program': (n) =>
    `<13>Nov 19 05:17:01 web widgetd[${n}]: worker ${n} restarted after 12 s, see /var/log/widgetd.log`,
  'plain text': (n) => `2026-11-19T05:17:01Z something happened ${n} times in the usual place`,
};

const event = new Event();

export function run(report) {
  for (const [lane, line] of Object.entries(FAMILIES)) {
    const lines = Array.from({ length: VARIANTS }, (_, n) => line(n + 1));
    const parse = measure(lines, false);
    const both = measure(lines, true);
    report({
      lane,
      rate: 1e9 / both,
      unit: 'events/s',
      ratio: parse / both,
      note: `${Math.round(parse)} ns to parse, ${Math.round(both - parse)} ns to normalize`,
    });
  }
}

/** CPU nanoseconds per event, best of three runs after a warm-up. */
function measure(lines, withNormalize) {
  spin(lines, withNormalize, 0.2);
  return Math.min(...[1, 2, 3].map(() => spin(lines, withNormalize, SECONDS)));
}

function spin(lines, withNormalize, seconds) {
  const end = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  let events = 0;
  while (performance.now() < end) {
    for (const line of lines) {
      event.reset(line);
      event.receivedAt = RECEIVED_AT;
      parseRecord(line, event.record, HINTS, RECEIVED_AT);
      if (withNormalize) normalize(event);
    }
    events += lines.length;
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / events;
}
