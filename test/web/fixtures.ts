import { attackTechniques } from '../../src/model/attack.js';
import { ATTACK_VERSION, TACTICS } from '../../src/model/attack-table.js';

/** A small company's morning, as the API would tell it: what the page is tried with where no daemon is needed. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const NOBODY = { state: 'new', verdict: null, reason: '', by: '', at: null, notes: [] };

const RULES = {
  scan: ['8a1f5b52-0000-4000-8000-000000000001', 'Port Scan by One Address', 'medium', 'TA0043', 'T1595.001'],
  guess: ['8a1f5b52-0000-4000-8000-000000000002', 'SSH Password Guessing', 'high', 'TA0006', 'T1110.001'],
  login: [
    '8a1f5b52-0000-4000-8000-000000000003',
    'Login After Guessed Passwords',
    'critical',
    'TA0001',
    'T1078',
  ],
  root: ['8a1f5b52-0000-4000-8000-000000000004', 'Root Shell by sudo', 'high', 'TA0004', 'T1548.003'],
  user: [
    '8a1f5b52-0000-4000-8000-000000000005',
    'User Created by a Fresh Session',
    'high',
    'TA0003',
    'T1136.001',
  ],
  web: ['8a1f5b52-0000-4000-8000-000000000006', 'SQL Injection in a URL', 'medium', 'TA0001', 'T1190'],
  dns: ['8a1f5b52-0000-4000-8000-000000000007', 'Long Random DNS Names', 'low', 'TA0011', 'T1071.004'],
  disk: ['8a1f5b52-0000-4000-8000-000000000008', 'USB Storage Attached', 'informational', 'TA0009', 'T1025'],
} as const;
type RuleKey = keyof typeof RULES;

const TACTIC_NAMES = new Map(TACTICS.map(([id, name]) => [id, name]));
const TECHNIQUE_NAMES = new Map(attackTechniques().map(({ id, name }) => [id, name]));

export function at(now: number, ago: number): string {
  return new Date(now - ago).toISOString();
}

function threatOf(key: RuleKey) {
  const [, , , tactic, technique] = RULES[key];
  return {
    tactic: [{ id: tactic, name: TACTIC_NAMES.get(tactic)! }],
    technique: [{ id: technique, name: TECHNIQUE_NAMES.get(technique) ?? technique }],
  };
}

function uuid(kind: number, number: number): string {
  return `${kind.toString(16).padStart(8, '0')}-1111-5111-8111-${number.toString(16).padStart(12, '0')}`;
}

interface AlertFacts {
  readonly key: RuleKey;
  readonly ago: number;
  readonly count: number;
  readonly reason: string;
  readonly original: string;
  readonly value: string;
  readonly ip?: string;
  readonly host: string;
  readonly user?: string;
}

const STORY: readonly AlertFacts[] = [
  {
    key: 'scan',
    ago: 26 * MINUTE,
    count: 1,
    reason: '22 different destination.port within 1m for source.ip 203.0.113.47',
    original:
      '<4>Nov 28 22:08:02 gw kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.47 DST=198.51.100.10 LEN=44 PROTO=TCP SPT=41013 DPT=445',
    value: '203.0.113.47',
    ip: '203.0.113.47',
    host: 'gw',
  },
  {
    key: 'guess',
    ago: 24 * MINUTE,
    count: 12,
    reason: '12 times within 5m for source.ip 203.0.113.47',
    original:
      '<38>Nov 28 22:10:14 web-01 sshd[2207]: Failed password for invalid user oracle from 203.0.113.47 port 52006 ssh2',
    value: 'Failed password',
    ip: '203.0.113.47',
    host: 'web-01',
  },
  {
    key: 'login',
    ago: 22 * MINUTE,
    count: 1,
    reason: 'SSH Password Guessing, then a login of deploy from 203.0.113.47 within 10m',
    original:
      '<38>Nov 28 22:12:00 web-01 sshd[2231]: Accepted password for deploy from 203.0.113.47 port 52044 ssh2',
    value: 'Accepted password',
    ip: '203.0.113.47',
    host: 'web-01',
    user: 'deploy',
  },
  {
    key: 'root',
    ago: 21 * MINUTE,
    count: 1,
    reason: 'deploy became root on web-01',
    original:
      '<85>Nov 28 22:12:50 web-01 sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/bash',
    value: '/bin/bash',
    ip: '203.0.113.47',
    host: 'web-01',
    user: 'deploy',
  },
  {
    key: 'user',
    ago: 20 * MINUTE,
    count: 1,
    reason: 'support was created on web-01',
    original:
      '<86>Nov 28 22:13:20 web-01 useradd[2290]: new user: name=support, UID=1007, GID=1007, home=/home/support, shell=/bin/bash',
    value: 'new user',
    ip: '203.0.113.47',
    host: 'web-01',
    user: 'support',
  },
  {
    key: 'web',
    ago: 3 * HOUR,
    count: 214,
    reason: 'GET /shop?id=1%27%20UNION%20SELECT',
    original:
      '198.51.100.77 - - [28/Nov/2026:19:32:10 +0000] "GET /shop?id=1%27%20UNION%20SELECT%20password HTTP/1.1" 200 512 "-" "sqlmap/1.8"',
    value: 'UNION',
    ip: '198.51.100.77',
    host: 'web-02',
  },
  {
    key: 'dns',
    ago: 5 * HOUR,
    count: 37,
    reason: '37 names longer than 50 characters within 10m for host.name ws-031',
    original:
      '<30>Nov 28 17:40:11 ns1 dnsmasq[311]: query[TXT] a9f3k20xk3mf93kfm20skf93mfks0293kfm.evil.example from 10.0.3.31',
    value: 'evil.example',
    ip: '10.0.3.31',
    host: 'ns1',
  },
  {
    key: 'disk',
    ago: 8 * HOUR,
    count: 2,
    reason: 'usb-storage on ws-012',
    original: '<6>Nov 28 14:20:44 ws-012 kernel: usb-storage 1-4:1.0: USB Mass Storage device detected',
    value: 'usb-storage',
    host: 'ws-012',
  },
];

export function alertsOf(now: number) {
  return STORY.map(({ key, ago, count, reason, original, value, ip, host, user }, i) => {
    const [id, name, level] = RULES[key];
    return {
      '@timestamp': at(now, ago),
      'event.kind': 'alert',
      alert: {
        id: uuid(0xa1e27, i),
        revision: 1,
        status: ago > HOUR ? 'ended' : 'opened',
        count,
        first_seen: at(now, ago),
        last_seen: at(now, ago - 40 * SECOND),
      },
      severity: level,
      rule: {
        id,
        name,
        level,
        version: '0f1e2d3c4b5a6978',
        file: `rules/sigma/linux/${key}.yml`,
        description: 'What the rule looks for, in a sentence or two.',
        falsepositives: ['Somebody who forgot a password'],
      },
      threat: threatOf(key),
      entity: ip ?? host,
      ...(ip === undefined ? {} : { source: { ip } }),
      host: { name: host },
      ...(user === undefined ? {} : { user: { name: user } }),
      ...(key === 'guess'
        ? {
            related: { hosts: ['web-01', 'web-02', 'db-01', 'mail\u202etxt'] },
            group: { 'source.ip': '203.0.113.47' },
          }
        : {}),
      reason,
      evidence: [
        {
          'event.id': `${900 - i}-4`,
          original,
          matches: [
            { selection: 'selection', field: 'message', pattern: '*', value },
            { selection: 'selection', field: 'host.name', pattern: host, value: host },
          ],
        },
      ],
      workflow: NOBODY,
    };
  });
}

export type FakeAlert = ReturnType<typeof alertsOf>[number];

export function incidentsOf(now: number) {
  const alerts = alertsOf(now);
  return [
    incident(
      0,
      '203.0.113.47 scanned ports, guessed passwords on web-01, logged in as deploy, became root, created user support',
      97,
      'critical',
      alerts.slice(0, 5),
    ),
    incident(
      1,
      '198.51.100.77 tried SQL injection and tunnelled through DNS',
      46,
      'medium',
      alerts.slice(5, 7),
    ),
    incident(2, 'ws-012 had a USB disk attached and was unusual', 21, 'low', alerts.slice(7, 8)),
  ];
}

export type FakeIncident = ReturnType<typeof incident>;

function incident(
  number: number,
  title: string,
  risk: number,
  severity: string,
  alerts: readonly FakeAlert[],
) {
  const [first, last] = [alerts[0]!, alerts.at(-1)!];
  const tactics = [
    ...new Map(alerts.flatMap(({ threat }) => threat.tactic.map((tactic) => [tactic.id, tactic]))),
  ];
  return {
    '@timestamp': last['@timestamp'],
    'event.kind': 'incident',
    incident: {
      id: uuid(0x1c1d, number),
      revision: 1,
      status: number === 2 ? 'ended' : 'opened',
      title,
      risk,
      first_seen: first.alert.first_seen,
      last_seen: last.alert.last_seen,
      alerts: alerts.length,
    },
    severity,
    entity: first.entity,
    ...('source' in first ? { source: first.source } : {}),
    host: {
      name: [...new Set(alerts.flatMap(({ host, related }) => [host.name, ...(related?.hosts ?? [])]))],
    },
    user: { name: [...new Set(alerts.flatMap(({ user }) => (user === undefined ? [] : [user.name])))] },
    threat: {
      tactic: tactics.map(([, tactic]) => tactic),
      technique: alerts.flatMap(({ threat }) => threat.technique),
    },
    stages: tactics.map(([id, tactic]) => {
      const of = alerts.filter(({ threat }) => threat.tactic.some((item) => item.id === id));
      return {
        tactic,
        first_seen: of[0]!.alert.first_seen,
        last_seen: of.at(-1)!.alert.last_seen,
        rules: of.map(({ rule }) => rule.name),
      };
    }),
    timeline: alerts.map(({ alert, rule, severity: level, threat, host, reason, evidence, ...rest }) => ({
      '@timestamp': rest['@timestamp'],
      first_seen: alert.first_seen,
      last_seen: alert.last_seen,
      alert: { id: alert.id, count: alert.count },
      rule: { id: rule.id, name: rule.name },
      severity: level,
      threat,
      host,
      reason,
      evidence: { 'event.id': evidence[0]!['event.id'], original: evidence[0]!.original },
    })),
    workflow:
      number === 1 ? { ...NOBODY, state: 'acknowledged', by: 'anna', at: at(Date.now(), HOUR) } : NOBODY,
  };
}

export function silenceOf(now: number) {
  return {
    id: 'sil-1',
    matcher: { rule: RULES.scan[0], source_ip: '192.0.2.0/24' },
    reason: 'our own scanner, every Saturday',
    by: 'anna',
    created: at(now, HOUR),
    expires: at(now, -2 * HOUR),
    active: true,
    hits: 17,
  };
}

const LINES: readonly ((
  i: number,
) => readonly [program: string, host: string, text: string, extra: object])[] = [
  (i) => [
    'sshd',
    'web-01',
    `Failed password for invalid user oracle from 203.0.113.47 port ${52000 + i} ssh2`,
    {
      source: { ip: '203.0.113.47', port: 52000 + i },
      user: { name: 'oracle' },
      ecs: ['ssh_login', 'failure'],
    },
  ],
  (i) => [
    'nginx',
    'web-02',
    `192.0.2.${30 + (i % 9)} - - "GET /products/${i % 40} HTTP/1.1" 200 ${500 + i * 13} "-" "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"`,
    { source: { ip: `192.0.2.${30 + (i % 9)}` }, ecs: ['http_request', 'success'] },
  ],
  (i) => [
    'CRON',
    'web-01',
    `(root) CMD (/usr/lib/php/sessionclean)`,
    { user: { name: 'root' }, process: { pid: 3000 + i }, ecs: ['cron_command', 'success'] },
  ],
  (i) => [
    'kernel',
    'gw',
    `[UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.${i % 200} DST=198.51.100.10 LEN=44 PROTO=TCP SPT=41013 DPT=${[22, 23, 445, 3389][i % 4]}`,
    { source: { ip: `198.51.100.${i % 200}` }, ecs: ['connection_blocked', 'failure'] },
  ],
  (i) => [
    'sudo',
    'db-01',
    `   alice : TTY=pts/1 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/systemctl reload postgresql # ${i}`,
    { user: { name: 'alice' }, ecs: ['sudo', 'success'] },
  ],
  (i) => ['app', 'web-03', `request ${i} took 12 ms\u202e cod.exe \u0007 and went on`, { ecs: [null, null] }],
];

/** Place of an event by its id: what `eventOf` takes. */
export function placeOf(id: string): number {
  const [seq, index] = id.split('-').map(Number) as [number, number];
  return (1000 - seq) * 16 + 15 - index;
}

