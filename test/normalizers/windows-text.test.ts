import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.js';
import { MESSAGE_TEMPLATES } from '../../src/normalizers/windows/message-templates.js';
import { normalized } from '../helpers/normalized.js';

/** An event as Snare sends it: line ends and tabs of the text are blanks. */
function snare(id: number, text: string, type = 'Success Audit', channel = 'Security'): Event {
  const provider =
    id === 1102
      ? 'Microsoft-Windows-Eventlog'
      : id === 7045
        ? 'Service Control Manager'
        : 'Microsoft-Windows-Security-Auditing';
  const columns = ['MSWinEventLog', '1', channel, '2174', 'Thu Nov 19 09:58:51 2026', id, provider];
  const rest = ['N/A', 'N/A', type, 'dc1.corp.example', 'Logon', '', text.replace(/[\n\t]/g, ' '), '81'];
  return normalized(`<13>Nov 19 09:58:51 dc1 ${[...columns, ...rest].join('\t')}`);
}

const SUBJECT = `Subject:
	Security ID:		S-1-5-21-1-2-3-500
	Account Name:		alice
	Account Domain:		CORP
	Logon ID:		0x3E7
`;
const SUBJECT_FIELDS = {
  SubjectUserSid: 'S-1-5-21-1-2-3-500',
  SubjectUserName: 'alice',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0x3E7',
};

function failedLogon({ name = 'bob', workstation = 'PC7' } = {}): string {
  return `An account failed to log on.

Subject:
	Security ID:		NULL SID
	Account Name:		-
	Account Domain:		-
	Logon ID:		0x0

Logon Type:			3

Account For Which Logon Failed:
	Security ID:		NULL SID
	Account Name:		${name}
	Account Domain:		CORP

Failure Information:
	Failure Reason:		Unknown user name or bad password.
	Status:			0xC000006D
	Sub Status:		0xC000006A

Process Information:
	Caller Process ID:	0x0
	Caller Process Name:	-

Network Information:
	Workstation Name:	${workstation}
	Source Network Address:	203.0.113.7
	Source Port:		50112

Detailed Authentication Information:
	Logon Process:		NtLmSsp 
	Authentication Package:	NTLM
	Transited Services:	-
	Package Name (NTLM only):	-
	Key Length:		0

This event is generated when a logon request fails. It is generated on the computer where access was attempted.`;
}

function creation(commandLine: string): string {
  return `A new process has been created.

Creator ${SUBJECT}
Target Subject:
	Security ID:		NULL SID
	Account Name:		-
	Account Domain:		-
	Logon ID:		0x0

Process Information:
	New Process ID:		0x1a4
	New Process Name:	C:\\Windows\\System32\\cmd.exe
	Token Elevation Type:	TokenElevationTypeFull (2)
	Mandatory Label:		Mandatory Label\\High Mandatory Level
	Creator Process ID:	0x2b0
	Creator Process Name:	C:\\Program Files\\a b\\x.exe
	Process Command Line:	${commandLine}

Token Elevation Type indicates the type of token that was assigned to the new process in accordance with User Account Control policy.

Type 1 is a full token with no privileges removed or groups disabled.`;
}

