import { describe, expect, test } from 'vitest';
import type { EcsField } from '../../src/model/event.js';
import { normalized } from '../helpers/normalized.js';

const at = '<86>Nov 19 10:31:00 web';

/** A line and the ECS fields it must fill. */
type Case = [line: string, wanted: Partial<Record<EcsField, unknown>>];

function check(line: string, wanted: Partial<Record<EcsField, unknown>>): void {
  const event = normalized(line);
  const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
  expect(found).toEqual(wanted);
  expect(event.logsource.closed).toBe(true);
}

describe('PAM in any program', () => {
  test.each<Case>([
    [
      `${at} login[5]: pam_unix(login:session): session opened for user bob(uid=1000) by LOGIN(uid=0)`,
      { 'user.name': 'bob', 'user.target.name': null },
    ],
    [
      `${at} sudo[9]: pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)`,
      { 'user.name': 'alice', 'user.target.name': 'root', 'event.action': 'session_opened' },
    ],
    [
      `${at} widgetd[9]: pam_unix(widget:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=a.example  user=eve rhost=203.0.113.9`,
      {
        'source.domain': 'a.example',
        'source.ip': null,
        'user.name': 'eve rhost=203.0.113.9',
        'event.outcome': 'failure',
      },
    ],
    [
      `${at} su(pam_unix)[9]: session opened for user root by alice(uid=500)`,
      { 'process.name': 'su', 'user.name': 'alice', 'user.target.name': 'root' },
    ],
    [
      `${at} sshd[9]: pam_unix(sshd:auth): check pass; user unknown`,
      { 'event.outcome': 'failure', 'event.reason': 'user unknown' },
    ],
    [
      `${at} passwd[9]: pam_unix(passwd:chauthtok): password changed for alice`,
      { 'user.target.name': 'alice', 'user.name': null, 'event.action': 'password_changed' },
    ],
    [
      `${at} sudo[9]: pam_unix(sudo:auth): authentication failure; logname=bob uid=1001 euid=0 tty=/dev/pts/1 ruser=bob rhost=  user=bob`,
      { 'user.name': 'bob', 'process.tty.name': '/dev/pts/1' },
    ],
  ])('%s', check);
});

describe('sudo and su', () => {
  test.each<Case>([
    [
      `${at} sudo:   root : unable to resolve host web : Name or service not known`,
      { 'event.outcome': null },
    ],
    [
      `${at} sshd(pam_unix)[9]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.1 `,
      { 'process.name': 'sshd', 'source.ip': '192.0.2.1', 'event.outcome': 'failure' },
    ],
    [
      `${at} sudo:   alice : 3 incorrect password attempts ; TTY=pts/2 ; PWD=/ ; USER=root ; COMMAND=/bin/sh`,
      { 'event.reason': '3 incorrect password attempts', 'event.outcome': 'failure' },
    ],
    [
      `${at} sudo:   alice : command not allowed ; TTY=pts/2 ; PWD=/ ; USER=root ; GROUP=wheel ; COMMAND=/bin/sh`,
      { 'event.reason': 'command not allowed', 'group.name': 'wheel' },
    ],
    [
      `${at} sudo:   alice : TTY=pts/2 ; PWD=/tmp/USER=x ; USER=root ; COMMAND=/bin/echo : NOT in sudoers ; USER=y`,
      {
        'user.target.name': 'root',
        'event.outcome': 'success',
        'process.command_line': '/bin/echo : NOT in sudoers ; USER=y',
      },
    ],
    [
      `${at} su[2]: (to root) alice on pts/1`,
      { 'user.name': 'alice', 'user.target.name': 'root', 'event.outcome': 'success' },
    ],
    [
      `${at} su: BAD SU bob to root on /dev/ttyp0`,
      { 'user.name': 'bob', 'user.target.name': 'root', 'event.outcome': 'failure' },
    ],
  ])('%s', check);

  test('become sessions of their own: open, then close', () => {
    const open = normalized(
      `${at} su[7]: pam_unix(su:session): session opened for user root by alice(uid=1000)`,
    );
    const close = normalized(`${at} su[7]: pam_unix(su:session): session closed for user root`);
    expect([open.session, open['user.name'], open['user.target.name'], open['process.pid']]).toEqual([
      { change: 'open', kind: 'elevated', id: null },
      'alice',
      'root',
      7,
    ]);
    expect([close.session, close['user.target.name']]).toEqual([
      { change: 'close', kind: 'elevated', id: null },
      'root',
    ]);
  });
});

