// What Linux hosts log: sshd by itself, and the mix of a healthy day.
import { combinedLine, webRequests } from './network.mjs';

/** Messages of sshd: logins, the noise of the Internet, and now and then what SigmaHQ has a rule for. */
export function sshdMessages(words, suspicious) {
  const kinds = [...SSHD_LOGINS, ...SSHD_NOISE];
  return () => (words.chance(suspicious) ? words.pick(SSHD_ATTACKS) : words.pick(kinds))(words);
}

const SSHD_LOGINS = [
  (w) =>
    `Accepted publickey for ${w.user()} from ${w.client()} port ${w.port()} ssh2: ED25519 SHA256:${w.base64(32).slice(0, 43)}`,
  (w) =>
    `Accepted publickey for ${w.user()} from ${w.client()} port ${w.port()} ssh2: RSA SHA256:${w.base64(32).slice(0, 43)}`,
  (w) => `Accepted password for ${w.user()} from ${w.client()} port ${w.port()} ssh2`,
  (w) => `pam_unix(sshd:session): session opened for user ${w.user()}(uid=${1000 + w.n(900)}) by (uid=0)`,
  (w) => `pam_unix(sshd:session): session closed for user ${w.user()}`,
  (w) => `Received disconnect from ${w.client()} port ${w.port()}:11: disconnected by user`,
  (w) => `Disconnected from user ${w.user()} ${w.client()} port ${w.port()}`,
  (w) => `Starting session: shell on pts/${w.n(40)} for ${w.user()} from ${w.client()} port ${w.port()} id 0`,
  (w) => `Close session: user ${w.user()} from ${w.client()} port ${w.port()} id 0`,
  (w) => `Connection from ${w.client()} port ${w.port()} on ${w.client()} port 22 rdomain ""`,
  (w) => `Postponed publickey for ${w.user()} from ${w.client()} port ${w.port()} ssh2 [preauth]`,
  () => 'Server listening on 0.0.0.0 port 22.',
];
const SSHD_NOISE = [
  (w) => `Failed password for root from ${w.stranger()} port ${w.port()} ssh2`,
  (w) => `Failed password for invalid user ${w.word()} from ${w.stranger()} port ${w.port()} ssh2`,
  (w) => `Invalid user ${w.word()}${w.n(99)} from ${w.stranger()} port ${w.port()}`,
  (w) => `Connection closed by authenticating user ${w.word()} ${w.stranger()} port ${w.port()} [preauth]`,
  (w) => `Connection closed by invalid user ${w.word()} ${w.stranger()} port ${w.port()} [preauth]`,
  (w) => `Connection reset by ${w.stranger()} port ${w.port()} [preauth]`,
  (w) => `Received disconnect from ${w.stranger()} port ${w.port()}:11: Bye Bye [preauth]`,
  (w) =>
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${w.stranger()}  user=root`,
  (w) =>
    `error: maximum authentication attempts exceeded for root from ${w.stranger()} port ${w.port()} ssh2 [preauth]`,
  (w) =>
    `Unable to negotiate with ${w.stranger()} port ${w.port()}: no matching host key type found. Their offer: ssh-rsa,ssh-dss [preauth]`,
  (w) => `banner exchange: Connection from ${w.stranger()} port ${w.port()}: could not read protocol version`,
];
const SSHD_ATTACKS = [
  () => 'fatal: buffer_get_string: bad string length: incorrect signature',
  () => 'error: unexpected internal error',
  () => 'error: Local: crc32 compensation attack: network attack detected',
  () => 'fatal: unexpected bytes remain after decoding: error in libcrypto',
];

/** Records of healthy Linux hosts with their syslog header, about 120 bytes each. */
export function benignSyslog(words) {
  const request = webRequests(words, 0);
  let at = 0;
  const kinds = [
    ...Array(5).fill(() => [86, `sshd[${words.pid()}]`, words.pick(SSHD_LOGINS)(words)]),
    ...Array(3).fill(() => [190, 'nginx', combinedLine(request(), at)]),
    ...DAEMONS.map((make) => () => make(words)),
  ];
  return (now) => {
    at = now;
    const [priority, tag, message] = words.pick(kinds)();
    const [, day, month, , time] = new Date(at).toUTCString().split(' ');
    return `<${priority}>${month} ${String(Number(day)).padStart(2)} ${time} ${words.host()} ${tag}: ${message}`;
  };
}

const DAEMONS = [
  // Everyday lines that look like what some rules look for.
  (w) => [6, 'kernel', `[${w.n(999_999)}.${w.n(999_999)}] veth${w.hex(7)}: entered promiscuous mode`],
  (w) => [
    78,
    `CRON[${w.pid()}]`,
    `(backup) CMD (rsync -a --delete /srv/${w.slug()} backup@${w.host()}:/backup)`,
  ],
  (w) => [
    86,
    'sudo',
    `  ${w.user()} : TTY=pts/${w.n(20)} ; PWD=/root ; USER=root ; COMMAND=/usr/bin/apt-get install ${w.slug()}`,
  ],
  (w) => [
    86,
    `useradd[${w.pid()}]`,
    `new user: name=${w.word()}, UID=${1000 + w.n(900)}, GID=${1000 + w.n(900)}, home=/home/${w.word()}, shell=/bin/bash, from=/dev/pts/1`,
  ],
  (w) => [
    30,
    `freshclam[${w.pid()}]`,
    `daily.cld database is up-to-date (version: ${w.n(30_000)}, sigs: ${w.n(3e6)}, f-level: 90, builder: ${w.word()})`,
  ],
  () => [30, 'systemd[1]', 'Starting systemd-poweroff.service - System Power Off...'],
  (w) => [
    13,
    `audit[${w.pid()}]`,
    `USER_ACCT pid=${w.pid()} uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:accounting grantors=pam_unix acct="${w.word()}" exe="/usr/sbin/cron" hostname=? addr=? terminal=cron res=success'`,
  ],
  (w) => [
    78,
    `CRON[${w.pid()}]`,
    `(${w.pick(['root', 'www-data', 'postgres', w.user()])}) CMD (/usr/local/bin/${w.slug()} --quiet)`,
  ],
  (w) => [
    78,
    `CRON[${w.pid()}]`,
    `(root) CMD (test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily ))`,
  ],
  (w) => [86, `CRON[${w.pid()}]`, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)'],
  (w) => [86, `CRON[${w.pid()}]`, 'pam_unix(cron:session): session closed for user root'],
  (w) => [30, 'systemd[1]', `Started session-${w.n(9999)}.scope - Session ${w.n(9999)} of User ${w.user()}.`],
  (w) => [30, 'systemd[1]', `Starting ${w.slug()}.service - ${w.name()}...`],
  (w) => [30, 'systemd[1]', `${w.slug()}.service: Deactivated successfully.`],
  (w) => [30, 'systemd[1]', `${w.slug()}.service: Consumed ${w.n(90)}.${w.n(999)}s CPU time.`],
  (w) => [30, 'systemd[1]', `Stopped ${w.slug()}.service - ${w.name()}.`],
  () => [30, 'systemd[1]', 'logrotate.service: Deactivated successfully.'],
  () => [30, 'systemd[1]', 'Reloading.'],
  (w) => [38, `systemd-logind[${w.pid()}]`, `New session ${w.n(9999)} of user ${w.user()}.`],
  (w) => [
    38,
    `systemd-logind[${w.pid()}]`,
    `Session ${w.n(9999)} logged out. Waiting for processes to exit.`,
  ],
  (w) => [
    30,
    `systemd-resolved[${w.pid()}]`,
    `Using degraded feature set UDP instead of UDP+EDNS0 for DNS server ${w.client()}.`,
  ],
  (w) => [
    30,
    `systemd-networkd[${w.pid()}]`,
    `eth${w.n(4)}: DHCPv4 address ${w.client()}/24, gateway ${w.client()} acquired from ${w.client()}`,
  ],
  (w) => [
    6,
    'kernel',
    `[${w.n(999_999)}.${w.n(999_999)}] eth${w.n(4)}: Link is Up - ${w.pick([1, 10])}Gbps/Full - flow control rx/tx`,
  ],
  (w) => [
    6,
    'kernel',
    `[${w.n(999_999)}.${w.n(999_999)}] EXT4-fs (sd${w.pick(['a', 'b'])}${w.n(9)}): mounted filesystem ${w.guid().slice(1, -1)} r/w with ordered data mode. Quota mode: none.`,
  ],
  (w) => [
    6,
    'kernel',
    `[${w.n(999_999)}.${w.n(999_999)}] docker0: port ${w.n(30)}(veth${w.hex(7)}) entered forwarding state`,
  ],
  (w) => [
    4,
    'kernel',
    `[${w.n(999_999)}.${w.n(999_999)}] [UFW BLOCK] IN=eth0 OUT= MAC= SRC=${w.stranger()} DST=${w.client()} LEN=44 TOS=0x00 PREC=0x00 TTL=240 ID=${w.n(65_535)} PROTO=TCP SPT=${w.port()} DPT=${w.n(9000)} WINDOW=1024 RES=0x00 SYN URGP=0`,
  ],
  (w) => [
    4,
    'kernel',
    `[${w.n(999_999)}.${w.n(999_999)}] TCP: request_sock_TCP: Possible SYN flooding on port ${w.port()}. Sending cookies.`,
  ],
  (w) => [22, `postfix/smtpd[${w.pid()}]`, `connect from mail${w.n(99)}.example.net[${w.stranger()}]`],
  (w) => [
    22,
    `postfix/smtpd[${w.pid()}]`,
    `disconnect from mail${w.n(99)}.example.net[${w.stranger()}] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
  ],
  (w) => [
    22,
    `postfix/qmgr[${w.pid()}]`,
    `${w.hex(10).toUpperCase()}: from=<${w.user()}@example.org>, size=${w.n(90_000)}, nrcpt=${1 + w.n(4)} (queue active)`,
  ],
  (w) => [
    22,
    `postfix/smtp[${w.pid()}]`,
    `${w.hex(10).toUpperCase()}: to=<${w.user()}@example.net>, relay=mx.example.net[${w.stranger()}]:25, delay=0.${w.n(99)}, dsn=2.0.0, status=sent (250 2.0.0 OK ${w.n(1e9)})`,
  ],
  (w) => [
    22,
    `postfix/cleanup[${w.pid()}]`,
    `${w.hex(10).toUpperCase()}: message-id=<${w.hex(16)}@${w.host()}.example.org>`,
  ],
  (w) => [
    22,
    'dovecot',
    `imap-login: Login: user=<${w.user()}>, method=PLAIN, rip=${w.client()}, lip=${w.client()}, mpid=${w.pid()}, TLS, session=<${w.base64(12)}>`,
  ],
  (w) => [
    22,
    'dovecot',
    `imap(${w.user()})<${w.pid()}><${w.base64(12)}>: Disconnected: Logged out in=${w.n(900)} out=${w.n(9000)} deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0`,
  ],
  (w) => [
    86,
    'sudo',
    `  ${w.user()} : TTY=pts/${w.n(20)} ; PWD=/home/${w.user()} ; USER=root ; COMMAND=/usr/bin/systemctl status ${w.slug()}.service`,
  ],
  (w) => [
    86,
    'sudo',
    `pam_unix(sudo:session): session opened for user root(uid=0) by ${w.user()}(uid=${1000 + w.n(900)})`,
  ],
  (w) => [30, `dhclient[${w.pid()}]`, `DHCPACK of ${w.client()} from ${w.client()} (xid=0x${w.hex(8)})`],
  (w) => [30, `chronyd[${w.pid()}]`, `Selected source ${w.stranger()} (${w.n(4)}.pool.ntp.org)`],
  (w) => [
    30,
    `NetworkManager[${w.pid()}]`,
    `<info>  [${1_700_000_000 + w.n(9e7)}.${w.n(9999)}] dhcp4 (eth0): state changed new lease, address=${w.client()}`,
  ],
  (w) => [
    30,
    `dockerd[${w.pid()}]`,
    `time="2026-11-20T10:${10 + w.n(50)}:${10 + w.n(50)}.${w.n(1e9)}Z" level=info msg="ignoring event" container=${w.hex(64)} module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"`,
  ],
  (w) => [
    30,
    `kubelet[${w.pid()}]`,
    `I1120 10:11:12.${100_000 + w.n(899_999)}    ${w.pid()} kubelet.go:2447] "SyncLoop (PLEG): event for pod" pod="${w.word()}/${w.slug()}-${w.hex(5)}"`,
  ],
  (w) => [
    30,
    `snapd[${w.pid()}]`,
    `storehelpers.go:${w.n(999)}: cannot refresh: snap has no updates available: "core22", "${w.word()}"`,
  ],
  (w) => [
    46,
    'rsyslogd',
    `[origin software="rsyslogd" swVersion="8.2312.0" x-pid="${w.pid()}" x-info="https://www.rsyslog.com"] rsyslogd was HUPed`,
  ],
  (w) => [
    30,
    `named[${w.pid()}]`,
    `client @0x${w.hex(12)} ${w.client()}#${w.port()} (${w.word()}.example.com): query: ${w.word()}.example.com IN A +E(0)K (${w.client()})`,
  ],
  (w) => [
    134,
    `postgres[${w.pid()}]`,
    `[${w.n(99)}-1] LOG:  checkpoint complete: wrote ${w.n(9000)} buffers (${w.n(50)}.${w.n(9)}%); 0 WAL file(s) added, 0 removed, ${w.n(9)} recycled`,
  ],
  (w) => [
    134,
    `postgres[${w.pid()}]`,
    `[${w.n(99)}-1] LOG:  connection authorized: user=${w.word()} database=${w.word()} SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)`,
  ],
  (w) => [
    30,
    `mysqld[${w.pid()}]`,
    `2026-11-20T10:11:12.${100_000 + w.n(899_999)}Z ${w.n(999)} [Note] [MY-010914] [Server] Aborted connection ${w.n(9999)} to db: '${w.word()}' user: '${w.word()}' host: '${w.client()}' (Got timeout reading communication packets).`,
  ],
  (w) => [
    30,
    `haproxy[${w.pid()}]`,
    `${w.stranger()}:${w.port()} [20/Nov/2026:10:11:12.${100 + w.n(899)}] ${w.word()}~ ${w.word()}/${w.slug()} 0/0/${w.n(9)}/${w.n(99)}/${w.n(199)} 200 ${w.n(90_000)} - - ---- ${w.n(99)}/${w.n(99)}/0/0/0 0/0 "GET /${w.slug()} HTTP/1.1"`,
  ],
  (w) => [
    13,
    `${w.word()}-api[${w.pid()}]`,
    `request ${w.hex(16)} done in ${w.n(900)} ms, ${w.n(9000)} bytes for ${w.user()}`,
  ],
  (w) => [
    13,
    `${w.word()}-api[${w.pid()}]`,
    `WARN  retry ${w.n(5)} of upstream ${w.slug()}:${w.port()}: connection refused, next in ${w.n(900)} ms`,
  ],
  (w) => [
    13,
    `${w.word()}-worker[${w.pid()}]`,
    `job ${w.guid().slice(1, -1)} "${w.name()}" finished: ${w.n(9999)} rows, 0 errors`,
  ],
  (w) => [
    13,
    `java[${w.pid()}]`,
    `2026-11-20 10:11:12,${100 + w.n(899)} INFO  [${w.word()}-pool-${w.n(30)}] com.example.${w.word()}.${w.word()[0].toUpperCase()}${w.word()}Service - loaded ${w.n(999)} ${w.word()}s from /srv/${w.word()}/${w.slug()}.yaml`,
  ],
  (w) => [
    13,
    `node[${w.pid()}]`,
    `{"level":30,"time":${1_790_000_000_000 + w.n(9e9)},"pid":${w.pid()},"hostname":"${w.host()}","reqId":"req-${w.hex(4)}","res":{"statusCode":200},"responseTime":${w.n(900)}.${w.n(99)},"msg":"request completed"}`,
  ],
  (w) => [13, w.user(), `deployed ${w.slug()} ${w.n(20)}.${w.n(20)}.${w.n(99)} to ${w.host()}`],
];
