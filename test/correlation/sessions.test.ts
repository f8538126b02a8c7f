import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import {
  createSessionTable,
  entityOf,
  SESSION_DEFAULTS,
  type SessionTable,
  type SessionTableOptions,
} from '../../src/correlation/sessions.js';
import type { SessionSignal, Subject } from '../../src/model/signal.js';
import { NOBODY } from './helpers.js';

const HOUR = 3600e3;
const IP = '203.0.113.47';
const OTHER_IP = '198.51.100.9';

function tableOf(limits: Partial<SessionTableOptions> = {}): {
  table: SessionTable;
  evicted: () => number;
} {
  let evicted = 0;
  const table = createSessionTable({ ...SESSION_DEFAULTS, ...limits, onEvicted: () => evicted++ });
  return { table, evicted: () => evicted };
}

function subject(changes: Partial<Subject>): Subject {
  return { ...NOBODY, host: 'web-01', ...changes };
}

function signal(
  change: 'open' | 'close',
  session: 'login' | 'elevated',
  time: number,
  who: Partial<Subject>,
): SessionSignal {
  return { kind: 'session', change, session, subject: subject(who), index: 0, time };
}

const sshd = (user: string, sourceIp: string | null, pid: number | null = null) => ({
  user,
  sourceIp,
  pid,
  program: 'sshd',
});
const sudo = (user: string | null, pid: number | null = null) => ({
  user,
  targetUser: 'root',
  pid,
  program: 'sudo',
});
const useradd = subject({ program: 'useradd', pid: 812, targetUser: 'backdoor' });

/** deploy logs in from IP and becomes root. */
function intruded(): SessionTable {
  const { table } = tableOf();
  table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 700)));
  table.apply(signal('open', 'elevated', 3000, sudo('deploy', 790)));
  return table;
}

describe('the chain of a login, sudo and useradd', () => {
  it('gives the sudo command the address of the login, by host and user', () => {
    const table = intruded();
    const command = subject({ user: 'deploy', targetUser: 'root', program: 'sudo', tty: 'pts/0' });
    expect(table.attribute(command, 2000)).toEqual({ sourceIp: IP });
  });

  it('gives useradd the address of the only open root session', () => {
    expect(intruded().attribute(useradd, 4000)).toEqual({ sourceIp: IP });
  });

  it('gives what root does the address of the session that became root', () => {
    expect(intruded().attribute(subject({ user: 'root', program: 'crontab' }), 4000)).toEqual({
      sourceIp: IP,
    });
  });

  it.each([
    ['on another host', subject({ ...useradd, host: 'web-02' })],
    ['of another user', subject({ user: 'alice', program: 'bash' })],
    ['of a program that anyone may run, without a user', subject({ program: 'nginx' })],
    ['of a root program run by a user known to be another', subject({ program: 'useradd', user: 'alice' })],
    ['with an address of its own', subject({ ...useradd, sourceIp: OTHER_IP })],
    ['without a host', subject({ ...useradd, host: null })],
  ])('gives nothing to an event %s', (_what, other) => {
    expect(intruded().attribute(other, 4000)).toBeNull();
  });

  it('gives nothing from before the login', () => {
    expect(intruded().attribute(subject({ user: 'deploy' }), 999)).toBeNull();
  });

  it('gives nothing after sudo has ended', () => {
    const table = intruded();
    table.apply(signal('close', 'elevated', 5000, { ...sudo(null, 790) }));
    expect(table.attribute(useradd, 6000)).toBeNull();
    expect(table.attribute(subject({ user: 'deploy' }), 6000)).toEqual({ sourceIp: IP });
  });

  it('gives nothing after sudo has ended without a process id', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP)));
    table.apply(signal('open', 'elevated', 3000, sudo('deploy')));
    table.apply(signal('close', 'elevated', 5000, { user: 'root', program: 'sudo' }));
    expect(table.attribute(useradd, 6000)).toBeNull();
  });

  it('gives nothing after the logout, which ends sudo too', () => {
    const table = intruded();
    table.apply(signal('close', 'login', 5000, sshd('deploy', null, 700)));
    expect(table.attribute(useradd, 6000)).toBeNull();
    expect(table.attribute(subject({ user: 'deploy' }), 6000)).toBeNull();
  });

  it('gives nothing after a disconnect told by another process, with the address', () => {
    const table = intruded();
    table.apply(signal('close', 'login', 5000, sshd('deploy', IP, 702)));
    expect(table.attribute(useradd, 6000)).toBeNull();
  });

  it('gives nothing a day later', () => {
    expect(intruded().attribute(useradd, 3000 + 24 * HOUR)).toEqual({ sourceIp: IP });
    expect(intruded().attribute(useradd, 3001 + 24 * HOUR)).toBeNull();
  });
});