export function eventOf(now: number, i: number) {
  const [program, host, text, { ecs, ...extra }] = LINES.at((i * 7 + (i >> 3)) % LINES.length)!(i) as [
    string,
    string,
    string,
    Record<string, unknown> & { ecs: [string, string] },
  ];
  const stamp = at(now, i * 700);
  return {
    '@timestamp': stamp,
    event: {
      kind: 'event',
      id: `${1000 - (i >> 4)}-${15 - (i & 15)}`,
      created: stamp,
      original: `<38>${stamp} ${host} ${program}: ${text}`,
      action: ecs[0],
      outcome: ecs[1],
    },
    host: { name: host },
    process: { name: program },
    message: text,
    ...extra,
    log: { syslog: { appname: program, hostname: host, severity: { code: 6 } } },
    parse: { format: 'rfc3164', envelope: 'rfc3164', fields: { auth_method: 'password' }, errors: [] },
  };
}

const SENDERS = [
  'web-01',
  'web-02',
  'web-03',
  'db-01',
  'ns1',
  'mail',
  'gw',
  'ws-012',
  'ws-031',
  'switch-1',
  'switch-2',
];

export function sourcesOf(now: number) {
  const sender = (host: string, i: number) => ({
    address: `10.0.${i % 3}.${10 + i}`,
    host,
    records: 120_000 >> (i % 7),
    unrecognized: host === 'switch-2' ? 700 : 3,
    formats: host === 'switch-2' ? { plain: 900 } : { rfc3164: 90_000, json: 4000 },
    rate: 40 / (1 + i),
    first_seen: at(now, 9 * HOUR),
    last_seen: at(now, host === 'ws-031' ? 2 * HOUR : i * 300),
    clock_skew_ms: host === 'switch-1' ? 3_605_000 : 12 * i,
    quiet: host === 'ws-031',
    health: host === 'ws-031' ? 'quiet' : host === 'switch-2' ? 'unparsed' : 'fine',
    ...(host === 'switch-2'
      ? { sample: '%%10LLDP/4/LLDP_NBR_CHANGE(l): Port 3 has a new neighbour', records: 900 }
      : {}),
  });
  const base = {
    type: 'syslog-udp',
    transport: 'udp',
    up: true,
    health: 'fine',
    lost: 0,
    spoofable: true,
    last_seen: at(now, 400),
    gauges: {},
    rules: 8,
  };
  return [
    {
      ...base,
      name: 'syslog-udp',
      reads: '0.0.0.0:5140/udp',
      records: 812_345,
      bytes: 91_234_567,
      rate: 61.2,
      unrecognized: 712,
      parsed: 0.991,
      counts: {},
      senders: SENDERS.slice(6).map(sender),
      senders_total: 5,
    },
    {
      ...base,
      name: 'syslog-tcp',
      type: 'syslog-tcp',
      transport: 'tcp',
      spoofable: false,
      reads: '0.0.0.0:5140/tcp',
      records: 401_220,
      bytes: 51_004_333,
      rate: 38.4,
      unrecognized: 11,
      parsed: 1,
      counts: {},
      senders: SENDERS.slice(0, 6).map(sender),
      senders_total: 6,
    },
    {
      ...base,
      name: 'journal',
      type: 'journald',
      transport: 'journal',
      spoofable: false,
      reads: '/run/log/journal',
      health: 'quiet',
      records: 0,
      bytes: 0,
      rate: 0,
      unrecognized: 0,
      parsed: 1,
      last_seen: null,
      rules: null,
      counts: {},
      senders: [],
      senders_total: 0,
    },
  ];
}