describe('the other programs of Linux', () => {
  test.each<Case>([
    [
      'type=AVC msg=audit(1364481363.243:2): avc:  denied  { read } for  pid=5 comm="httpd" name="shadow"',
      { 'event.outcome': 'failure', 'process.name': 'httpd', 'event.code': 'AVC' },
    ],
    [
      `${at} kernel: [12.6] audit: type=1400 audit(1364481363.243:2): apparmor="DENIED" operation="open" comm="ntpd"`,
      { 'event.outcome': 'failure', 'process.name': 'ntpd', 'event.action': 'mandatory_access_control' },
    ],
    [
      `${at} CRON[1]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)`,
      { 'user.name': 'root', 'process.command_line': 'cd / && run-parts --report /etc/cron.hourly' },
    ],
    [
      `${at} crond[1]: (root) FAILED to authorize user with PAM (Permission denied)`,
      { 'user.name': 'root', 'event.action': 'cron_denied', 'event.outcome': 'failure' },
    ],
    [`${at} crontab[1]: (alice) BEGIN EDIT (alice)`, { 'event.action': 'crontab_begin_edit' }],
    [
      `${at} systemd-logind[1]: New session 42 of user alice.`,
      { 'user.name': 'alice', 'event.action': 'session_login' },
    ],
    [
      `${at} userdel[1]: delete 'eve' from group 'wheel'`,
      { 'user.target.name': 'eve', 'group.name': 'wheel', 'event.action': 'user_removed_from_group' },
    ],
    [
      `${at} groupdel[1]: group 'staff' removed from /etc/group`,
      { 'group.name': 'staff', 'event.action': 'group_deleted' },
    ],
    [
      `${at} usermod[1]: change user 'eve' shell from '/bin/sh' to '/bin/bash'`,
      { 'user.target.name': 'eve', 'event.action': 'user_changed' },
    ],
    [
      `${at} useradd[1]: failed adding user 'eve', data deleted`,
      { 'user.target.name': 'eve', 'event.outcome': 'failure' },
    ],
    [
      `${at} kernel: [UFW LIMIT BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=192.0.2.1 DST=198.51.100.5 LEN=60 PROTO=TCP SPT=5 DPT=22`,
      { 'event.action': 'block', 'event.outcome': 'failure', 'source.mac': '00-00-5E-00-53-02' },
    ],
    [
      `${at} kernel: Shorewall:net2fw:DROP:IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.5 LEN=60 PROTO=47`,
      { 'event.action': 'drop', 'network.transport': 'gre' },
    ],
    [
      `${at} pkexec[1]: alice: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/home/alice] [COMMAND=/bin/sh]`,
      { 'user.target.name': 'root', 'process.command_line': '/bin/sh' },
    ],
    [
      `${at} clamd[1]: /tmp/x: Win.Test.EICAR_HDB-1 FOUND`,
      { 'rule.name': 'Win.Test.EICAR_HDB-1', 'file.path': '/tmp/x' },
    ],
    [
      `${at} login[1]: FAILED LOGIN 1 FROM tty1 FOR root, Authentication failure`,
      { 'user.name': 'root', 'event.action': 'console_login', 'event.outcome': 'failure' },
    ],
    [
      `${at} systemd-logind[1]: New session '5' of user 'alice' with class 'user' and type 'tty'.`,
      { 'user.name': 'alice', 'event.action': 'session_login' },
    ],
    [
      `${at} useradd[1]: new user: name=eve, uid=1001, gid=100, home=/home/eve, shell=/bin/bash`,
      { 'user.target.name': 'eve', 'user.id': '1001', 'group.id': '100', 'event.action': 'user_added' },
    ],
    [
      `${at} useradd[1]: new account added - account=eve, uid=1001, gid=100, home=/home/eve, shell=/bin/bash, by=0`,
      { 'user.target.name': 'eve', 'user.id': '1001', 'event.action': 'user_added' },
    ],
    [`${at} groupadd[1]: new group: name=staff, gid=50`, { 'group.name': 'staff', 'group.id': '50' }],
    [
      `${at} login[1]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure`,
      {
        'user.name': 'root',
        'process.tty.name': '/dev/tty1',
        'event.action': 'console_login',
        'event.outcome': 'failure',
      },
    ],
    [
      `${at} login[1]: ROOT LOGIN ON tty1 FROM console.example`,
      { 'user.name': 'root', 'process.tty.name': 'tty1', 'source.domain': 'console.example' },
    ],
    [
      `${at} login[1]: ROOT LOGIN  on '/dev/tty1'`,
      { 'user.name': 'root', 'process.tty.name': '/dev/tty1', 'event.outcome': 'success' },
    ],
    [
      `${at} login[1]: LOGIN ON pts/0 BY alice FROM client.example`,
      { 'user.name': 'alice', 'process.tty.name': 'pts/0', 'source.domain': 'client.example' },
    ],
    [
      `${at} pkexec[1]: bob: Error executing command as another user: Not authorized [USER=root] [TTY=/dev/pts/0] [CWD=/tmp] [COMMAND=/bin/sh]`,
      {
        'user.name': 'bob',
        'user.target.name': 'root',
        'process.command_line': '/bin/sh',
        'event.outcome': 'failure',
        'event.reason': 'Not authorized',
      },
    ],
    [
      `${at} doas: alice ran command /bin/sh as root from /home/alice`,
      { 'user.name': 'alice', 'user.target.name': 'root', 'process.command_line': '/bin/sh' },
    ],
    [`${at} doas: failed auth for bob`, { 'user.name': 'bob', 'event.outcome': 'failure' }],
    [
      `${at} doas: command not permitted for bob: id -u`,
      { 'user.name': 'bob', 'process.command_line': 'id -u', 'event.outcome': 'failure' },
    ],
    [
      `${at} dropbear[1]: Pubkey auth succeeded for 'alice' with ssh-ed25519 key SHA256:x from 2001:db8::1:4040`,
      { 'user.name': 'alice', 'source.ip': '2001:db8::1', 'source.port': 4040, 'event.action': 'ssh_login' },
    ],
    [
      `${at} dropbear[1]: Exit before auth (user 'root', 3 fails): Max auth tries reached - user 'root' from 192.0.2.6:40`,
      {
        'user.name': 'root',
        'source.ip': '192.0.2.6',
        'source.port': 40,
        'event.action': 'ssh_max_attempts',
      },
    ],
    [
      `${at} dropbear[1]: Exit before auth from <192.0.2.6:40>: (user 'root', 0 fails): Exited normally`,
      { 'user.name': 'root', 'source.ip': '192.0.2.6', 'source.port': 40, 'event.outcome': null },
    ],
    [
      'type=USER_CMD msg=audit(1364481363.243:1): pid=1 uid=1000 auid=1000 ses=3 msg=\'cwd="/root" cmd=6C73202D6C terminal=pts/0 res=success\'',
      { 'process.command_line': 'ls -l', 'process.working_directory': '/root', 'event.outcome': 'success' },
    ],
    [
      'type=SYSCALL msg=audit(1364481363.243:1): arch=c000003e syscall=59 success=no exit=-13 a0=55 ppid=7 pid=8 auid=1000 uid=0 tty=pts0 comm="ls" exe="/bin/ls" key="exec"\u001dAUID="alice" UID="root"',
      {
        'user.name': 'alice',
        'process.name': 'ls',
        'process.parent.pid': 7,
        'rule.name': 'exec',
        'event.outcome': 'failure',
      },
    ],
  ])('%s', check);

  test('the end of a login session is known by its id', () => {
    expect(normalized(`${at} systemd-logind[1]: New session c12 of user alice.`).session).toEqual({
      change: 'open',
      kind: 'login',
      id: 'c12',
    });
    expect(normalized(`${at} systemd-logind[1]: Removed session c12.`).session).toEqual({
      change: 'close',
      kind: 'login',
      id: 'c12',
    });
  });

  test('an argument of a command that looks like hex is decoded only where the kernel codes it', () => {
    const event = normalized(
      'type=EXECVE msg=audit(1364481366.100:2): argc=3 a0="sh" a1="6964" a2=6964203B206C73',
    );
    expect(event['process.command_line']).toBe('sh 6964 id ; ls');
    expect(event.record.fields?.a2).toBe('id ; ls');
  });

  /** The kernel's records through journald, which has the type and leaves it in front. */
  test.each<Case>([
    [
      `${at} audit[900]: USER_AUTH pid=900 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? acct="root" exe="/usr/sbin/sshd" hostname=203.0.113.5 addr=203.0.113.5 terminal=ssh res=failed'`,
      {
        'event.action': 'user_authentication',
        'event.outcome': 'failure',
        'event.code': 'USER_AUTH',
        'user.name': 'root',
        'source.ip': '203.0.113.5',
        'process.pid': 900,
      },
    ],
    [
      `${at} audit[11]: SYSCALL arch=c000003e syscall=59 success=yes exit=0 ppid=10 pid=11 auid=1000 uid=0 tty=pts0 ses=3 comm="cat" exe="/usr/bin/cat" key="shadow"`,
      { 'event.action': 'syscall', 'event.outcome': 'success', 'rule.name': 'shadow', 'process.name': 'cat' },
    ],
    [
      `${at} audit[11]: EXECVE argc=3 a0="nc" a1="-e" a2=2F62696E2F7368`,
      { 'event.action': 'process_started', 'process.command_line': 'nc -e /bin/sh', 'process.pid': 11 },
    ],
    [
      `${at} audit[11]: AVC avc:  denied  { read } for  pid=11 comm="httpd" name="shadow"`,
      { 'event.action': 'mandatory_access_control', 'event.outcome': 'failure' },
    ],
    [`${at} audit: BPF prog-id=12 op=LOAD`, { 'event.code': 'BPF', 'event.action': null }],
  ])('%s', (line, wanted) => {
    check(line, wanted);
    expect(normalized(line).logsource).toMatchObject({ product: 'linux', services: ['auditd'] });
  });

  test('what else is tagged audit is no audit record', () => {
    expect(normalized(`${at} audit[1]: Started by alice`).logsource.closed).toBe(false);
    expect(normalized(`${at} audit[1]: User=alice logged in`).logsource.closed).toBe(false);
  });

  test('auditd fields named like members of every object are just fields', () => {
    const event = normalized(
      'type=USER_AUTH msg=audit(1364481366.100:2): __proto__=1 constructor=2 res=failed',
    );
    expect(Object.hasOwn(event.record.fields!, '__proto__')).toBe(true);
    expect(event['event.outcome']).toBe('failure');
  });
});
