import { describe, expect, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

const at = '<86>Nov 19 10:31:00 web';

describe('sshd', () => {
  test.each<LineCase>([
    [
      `${at} sshd[9]: error: PAM: authentication error for bob from client.example.com via 192.0.2.201`,
      { 'source.domain': 'client.example.com', 'destination.ip': '192.0.2.201', 'user.name': 'bob' },
    ],
    [
      `${at} sshd[9]: error: PAM: Authentication failure for x from 203.0.113.9 via y from 192.0.2.6`,
      { 'source.ip': '192.0.2.6', 'user.name': 'x from 203.0.113.9 via y' },
    ],
    [
      `${at} sshd[9]: [ID 800047 auth.info] Failed keyboard-interactive for eve from 192.0.2.7 port 4274 ssh2`,
      { 'source.ip': '192.0.2.7', 'user.name': 'eve', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd[9]: Failed password for bob from 192.0.2.14 port 2000 ssh1: ruser from 203.0.113.4`,
      { 'source.ip': '192.0.2.14', 'source.port': 2000, 'user.name': 'bob' },
    ],
    [
      `${at} sshd[9]: Failed password for invalid user admin from 192.0.2.16 port 444 ssh1`,
      { 'source.ip': '192.0.2.16', 'source.port': 444, 'user.name': 'admin' },
    ],
    [
      `${at} sshd[9]: ssh_dispatch_run_fatal: Connection from authenticating user bob 192.0.2.24 port 77: Connection corrupted [preauth]`,
      { 'source.ip': '192.0.2.24', 'source.port': 77, 'user.name': 'bob' },
    ],
    [
      `${at} sshd[9]: ssh_dispatch_run_fatal: Connection from 192.0.2.24 port 77: message authentication code incorrect`,
      { 'source.ip': '192.0.2.24', 'source.port': 77, 'user.name': null },
    ],
    [
      `${at} sshd[9]: Timeout before authentication for connection from 192.0.2.23 to 198.51.100.1, pid = 4711`,
      { 'source.ip': '192.0.2.23', 'destination.ip': '198.51.100.1', 'event.action': 'ssh_timeout' },
    ],
    [
      `${at} sshd[9]: drop connection #10 from [2001:db8::5]:88 on [198.51.100.1]:2222 past MaxStartups`,
      {
        'source.ip': '2001:db8::5',
        'source.port': 88,
        'destination.ip': '198.51.100.1',
        'destination.port': 2222,
      },
    ],
    [
      `${at} sshd[9]: Close session: user alice from 192.0.2.26 port 99 id 0`,
      { 'user.name': 'alice', 'source.ip': '192.0.2.26', 'source.port': 99, 'event.type': ['end'] },
    ],
    [
      `${at} sshd[9]: fatal: Access denied for user bob by PAM account configuration [preauth]`,
      { 'user.name': 'bob', 'event.action': 'ssh_login', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd[9]: error: kex_exchange_identification: client sent invalid protocol identifier "GET / HTTP/1.1"`,
      { 'event.action': 'ssh_bad_protocol', 'event.outcome': 'failure', 'source.ip': null },
    ],
    [
      `${at} sshd[9]: error: kex_exchange_identification: Connection closed by remote host`,
      { 'event.action': 'ssh_no_identification', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd[9]: scanned from 192.0.2.37 with SSH-1.0-SSH_Version_Mapper.  Don't panic.`,
      { 'event.action': 'ssh_bad_protocol', 'source.ip': '192.0.2.37' },
    ],
    [
      `${at} sshd[9]: srclimit_penalise: ipv4: new 192.0.2.25/32 deferred penalty of 5 seconds for penalty: failed authentication`,
      { 'event.action': 'ssh_penalty', 'source.ip': '192.0.2.25' },
    ],
    [
      `${at} sshd[9]: subsystem request for sftp by user alice`,
      { 'event.action': 'ssh_subsystem', 'user.name': 'alice', 'event.outcome': null },
    ],
    [
      `${at} sshd[9]: subsystem request for sftp by user alice failed, subsystem not found`,
      { 'event.action': 'ssh_subsystem', 'user.name': 'alice', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd[9]: refused connect from scan.example.net (::ffff:192.0.2.9)`,
      { 'source.ip': '192.0.2.9', 'source.domain': 'scan.example.net' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('PAM', () => {
  test.each<LineCase>([
    [
      `${at} sshd[9]: pam_sss(sshd:account): Access denied for user bob: 6 (Permission denied)`,
      { 'user.name': 'bob', 'event.outcome': 'failure', 'event.reason': '6 (Permission denied)' },
    ],
    [
      `${at} sshd[9]: pam_succeed_if(sshd:auth): requirement "uid >= 1000" not met by user "root"`,
      { 'user.name': 'root', 'event.outcome': 'failure', 'event.reason': 'uid >= 1000' },
    ],
    [
      `${at} sudo: pam_succeed_if(sudo:auth): requirement "user ingroup wheel" was met by user "alice"`,
      { 'user.name': 'alice', 'event.outcome': 'success' },
    ],
    [
      `${at} sshd[9]: pam_winbind(sshd:auth): request wbcLogonUser failed: WBC_ERR_AUTH_ERROR, PAM error: PAM_AUTH_ERR (7), NTSTATUS: NT_STATUS_LOGON_FAILURE, Error message was: Logon failure`,
      { 'event.outcome': 'failure', 'event.reason': 'NT_STATUS_LOGON_FAILURE', 'user.name': null },
    ],
    [
      `${at} sshd[9]: pam_winbind(sshd:account): user 'CORP\\bob' OK`,
      { 'user.name': 'CORP\\bob', 'event.outcome': 'success' },
    ],
    [
      `${at} sshd[9]: pam_winbind(sshd:auth): internal module error (retval = PAM_AUTH_ERR(7), user = 'CORP\\bob')`,
      { 'user.name': 'CORP\\bob', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd[9]: pam_krb5(sshd:auth): user bob authenticated as bob@EXAMPLE.COM`,
      { 'user.name': 'bob', 'event.outcome': 'success' },
    ],
    [
      `${at} sshd(pam_google_authenticator)[9]: Invalid verification code for alice`,
      { 'user.name': 'alice', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd(pam_google_authenticator)[9]: Accepted google_authenticator for alice`,
      { 'user.name': 'alice', 'event.outcome': 'success', 'event.action': 'pam_authentication' },
    ],
    [
      `${at} vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=ann rhost=192.0.2.52`,
      { 'user.name': 'ann', 'source.ip': '192.0.2.52', 'process.tty.name': null },
    ],
    [
      `${at} polkit-agent-helper-1[5]: pam_unix(polkit-1:auth): authentication failure; logname=alice uid=1000 euid=0 tty= ruser=alice rhost=  user=root`,
      { 'user.name': 'alice', 'user.target.name': 'root', 'event.outcome': 'failure' },
    ],
    [
      `${at} sshd(pam_unix)[9]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.34  user=root`,
      { 'process.tty.name': null, 'user.name': 'root' },
    ],
    [
      `${at} passwd[9]: pam_unix(passwd:chauthtok): new password not acceptable`,
      { 'event.action': 'password_changed', 'event.outcome': 'failure' },
    ],
    [
      `${at} gdm-password][8]: pam_unix(gdm-password:session): session opened for user alice(uid=1000) by alice(uid=0)`,
      { 'process.name': 'gdm-password', 'process.pid': 8, 'user.name': 'alice' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test('a session at the screen is opened by a tag that kept half a bracket, too', () => {
    const event = expectFieldsOfAny(
      `${at} gdm-password][8]: pam_unix(gdm-password:session): session opened for user alice(uid=1000) by alice(uid=0)`,
      {},
    );
    expect(event.session).toEqual({ change: 'open', kind: 'login', id: null });
  });
});

describe('accounts and consoles', () => {
  test.each<LineCase>([
    [
      `${at} passwd[5]: password for \`eve' changed by \`root'`,
      { 'user.target.name': 'eve', 'user.name': 'root', 'event.action': 'password_changed' },
    ],
    [`${at} userdel[5]: delete user \`eve'`, { 'user.target.name': 'eve', 'event.action': 'user_deleted' }],
    [
      `${at} usermod[5]: add \`eve' to group \`wheel'`,
      { 'user.target.name': 'eve', 'group.name': 'wheel', 'event.action': 'user_added_to_group' },
    ],
    [
      `${at} chpasswd[5]: changed password for user 'eve'`,
      { 'user.target.name': 'eve', 'event.action': 'password_changed' },
    ],
    [
      `${at} login[6]: FAILED LOGIN 1 FROM 192.0.2.9 FOR alice, Authentication failure`,
      { 'source.ip': '192.0.2.9', 'process.tty.name': null, 'user.name': 'alice' },
    ],
    [
      `${at} login[6]: FAILED LOGIN 1 FROM tty1 FOR alice, Authentication failure`,
      { 'source.ip': null, 'process.tty.name': 'tty1', 'user.name': 'alice' },
    ],
    [
      `${at} unix_chkpwd[9]: check pass; user unknown`,
      { 'event.outcome': 'failure', 'event.action': 'password_check' },
    ],
    [
      `${at} dropbear[10]: Login attempt for nonexistent user from 192.0.2.50:6079`,
      { 'event.action': 'ssh_invalid_user', 'source.ip': '192.0.2.50', 'source.port': 6079 },
    ],
    [
      `${at} dropbear[10]: login attempt for nonexistent user from ::ffff:192.0.2.50:6049`,
      { 'event.outcome': 'failure', 'source.ip': '192.0.2.50', 'source.port': 6049 },
    ],
    [
      `${at} dropbear[10]: bad password attempt for 'root' from 192.0.2.50:5543`,
      { 'event.outcome': 'failure', 'user.name': 'root', 'source.ip': '192.0.2.50' },
    ],
    [
      `${at} polkitd[7]: Operator of unix-session:1 FAILED to authenticate to gain authorization for action org.example.manage for unix-process:123:456 [/bin/bash] (owned by unix-user:alice)`,
      { 'user.name': 'alice', 'event.action': 'polkit', 'event.outcome': 'failure' },
    ],
    [
      `${at} polkitd(authority=local)[7]: Operator of unix-session:1 successfully authenticated as unix-user:root to gain TEMPORARY authorization for action org.example.manage for unix-process:123:456 [/bin/bash] (owned by unix-user:alice)`,
      {
        'process.name': 'polkitd',
        'user.name': 'alice',
        'user.target.name': 'root',
        'event.outcome': 'success',
      },
    ],
    [
      `${at} krb5kdc[5](info): AS_REQ (4 etypes {18 17 16 23}) 192.0.2.5: ISSUE: authtime 1795082400, etypes {rep=18 tkt=18 ses=18}, bob@EXAMPLE.COM for krbtgt/EXAMPLE.COM@EXAMPLE.COM`,
      {
        'process.name': 'krb5kdc',
        'process.pid': 5,
        'user.name': 'bob@EXAMPLE.COM',
        'source.ip': '192.0.2.5',
        'event.outcome': 'success',
      },
    ],
    [
      `${at} krb5kdc[5](info): AS_REQ (4 etypes {18 17 16 23}) 192.0.2.5: PREAUTH_FAILED: bob@EXAMPLE.COM for krbtgt/EXAMPLE.COM@EXAMPLE.COM, Preauthentication failed`,
      {
        'user.name': 'bob@EXAMPLE.COM',
        'event.outcome': 'failure',
        'event.reason': 'Preauthentication failed',
      },
    ],
    [
      `${at} radiusd[5]: (5) Login incorrect (pap: Cleartext password does not match): [bob/<via Auth-Type = PAP>] (from client sw1 port 0 cli 00-00-5E-00-53-01)`,
      { 'user.name': 'bob', 'event.action': 'radius_login', 'event.outcome': 'failure' },
    ],
    [
      `${at} freeradius[5]: Login OK: [bob] (from client sw1 port 0)`,
      { 'user.name': 'bob', 'event.outcome': 'success' },
    ],
    [
      `${at} Connection: User [bob] from [192.0.2.66] failed to log in via [CIFS(SMB2)] due to authorization failure.`,
      { 'event.action': 'smb_login', 'event.outcome': 'failure' },
    ],
    [
      `${at} crond[3]: (bob) PAM ERROR (Permission denied)`,
      { 'user.name': 'bob', 'event.outcome': 'failure', 'event.action': 'cron_denied' },
    ],
    [
      `${at} cron[3]: (bob) ORPHAN (no passwd entry)`,
      { 'user.name': 'bob', 'event.outcome': 'failure', 'event.reason': 'no passwd entry' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});