export function nowOf(now: number, over: object = {}) {
  return {
    at: new Date(now).toISOString(),
    version: '0.1.0',
    uptime_seconds: 33_000,
    events_since_midnight: 1_213_565,
    rate: 99.6,
    sources: { total: 12, up: 12, quiet: 2, dropping: 0, unparsed: 1 },
    incidents_open: 2,
    incidents_unclosed: 2,
    alerts_24h: 61,
    losses: [],
    demo: { running: false, present: false },
    empty: false,
    ...over,
  };
}

export const LOSSES = [
  {
    code: 'source.kernel_drops',
    count: 1204,
    what: 'datagrams were dropped by the kernel',
    fix: 'Let senders use TCP, or raise net.core.rmem_max and the buffer of the source.',
  },
];

export function rulesOf(now: number) {
  const own = Object.entries(RULES).map(([key, [id, title, level, tactic, technique]], i) => ({
    id,
    title,
    level,
    kind: key === 'guess' || key === 'login' ? 'correlation' : 'detection',
    file: `rules/sigma/linux/${key}.yml`,
    line: 1,
    status: 'stable',
    tags: [`attack.${technique.toLowerCase()}`],
    techniques: [technique],
    tactics: [tactic],
    logsource: { product: 'linux', category: null, service: key === 'web' ? 'nginx' : 'sshd' },
    enabled: true,
    candidates: 9000 * (i + 1),
    matches: 40 * i,
    firings: i,
    milliseconds: key === 'dns' ? 4210 : 12 * i,
    alerts: key === 'web' ? 46 : 8 - i,
    last_alert: at(now, (i + 1) * HOUR),
    state: 'fires',
    lacks: null,
    sources: ['syslog-tcp', 'syslog-udp'],
  }));
  const others = attackTechniques()
    .filter((_, i) => i % 9 === 0)
    .map(({ id, name, tactics }, i) => ({
      id: `8a1f5b52-0000-4000-9000-${String(i).padStart(12, '0')}`,
      title: `Signs of ${name}`,
      level: (['low', 'medium', 'high'] as const)[i % 3]!,
      kind: 'detection',
      file: `rules/sigma/other/r${i}.yml`,
      line: 1,
      status: null,
      tags: [`attack.${id.toLowerCase()}`],
      techniques: [id],
      tactics: tactics.map((tactic) => tactic.id),
      logsource:
        i % 2 === 0
          ? { product: 'linux', category: null, service: 'auditd' }
          : { product: 'windows', category: 'process_creation', service: null },
      enabled: i % 20 !== 3,
      candidates: i % 2 === 0 ? 300 : 0,
      matches: 0,
      firings: 0,
      milliseconds: 1,
      alerts: 0,
      last_alert: null,
      state: i % 20 === 3 ? 'disabled' : i % 2 === 0 ? 'quiet' : 'no_data',
      lacks:
        i % 20 === 3 || i % 2 === 0
          ? null
          : i % 6 === 1
            ? { what: 'fields', fields: ['CommandLine', 'ParentImage'], recognised: true, rule: null }
            : { what: 'logsource', fields: ['CommandLine'], recognised: true, rule: null },
      sources: i % 20 === 3 ? [] : i % 2 === 0 || i % 6 === 1 ? ['journal'] : [],
    }));
  return [...own, ...others];
}

