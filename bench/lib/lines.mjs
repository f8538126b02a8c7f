// Seeded generators of log lines with a broad vocabulary: what a daemon in front of a few dozen hosts sees.

/** mulberry32: small, seeded, good enough to choose words. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Of the kinds of `syslogLines`, those that are hits of shipped rules come first: failed and accepted logins. */
const HIT_KINDS = 3;

/**
 * RFC 3164 lines of sshd, cron, kernel, systemd and applications, about 110 bytes each: a quarter of them hits, or the share
 * that is given.
 */
export function syslogLines(count, seed = 1, hits = null) {
  const rnd = random(seed);
  const pick = (list) => list[Math.floor(rnd() * list.length)];
  const n = (max) => Math.floor(rnd() * max);
  const addresses = Array.from({ length: 4000 }, () => `${10 + n(180)}.${n(256)}.${n(256)}.${1 + n(254)}`);
  const ip = () => pick(addresses);
  const attacker = () => addresses[n(200)];
  const users = [
    'root',
    'admin',
    'deploy',
    'alice',
    'bob',
    'git',
    'postgres',
    'www-data',
    'ubuntu',
    'backup',
    'nagios',
    'carol',
  ];
  const now = Date.now() - 60_000;
  const kinds = [
    () =>
      `sshd[${n(32768)}]: Failed password for ${pick(users)} from ${attacker()} port ${1024 + n(60000)} ssh2`,
    () =>
      `sshd[${n(32768)}]: Failed password for invalid user ${pick(users)}${n(999)} from ${attacker()} port ${1024 + n(60000)} ssh2`,
    () =>
      `sshd[${n(32768)}]: Accepted publickey for ${pick(users)} from ${ip()} port ${1024 + n(60000)} ssh2: ED25519 SHA256:${n(1e9).toString(36)}`,
    () => `sshd[${n(32768)}]: Received disconnect from ${ip()} port ${1024 + n(60000)}:11: Bye Bye [preauth]`,
    () => `sshd[${n(32768)}]: Connection closed by ${ip()} port ${1024 + n(60000)} [preauth]`,
    () => `sshd[${n(32768)}]: pam_unix(sshd:session): session closed for user ${pick(users)}`,
    () => `CRON[${n(32768)}]: (${pick(users)}) CMD (/usr/local/bin/job-${n(50)} --quiet)`,
    () => `systemd[1]: Started Session ${n(99999)} of user ${pick(users)}.`,
    () =>
      `kernel: [${n(999999)}.${n(999999)}] eth${n(4)}: link becomes ready, speed ${pick([100, 1000, 10000])}`,
    () =>
      `postfix/smtpd[${n(32768)}]: disconnect from mail${n(99)}.example.com[${ip()}] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`,
    () =>
      `app-${n(20)}[${n(32768)}]: request ${n(1e9).toString(16)} done in ${n(900)} ms, ${n(9000)} bytes for ${pick(users)}`,
  ];
  const pickKind = () => {
    if (hits === null) return pick(kinds);
    return pick(rnd() < hits ? kinds.slice(0, HIT_KINDS) : kinds.slice(HIT_KINDS));
  };
  return Array.from(
    { length: count },
    (_, i) => `<${pick([38, 86, 78, 30, 6, 22])}>${stamp(now + i)} host-${n(40)} ${pickKind()()}`,
  );
}

/** Lines of which each one is a hit of a shipped rule: few sources, many guesses. */
export function matchingLines(count, seed = 2) {
  const rnd = random(seed);
  const n = (max) => Math.floor(rnd() * max);
  const now = Date.now() - 60_000;
  return Array.from(
    { length: count },
    (_, i) =>
      `<38>${stamp(now + i)} host-${n(40)} sshd[${n(32768)}]: Failed password for user${n(200)} from 203.0.113.${n(200)} port ${1024 + n(60000)} ssh2`,
  );
}

function stamp(ms) {
  const [, day, month, , time] = new Date(ms).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}