describe('the text of a Windows event', () => {
  it('is a logon', () => {
    const event = snare(
      4624,
      `An account was successfully logged on.

${SUBJECT}
Logon Information:
	Logon Type:		10
	Restricted Admin Mode:	No
	Virtual Account:		No
	Elevated Token:		Yes

Impersonation Level:		Impersonation

New Logon:
	Security ID:		S-1-5-21-1-2-3-1104
	Account Name:		bob
	Account Domain:		CORP
	Logon ID:		0x1F3A
	Linked Logon ID:		0x0
	Network Account Name:	-
	Network Account Domain:	-
	Logon GUID:		{00000000-0000-0000-0000-000000000000}

Process Information:
	Process ID:		0x44c
	Process Name:		C:\\Windows\\System32\\svchost.exe

Network Information:
	Workstation Name:	PC7
	Source Network Address:	203.0.113.7
	Source Port:		0

Detailed Authentication Information:
	Logon Process:		User32 
	Authentication Package:	Negotiate
	Transited Services:	-
	Package Name (NTLM only):	-
	Key Length:		0

This event is generated when a logon session is created.`,
    );
    expect(event.record.fields).toMatchObject({
      ...SUBJECT_FIELDS,
      LogonType: '10',
      RestrictedAdminMode: 'No',
      VirtualAccount: '%%1843',
      ElevatedToken: '%%1842',
      ImpersonationLevel: '%%1833',
      TargetUserSid: 'S-1-5-21-1-2-3-1104',
      TargetUserName: 'bob',
      TargetDomainName: 'CORP',
      TargetLogonId: '0x1F3A',
      TargetOutboundUserName: '-',
      LogonGuid: '{00000000-0000-0000-0000-000000000000}',
      ProcessId: '0x44c',
      ProcessName: 'C:\\Windows\\System32\\svchost.exe',
      WorkstationName: 'PC7',
      IpAddress: '203.0.113.7',
      IpPort: '0',
      LogonProcessName: 'User32',
      AuthenticationPackageName: 'Negotiate',
      LmPackageName: '-',
      KeyLength: '0',
    });
    expect(event).toMatchObject({
      'event.code': '4624',
      'event.action': 'logged_in',
      'event.outcome': 'success',
      'user.name': 'bob',
      'user.domain': 'CORP',
      'source.ip': '203.0.113.7',
      'host.name': 'dc1.corp.example',
      logsource: { closed: true, product: 'windows', services: ['security'] },
      session: { change: 'open', id: '0x1F3A' },
    });
    expect(event.timestamp).toBe(Date.UTC(2026, 10, 19, 9, 58, 51));
  });

  it('is a logon that failed', () => {
    const event = snare(4625, failedLogon(), 'Failure Audit');
    expect(event.record.fields).toMatchObject({
      SubjectUserSid: 'S-1-0-0',
      SubjectUserName: '-',
      LogonType: '3',
      TargetUserSid: 'S-1-0-0',
      TargetUserName: 'bob',
      TargetDomainName: 'CORP',
      FailureReason: 'Unknown user name or bad password.',
      Status: '0xC000006D',
      SubStatus: '0xC000006A',
      ProcessId: '0x0',
      WorkstationName: 'PC7',
      IpAddress: '203.0.113.7',
      IpPort: '50112',
      LogonProcessName: 'NtLmSsp',
      KeyLength: '0',
    });
    expect(event).toMatchObject({
      'event.action': 'logon_failed',
      'event.outcome': 'failure',
      'event.reason': 'wrong password',
      'user.name': 'bob',
      'source.ip': '203.0.113.7',
      'source.port': 50112,
    });
  });

  it.each<[string, { name?: string; workstation?: string }]>([
    ['an address', { name: 'x  Source Network Address: 192.0.2.1  Source Port: 7' }],
    [
      'all that follows',
      { name: 'x Account Domain: y Status: 0x0 Source Network Address: 192.0.2.1 Key Length: 5' },
    ],
    ['what stands before', { name: 'x  Logon Type: 10   Subject:   Security ID:  S-1-5-18' }],
    [
      'an address by its workstation',
      { workstation: 'W   Source Network Address: 192.0.2.1  Source Port: 7 ' },
    ],
    ['itself', { workstation: 'W   Workstation Name: V' }],
    ['both', { name: 'x  Workstation Name: V', workstation: 'W   Account Domain: V' }],
  ])('is not misled by a name that imitates %s', (_, words) => {
    const event = snare(4625, failedLogon(words), 'Failure Audit');
    expect(event).toMatchObject({ 'source.ip': '203.0.113.7', 'source.port': 50112 });
    expect(event.record.fields).toMatchObject({
      ...{ SubjectUserSid: 'S-1-0-0', LogonType: '3', TargetUserSid: 'S-1-0-0' },
      ...{ IpAddress: '203.0.113.7', KeyLength: '0' },
    });
    const { TargetUserName, WorkstationName } = event.record.fields!;
    expect([words.name ?? 'bob', undefined]).toContain(TargetUserName);
    expect([words.workstation?.trim() ?? 'PC7', undefined]).toContain(WorkstationName);
  });

  it('is a new process', () => {
    const event = snare(4688, creation('cmd.exe /c "vssadmin delete shadows" & echo  a:b'));
    expect(event.record.fields).toMatchObject({
      ...SUBJECT_FIELDS,
      TargetUserSid: 'S-1-0-0',
      NewProcessId: '0x1a4',
      NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
      TokenElevationType: '%%1937',
      MandatoryLabel: 'S-1-16-12288',
      ProcessId: '0x2b0',
      ParentProcessName: 'C:\\Program Files\\a b\\x.exe',
      CommandLine: 'cmd.exe /c "vssadmin delete shadows" & echo  a:b',
    });
    expect(event).toMatchObject({
      'event.action': 'process_started',
      'user.name': 'alice',
      'process.executable': 'C:\\Windows\\System32\\cmd.exe',
      'process.pid': 0x1a4,
      'process.command_line': 'cmd.exe /c "vssadmin delete shadows" & echo  a:b',
      'process.parent.executable': 'C:\\Program Files\\a b\\x.exe',
      logsource: { categories: ['process_creation'], services: ['security'] },
    });
  });

  it.each([
    'cmd /c Process Command Line: x',
    'cmd /c x Mandatory Label: S-1-16-0 Creator Process Name: y',
    'cmd /c Subject: Account Name: eve',
    'cmd /c Token Elevation Type indicates x & evil',
  ])('keeps the whole command line of %s', (commandLine) => {
    const event = snare(4688, creation(commandLine));
    expect(event['process.command_line']).toBe(commandLine);
    expect(event['user.name']).toBe('alice');
    expect(event['process.parent.name']).toBe('x.exe');
  });

  it('is a process of an older Windows, without command line and label', () => {
    const text = creation('')
      .replace(/\tMandatory Label:.*\n/, '')
      .replace(/\tCreator Process Name.*\n\tProcess Command Line.*\n/, '');
    const event = snare(4688, text.replace('Creator Subject', 'Subject'));
    expect(event.record.fields).toMatchObject({ ...SUBJECT_FIELDS, ProcessId: '0x2b0' });
    expect(event.record.fields).not.toHaveProperty('CommandLine');
    expect(event.record.fields).not.toHaveProperty('MandatoryLabel');
  });

  it('is a new user', () => {
    const event = snare(
      4720,
      `A user account was created.

${SUBJECT}
New Account:
	Security ID:		S-1-5-21-1-2-3-1105
	Account Name:		mallory
	Account Domain:		CORP

Attributes:
	SAM Account Name:	mallory
	Display Name:		Mallory M: the new one
	User Principal Name:	-
	Home Directory:		-
	Home Drive:		-
	Script Path:		-
	Profile Path:		-
	User Workstations:	-
	Password Last Set:	<never>
	Account Expires:		<never>
	Primary Group ID:	513
	Allowed To Delegate To:	-
	Old UAC Value:		0x0
	New UAC Value:		0x15
	User Account Control:	
		Account Disabled
	User Parameters:	-
	SID History:		-
	Logon Hours:		All

Additional Information:
	Privileges		-`,
    );
    expect(event.record.fields).toMatchObject({
      ...SUBJECT_FIELDS,
      TargetSid: 'S-1-5-21-1-2-3-1105',
      TargetUserName: 'mallory',
      SamAccountName: 'mallory',
      DisplayName: 'Mallory M: the new one',
      PrimaryGroupId: '513',
      NewUacValue: '0x15',
      SidHistory: '-',
    });
    expect(event).toMatchObject({
      'event.action': 'user_created',
      'user.name': 'alice',
      'user.target.name': 'mallory',
      'user.target.id': 'S-1-5-21-1-2-3-1105',
    });
  });

  it('is a new member of a group', () => {
    const event = snare(
      4732,
      `A member was added to a security-enabled local group.

${SUBJECT}
Member:
	Security ID:		S-1-5-21-1-2-3-1105
	Account Name:		CN=Mallory,CN=Users,DC=corp,DC=example

Group:
	Security ID:		S-1-5-32-544
	Group Name:		Administrators
	Group Domain:		Builtin

Additional Information:
	Privileges:		-`,
    );
    expect(event.record.fields).toMatchObject({
      ...SUBJECT_FIELDS,
      MemberSid: 'S-1-5-21-1-2-3-1105',
      MemberName: 'CN=Mallory,CN=Users,DC=corp,DC=example',
      TargetSid: 'S-1-5-32-544',
      TargetUserName: 'Administrators',
      TargetDomainName: 'Builtin',
      PrivilegeList: '-',
    });
    expect(event).toMatchObject({
      'event.action': 'added_to_group',
      'user.name': 'alice',
      'group.name': 'Administrators',
      'user.target.name': 'Mallory',
    });
  });

  it('is a log that was cleared', () => {
    const event = snare(
      1102,
      `The audit log was cleared.
Subject:
	Security ID:	S-1-5-21-1-2-3-500
	Account Name:	alice
	Domain Name:	CORP
	Logon ID:	0x3E7`,
      'Information',
    );
    expect(event.record.fields).toMatchObject(SUBJECT_FIELDS);
    expect(event).toMatchObject({
      'event.action': 'log_cleared',
      'event.provider': 'Microsoft-Windows-Eventlog',
      'user.name': 'alice',
      logsource: { services: ['security'] },
    });
  });

  it('is a service, in the System log, too', () => {
    const event = snare(
      7045,
      `A service was installed in the system.

Service Name:  evil
Service File Name:  cmd.exe /c "x: y"
Service Type:  user mode service
Service Start Type:  demand start
Service Account:  LocalSystem`,
      'Information',
      'System',
    );
    expect(event.record.fields).toMatchObject({
      ServiceName: 'evil',
      ImagePath: 'cmd.exe /c "x: y"',
      ServiceType: 'user mode service',
      StartType: 'demand start',
      AccountName: 'LocalSystem',
    });
    expect(event['event.action']).toBe('service_installed');
  });

  it('gives of a file’s name all that it may be, where the name of the service imitates its label', () => {
    const text = `A service was installed in the system.  ${SUBJECT} Service Information:  Service Name:  x Service File Name: y  Service File Name:  cmd /c evil  Service Type:  0x10  Service Start Type:  2  Service Account:  LocalSystem`;
    const { fields } = snare(4697, text).record;
    expect(fields).toMatchObject({ ...SUBJECT_FIELDS, ServiceType: '0x10', ServiceAccount: 'LocalSystem' });
    expect(fields?.ServiceFileName).toBe('y  Service File Name:  cmd /c evil');
    expect(fields).not.toHaveProperty('ServiceName');
  });

  it('keeps to itself in another language, and of events that are not known', () => {
    const german = snare(
      4625,
      'Fehler beim Anmelden eines Kontos.  Antragsteller:  Sicherheits-ID:  S-1-0-0',
      'Failure Audit',
    );
    expect(german).toMatchObject({
      'event.action': 'logon_failed',
      'event.outcome': 'failure',
      'user.name': null,
    });
    expect(german.message).toContain('Fehler beim Anmelden');
    const other = snare(5379, SUBJECT);
    expect(other.record.fields).not.toHaveProperty('SubjectUserName');
    expect(other.logsource).toMatchObject({ closed: true, services: ['security'] });
  });

  it('says nothing under a name of the record’s own', () => {
    const event = snare(
      4634,
      `An account was logged off.  ${SUBJECT} Message: x  Logon Type:  3  This event is …`,
    );
    expect(event.record.fields).toMatchObject({ TargetUserName: 'alice', LogonType: '3' });
    expect(event.message).toContain('An account was logged off.');
  });

  for (const [id, template] of MESSAGE_TEMPLATES) {
    it(`is read by the template of ${id} as it was written by it`, () => {
      const expected: Record<string, string> = {};
      const lines = template.map(({ label, name, isWord }, i) => {
        if (name === '') return `${label}:\n`;
        const sid = name.endsWith('Sid');
        expected[name] ??= sid ? `S-1-5-21-${i}` : isWord ? `value${i}` : `value ${i}`;
        return `\t${label}:\t\t${expected[name]}\n`;
      });
      const event = snare(
        id,
        `Something happened.\n\n${lines.join('')}`,
        'Success Audit',
        id === 7045 ? 'System' : 'Security',
      );
      const known = Object.entries(event.record.fields!).filter(([name]) => Object.hasOwn(expected, name));
      // What the text is mapped to may add to it (Protocol of 5156).
      expect(Object.fromEntries(known)).toEqual(expected);
    });
  }

  it('takes no longer than it is long', () => {
    const name = 'Account Name: Security ID: Source Port: '.repeat(1500);
    const start = performance.now();
    for (let i = 0; i < 10; i++) snare(4625, failedLogon({ name }));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('a Windows event in the message of another record', () => {
  const inner = {
    ...{
      EventTime: '2026-11-19 09:58:51',
      Hostname: 'pc1.corp.example',
      EventType: 'AUDIT_FAILURE',
      EventID: 4625,
    },
    ...{ SourceName: 'Microsoft-Windows-Security-Auditing', Channel: 'Security', TargetUserName: 'bob' },
    ...{ IpAddress: '203.0.113.7', LogonType: '3', Message: 'An account failed to log on.' },
  };
  const json = JSON.stringify(inner);
  it.each([
    ['NXLog over syslog', `<13>Nov 19 09:58:52 pc1 Microsoft-Windows-Security-Auditing[636]: ${json}`],
    [
      'NXLog over RFC 5424',
      `<13>1 2026-11-19T09:58:52Z pc1 Microsoft-Windows-Security-Auditing 636 - - ${json}`,
    ],
    [
      'Filebeat',
      JSON.stringify({
        ...{ '@timestamp': '2026-11-19T09:58:55.000Z', host: { name: 'collector' } },
        ...{ agent: { type: 'filebeat' }, message: json },
      }),
    ],
  ])('is read as it is, from %s', (_, line) => {
    expect(normalized(line)).toMatchObject({
      'event.code': '4625',
      'event.action': 'logon_failed',
      'event.outcome': 'failure',
      'user.name': 'bob',
      'source.ip': '203.0.113.7',
      'host.name': 'pc1.corp.example',
      message: 'An account failed to log on.',
      timestamp: Date.UTC(2026, 10, 19, 9, 58, 51),
      logsource: { closed: true, product: 'windows', services: ['security'] },
    });
  });

  it.each(['level', 'severity', 'logger'])(
    'is text where a program logs it with a %s: a stranger may have sent it',
    (name) => {
      const { logsource } = normalized(JSON.stringify({ [name]: 'info', message: json }));
      expect(logsource.closed).toBe(false);
    },
  );
});