export function attackOf(now: number) {
  const rules = rulesOf(now);
  return {
    version: ATTACK_VERSION,
    tactics: TACTICS.map(([id, name]) => ({ id, name, short: name })),
    techniques: attackTechniques()
      .filter(({ id }) => !id.includes('.'))
      .map(({ id, name, tactics }) => {
        const of = rules.filter(({ techniques }) => techniques.some((technique) => technique.startsWith(id)));
        const isCovered = of.some(({ state }) => state === 'fires' || state === 'quiet');
        return {
          id,
          name,
          tactics: tactics.map((tactic) => tactic.id),
          rules: of.map((rule) => ({ id: rule.id, title: rule.title, state: rule.state })),
          state: isCovered ? 'covered' : of.length > 0 ? 'no_data' : 'none',
        };
      }),
  };
}

export const REFUSED = [
  {
    file: '/etc/vedette/rules/old.yml',
    line: 14,
    code: 'rule.field',
    message: 'Expected a list of strings under "tags"; write "- attack.t1110".',
    further: false,
  },
];

export function anomalyOf(now: number) {
  const minute = Math.floor(now / MINUTE);
  return {
    enabled: true,
    model: 'f0a1b2c3d4e5f607',
    threshold: 0.612,
    trainedOn: 16_384,
    scored: 48_120,
    anomalies: 4,
    open: 22,
    profiles: 310,
    sample: 14_020,
    ranked: [
      {
        entity: '10.0.3.31',
        minute: minute - 301,
        score: 0.741,
        reason: 'longest_object 83 (usually 22), objects 40 (usually 6)',
      },
      {
        entity: 'web-02',
        minute: minute - 180,
        score: 0.688,
        reason: 'http_errors 214 (usually 3), new_peers 1',
      },
      {
        entity: '203.0.113.47',
        minute: minute - 24,
        score: 0.671,
        reason: 'failures 12 (usually 1), users 5 (usually 1)',
      },
      { entity: 'db-01', minute: minute - 60, score: 0.512, reason: 'new_hour, elevations 2 (usually 1)' },
    ],
  };
}