describe('several sessions', () => {
  it('from different addresses leave useradd unattributed', () => {
    const table = intruded();
    table.apply(signal('open', 'login', 3500, sshd('ops', OTHER_IP, 800)));
    table.apply(signal('open', 'elevated', 3600, sudo('ops', 810)));
    expect(table.attribute(useradd, 4000)).toBeNull();
    table.apply(signal('close', 'elevated', 4100, sudo(null, 810)));
    expect(table.attribute(useradd, 4200)).toEqual({ sourceIp: IP });
  });

  it('of which one is root at the console leave useradd unattributed', () => {
    const table = intruded();
    table.apply(signal('open', 'login', 3500, { user: 'root', program: 'login', tty: 'tty1' }));
    expect(table.attribute(useradd, 4000)).toBeNull();
  });

  it('of one user from different addresses leave the user unattributed, but not the terminal', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, { ...sshd('deploy', IP, 1), tty: 'pts/0' }));
    table.apply(signal('open', 'login', 1000, { ...sshd('deploy', OTHER_IP, 2), tty: 'pts/1' }));
    expect(table.attribute(subject({ user: 'deploy' }), 2000)).toBeNull();
    expect(table.attribute(subject({ user: 'deploy', tty: 'pts/1' }), 2000)).toEqual({ sourceIp: OTHER_IP });
  });

  it('of one user from one address are as good as one', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 1)));
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 2)));
    table.apply(signal('close', 'login', 1500, sshd('deploy', null, 1)));
    expect(table.attribute(subject({ user: 'deploy' }), 2000)).toEqual({ sourceIp: IP });
  });

  it('are told apart by session id before anything else', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, { ...sshd('deploy', IP, 1), sessionId: '4' }));
    table.apply(signal('open', 'login', 1000, { ...sshd('deploy', OTHER_IP, 2), sessionId: '5' }));
    expect(table.attribute(subject({ user: 'deploy', sessionId: '5' }), 2000)).toEqual({
      sourceIp: OTHER_IP,
    });
    table.apply(signal('close', 'login', 2500, { sessionId: '5' }));
    expect(table.attribute(subject({ user: 'deploy' }), 3000)).toEqual({ sourceIp: IP });
  });

  it('are told apart by the process of the same program only', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 700)));
    expect(table.attribute(subject({ program: 'sshd', pid: 700 }), 2000)).toEqual({ sourceIp: IP });
    expect(table.attribute(subject({ program: 'nginx', pid: 700 }), 2000)).toBeNull();
  });
});

describe('one login told twice', () => {
  it('is one session when PAM repeats it', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 700)));
    table.apply(signal('open', 'login', 1000, sshd('deploy', null, 700)));
    table.apply(
      signal('open', 'login', 1200, { user: 'deploy', program: 'systemd-logind', pid: 300, sessionId: '7' }),
    );
    expect(table.attribute(subject({ user: 'deploy' }), 2000)).toEqual({ sourceIp: IP });
    table.apply(signal('close', 'login', 2500, { sessionId: '7' }));
    expect(table.attribute(subject({ user: 'deploy' }), 3000)).toBeNull();
  });

  it('is none when only logind tells of it', () => {
    const table = intruded();
    table.apply(signal('open', 'login', 3500, { user: 'root', program: 'systemd-logind', sessionId: '8' }));
    expect(table.attribute(useradd, 4000)).toEqual({ sourceIp: IP });
  });

  it('is two when the process id comes again from elsewhere, and the first is over', () => {
    const { table } = tableOf();
    table.apply(signal('open', 'login', 1000, sshd('deploy', IP, 700)));
    table.apply(signal('open', 'login', 9000, sshd('deploy', OTHER_IP, 700)));
    expect(table.attribute(subject({ user: 'deploy' }), 9500)).toEqual({ sourceIp: OTHER_IP });
  });

  it('is no login when cron runs a job', () => {
    const table = intruded();
    table.apply(signal('open', 'login', 3500, { user: 'root', program: 'CRON', pid: 950 }));
    expect(table.attribute(useradd, 4000)).toEqual({ sourceIp: IP });
  });
});

describe('the session table', () => {
  it('forgets the oldest session of a host with too many, and counts it', () => {
    const { table, evicted } = tableOf({ maxSessionsPerHost: 3 });
    for (let i = 0; i < 5; i++) table.apply(signal('open', 'login', 1000 + i, sshd(`user${i}`, IP, i)));
    expect(evicted()).toBe(2);
    expect(table.attribute(subject({ user: 'user1' }), 2000)).toBeNull();
    expect(table.attribute(subject({ user: 'user2' }), 2000)).toEqual({ sourceIp: IP });
  });

  it('forgets the host that had no session for longest, and counts its sessions', () => {
    const { table, evicted } = tableOf({ maxHosts: 2 });
    for (const host of ['a', 'b', 'a', 'c'])
      table.apply(signal('open', 'login', 1000, { ...sshd('u', IP), host }));
    expect(evicted()).toBe(1);
    expect(table.attribute(subject({ user: 'u', host: 'b' }), 2000)).toBeNull();
    expect(table.attribute(subject({ user: 'u', host: 'a' }), 2000)).toEqual({ sourceIp: IP });
  });

  it('goes on after a restart as before', () => {
    const before = intruded();
    const { table } = tableOf();
    table.restore(deserialize(serialize(before.snapshot())));
    expect(table.snapshot()).toEqual(before.snapshot());
    table.apply(signal('close', 'login', 5000, sshd('deploy', null, 700)));
    expect(table.attribute(useradd, 6000)).toBeNull();
    expect(before.attribute(useradd, 6000)).toEqual({ sourceIp: IP });
  });
});

describe('entityOf', () => {
  it.each<[Partial<Subject>, string | null, string]>([
    [{ sourceIp: OTHER_IP, user: 'u' }, IP, OTHER_IP],
    [{ user: 'u' }, IP, IP],
    [{ user: 'u' }, null, 'u@web-01'],
    [{}, null, 'web-01'],
    [{ host: null, user: 'u' }, null, 'u'],
    [{ host: null }, null, 'unknown'],
  ])('of %o, attributed to %s, is %s', (who, attributedIp, entity) => {
    expect(entityOf(subject(who), attributedIp)).toBe(entity);
  });
});
