/** One label of an event's text: `Account Name:`. */
export interface MessageLabel {
  /** Without its colon. */
  readonly label: string;
  /** The member of EventData or UserData that it shows; empty = it is a heading. */
  readonly name: string;
  /** What is shown is one word: a sentence may follow. */
  readonly isWord: boolean;
  /** Whoever caused the event chose what is shown, which may imitate labels. */
  readonly isFree: boolean;
  /** Of a free one that cannot be told from what stands around it, all that it may be is better than nothing. */
  readonly isWide: boolean;
}

export type MessageTemplate = readonly MessageLabel[];

type Row = readonly [label: string, name?: string, kind?: 'word' | 'free' | 'wide'];

const SUBJECT = account('Subject', 'Subject');
const PROCESS: readonly Row[] = [
  ['Process Information'],
  ['Process ID', 'ProcessId', 'word'],
  ['Process Name', 'ProcessName'],
];
const CLIENT: readonly Row[] = [
  ['Network Information'],
  ['Client Address', 'IpAddress'],
  ['Client Port', 'IpPort', 'word'],
  ['Additional Information'],
];
const CERTIFICATE: readonly Row[] = [
  ['Certificate Information'],
  ['Certificate Issuer Name', 'CertIssuerName'],
  ['Certificate Serial Number', 'CertSerialNumber'],
  ['Certificate Thumbprint', 'CertThumbprint', 'word'],
];
const LOGON: readonly Row[] = [
  ['Detailed Authentication Information'],
  ['Logon Process', 'LogonProcessName'],
  ['Authentication Package', 'AuthenticationPackageName'],
  ['Transited Services', 'TransmittedServices'],
  ['Package Name (NTLM only)', 'LmPackageName'],
  ['Key Length', 'KeyLength', 'word'],
];
const OBJECT: readonly Row[] = [
  ['Object'],
  ['Object Server', 'ObjectServer'],
  ['Object Type', 'ObjectType'],
  ['Object Name', 'ObjectName', 'free'],
  ['Handle ID', 'HandleId'],
  ['Resource Attributes', 'ResourceAttributes'],
];
const ATTRIBUTES: readonly Row[] = [
  ['SAM Account Name', 'SamAccountName'],
  ['Display Name', 'DisplayName', 'free'],
  ['User Principal Name', 'UserPrincipalName', 'free'],
  ['Home Directory', 'HomeDirectory', 'free'],
  ['Home Drive', 'HomePath', 'free'],
  ['Script Path', 'ScriptPath', 'free'],
  ['Profile Path', 'ProfilePath', 'free'],
  ['User Workstations', 'UserWorkstations', 'free'],
  ['Password Last Set', 'PasswordLastSet'],
  ['Account Expires', 'AccountExpires'],
  ['Primary Group ID', 'PrimaryGroupId'],
  ['Allowed To Delegate To', 'AllowedToDelegateTo'],
  ['Old UAC Value', 'OldUacValue'],
  ['New UAC Value', 'NewUacValue'],
  ['User Account Control', 'UserAccountControl'],
  ['User Parameters', 'UserParameters', 'free'],
  ['SID History', 'SidHistory'],
  ['Logon Hours', 'LogonHours'],
  ['DNS Host Name', 'DnsHostName'],
  ['Service Principal Names', 'ServicePrincipalNames'],
  ['Additional Information'],
  ['Privileges', 'PrivilegeList'],
];
const SHARE: readonly Row[] = [
  ['Network Information'],
  ['Object Type', 'ObjectType'],
  ['Source Address', 'IpAddress'],
  ['Source Port', 'IpPort'],
  ['Share Information'],
  ['Share Name', 'ShareName'],
  ['Share Path', 'ShareLocalPath'],
];

/**
 * Texts of the Security log, and of System's 7045, in English: their labels in the order in which they stand, by event
 * id. What a version of Windows leaves out may stand here.
 */
export const MESSAGE_TEMPLATES: ReadonlyMap<number, MessageTemplate> = new Map([
  ...of([1102], SUBJECT.with(3, ['Domain Name', 'SubjectDomainName'])),
  ...of(
    [4624],
    [...SUBJECT, ['Logon Information'], ['Logon Type', 'LogonType', 'word']],
    [
      ['Restricted Admin Mode', 'RestrictedAdminMode'],
      ['Remote Credential Guard', 'RemoteCredentialGuard'],
      ['Virtual Account', 'VirtualAccount'],
      ['Elevated Token', 'ElevatedToken'],
      ['Impersonation Level', 'ImpersonationLevel'],
    ],
    account('New Logon', 'Target'),
    [
      ['Linked Logon ID', 'TargetLinkedLogonId'],
      ['Network Account Name', 'TargetOutboundUserName'],
      ['Network Account Domain', 'TargetOutboundDomainName'],
      ['Logon GUID', 'LogonGuid'],
    ],
    PROCESS,
    [
      ['Network Information'],
      ['Workstation Name', 'WorkstationName', 'free'],
      ['Source Network Address', 'IpAddress'],
      ['Source Port', 'IpPort'],
    ],
    LOGON,
  ),
  ...of(
    [4625],
    [...SUBJECT, ['Logon Type', 'LogonType', 'word']],
    [
      ['Account For Which Logon Failed'],
      ['Security ID', 'TargetUserSid'],
      ['Account Name', 'TargetUserName', 'free'],
      ['Account Domain', 'TargetDomainName', 'free'],
      ['Failure Information'],
      ['Failure Reason', 'FailureReason'],
      ['Status', 'Status'],
      ['Sub Status', 'SubStatus'],
      ['Process Information'],
      ['Caller Process ID', 'ProcessId'],
      ['Caller Process Name', 'ProcessName'],
      ['Network Information'],
      ['Workstation Name', 'WorkstationName', 'free'],
      ['Source Network Address', 'IpAddress'],
      ['Source Port', 'IpPort'],
    ],
    LOGON,
  ),
  ...of([4634, 4647], account('Subject', 'Target'), [['Logon Type', 'LogonType', 'word']]),
  ...of(
    [4648],
    SUBJECT,
    [
      ['Logon GUID', 'LogonGuid'],
      ['Account Whose Credentials Were Used'],
      ['Account Name', 'TargetUserName', 'free'],
      ['Account Domain', 'TargetDomainName', 'free'],
      ['Logon GUID', 'TargetLogonGuid'],
      ['Target Server'],
      ['Target Server Name', 'TargetServerName', 'free'],
      ['Additional Information', 'TargetInfo', 'free'],
    ],
    PROCESS,
    [['Network Information'], ['Network Address', 'IpAddress'], ['Port', 'IpPort', 'word']],
  ),
  ...of([4656], SUBJECT, OBJECT, PROCESS, [
    ['Access Request Information'],
    ['Transaction ID', 'TransactionId'],
    ['Accesses', 'AccessList'],
    ['Access Reasons', 'AccessReason'],
    ['Access Mask', 'AccessMask'],
    ['Privileges Used for Access Check', 'PrivilegeList'],
    ['Restricted SID Count', 'RestrictedSidCount', 'word'],
  ]),
  ...of(
    [4657],
    SUBJECT,
    [
      ['Object'],
      ['Object Name', 'ObjectName', 'free'],
      ['Object Value Name', 'ObjectValueName', 'free'],
      ['Handle ID', 'HandleId'],
      ['Operation Type', 'OperationType'],
    ],
    PROCESS,
    [
      ['Change Information'],
      ['Old Value Type', 'OldValueType'],
      ['Old Value', 'OldValue', 'free'],
      ['New Value Type', 'NewValueType'],
      ['New Value', 'NewValue', 'wide'],
    ],
  ),
  ...of([4662], SUBJECT, OBJECT.slice(0, 5), [
    ['Operation'],
    ['Operation Type', 'OperationType'],
    ['Accesses', 'AccessList'],
    ['Access Mask', 'AccessMask'],
    ['Properties', 'Properties'],
    ['Additional Information'],
    ['Parameter 1', 'AdditionalInfo'],
    ['Parameter 2', 'AdditionalInfo2'],
  ]),
  ...of([4663], SUBJECT, OBJECT, PROCESS, [
    ['Access Request Information'],
    ['Accesses', 'AccessList'],
    ['Access Mask', 'AccessMask', 'word'],
  ]),
  ...of([4672], SUBJECT, [['Privileges', 'PrivilegeList']]),
  ...of([4688], SUBJECT, account('Target Subject', 'Target'), [
    ['Process Information'],
    ['New Process ID', 'NewProcessId'],
    ['New Process Name', 'NewProcessName'],
    ['Token Elevation Type', 'TokenElevationType'],
    ['Mandatory Label', 'MandatoryLabel'],
    ['Creator Process ID', 'ProcessId'],
    ['Creator Process Name', 'ParentProcessName'],
    ['Process Command Line', 'CommandLine', 'free'],
  ]),
  ...of([4689], SUBJECT, PROCESS, [['Exit Status', 'Status', 'word']]),
  ...of([4697], SUBJECT, [
    ['Service Information'],
    ['Service Name', 'ServiceName', 'free'],
    ['Service File Name', 'ServiceFileName', 'wide'],
    ['Service Type', 'ServiceType'],
    ['Service Start Type', 'ServiceStartType'],
    ['Service Account', 'ServiceAccount'],
  ]),
  ...of([4698, 4699, 4700, 4701], SUBJECT, [
    ['Task Information'],
    ['Task Name', 'TaskName', 'free'],
    ['Task Content', 'TaskContent', 'wide'],
  ]),
  ...of([4702], SUBJECT, [
    ['Task Information'],
    ['Task Name', 'TaskName', 'free'],
    ['Task New Content', 'TaskContentNew', 'wide'],
  ]),
  ...of([4720, 4741], SUBJECT, target('New Account'), target('New Computer Account'), [
    ['Attributes'],
    ...ATTRIBUTES,
  ]),
  ...of([4738, 4742], SUBJECT, target('Target Account'), target('Computer Account That Was Changed'), [
    ['Changed Attributes'],
    ...ATTRIBUTES,
  ]),
  ...of(
    [4722, 4723, 4724, 4725, 4726, 4743, 4767],
    SUBJECT,
    target('Target Account'),
    target('Target Computer'),
    [['Additional Information'], ['Privileges', 'PrivilegeList']],
  ),
  ...of([4740], SUBJECT, [
    ['Account That Was Locked Out'],
    ['Security ID', 'TargetSid'],
    ['Account Name', 'TargetUserName'],
    ['Additional Information'],
    // Where it comes from stands under this name there.
    ['Caller Computer Name', 'TargetDomainName', 'free'],
  ]),
  ...of([4781], SUBJECT, [
    ['Target Account'],
    ['Security ID', 'TargetSid'],
    ['Account Domain', 'TargetDomainName'],
    ['Old Account Name', 'OldTargetUserName'],
    ['New Account Name', 'NewTargetUserName'],
    ['Additional Information'],
    ['Privileges', 'PrivilegeList'],
  ]),
  ...of(
    [4728, 4729, 4732, 4733, 4756, 4757],
    SUBJECT,
    [['Member'], ['Security ID', 'MemberSid'], ['Account Name', 'MemberName', 'free']],
    group('Group'),
  ),
  ...of([4727, 4731, 4754], SUBJECT, group('New Group')),
  ...of([4730, 4734, 4758], SUBJECT, group('Deleted Group'), group('Group')),
  ...of([4735, 4737, 4755], SUBJECT, group('Group')),
  ...of(
    [4768],
    [
      ['Account Information'],
      ['Account Name', 'TargetUserName', 'free'],
      ['Supplied Realm Name', 'TargetDomainName', 'free'],
      ['User ID', 'TargetSid'],
      ['Service Information'],
      ['Service Name', 'ServiceName'],
      ['Service ID', 'ServiceSid'],
    ],
    CLIENT,
    [
      ['Ticket Options', 'TicketOptions'],
      ['Result Code', 'Status'],
      ['Ticket Encryption Type', 'TicketEncryptionType'],
      ['Pre-Authentication Type', 'PreAuthType'],
    ],
    CERTIFICATE,
  ),
  ...of(
    [4769],
    [
      ['Account Information'],
      ['Account Name', 'TargetUserName'],
      ['Account Domain', 'TargetDomainName'],
      ['Logon GUID', 'LogonGuid'],
      ['Service Information'],
      ['Service Name', 'ServiceName', 'free'],
      ['Service ID', 'ServiceSid'],
    ],
    CLIENT,
    [
      ['Ticket Options', 'TicketOptions'],
      ['Ticket Encryption Type', 'TicketEncryptionType'],
      ['Failure Code', 'Status'],
      ['Transited Services', 'TransmittedServices', 'word'],
    ],
  ),
  ...of(
    [4771],
    [
      ['Account Information'],
      ['Security ID', 'TargetSid'],
      ['Account Name', 'TargetUserName', 'free'],
      ['Service Information'],
      ['Service Name', 'ServiceName'],
    ],
    CLIENT,
    [
      ['Ticket Options', 'TicketOptions'],
      ['Failure Code', 'Status'],
      ['Pre-Authentication Type', 'PreAuthType'],
    ],
    CERTIFICATE,
  ),
  ...of(
    [4776],
    [
      ['Authentication Package', 'PackageName'],
      ['Logon Account', 'TargetUserName', 'free'],
      ['Source Workstation', 'Workstation', 'free'],
      ['Error Code', 'Status', 'word'],
    ],
  ),
  ...of([5136], SUBJECT, [
    ['Directory Service'],
    ['Name', 'DSName'],
    ['Type', 'DSType'],
    ['Object'],
    ['DN', 'ObjectDN', 'free'],
    ['GUID', 'ObjectGUID'],
    ['Class', 'ObjectClass'],
    ['Attribute'],
    ['LDAP Display Name', 'AttributeLDAPDisplayName'],
    ['Syntax (OID)', 'AttributeSyntaxOID'],
    ['Value', 'AttributeValue', 'wide'],
    ['Operation'],
    ['Type', 'OperationType'],
    ['Correlation ID', 'OpCorrelationID'],
    ['Application Correlation ID', 'AppCorrelationID', 'word'],
  ]),
  ...of([5140], SUBJECT, SHARE, [
    ['Access Request Information'],
    ['Access Mask', 'AccessMask'],
    ['Accesses', 'AccessList'],
  ]),
  ...of([5145], SUBJECT, SHARE, [
    ['Relative Target Name', 'RelativeTargetName', 'free'],
    ['Access Request Information'],
    ['Access Mask', 'AccessMask'],
    ['Accesses', 'AccessList'],
    ['Access Check Results', 'AccessReason'],
  ]),
  ...of(
    [5156, 5157],
    [
      ['Application Information'],
      ['Process ID', 'ProcessID'],
      ['Application Name', 'Application'],
      ['Network Information'],
      ['Direction', 'Direction'],
      ['Source Address', 'SourceAddress'],
      ['Source Port', 'SourcePort'],
      ['Destination Address', 'DestAddress'],
      ['Destination Port', 'DestPort'],
      ['Protocol', 'Protocol'],
      ['Filter Information'],
      ['Filter Run-Time ID', 'FilterRTID'],
      ['Layer Name', 'LayerName'],
      ['Layer Run-Time ID', 'LayerRTID', 'word'],
    ],
  ),
  ...of(
    [7045],
    [
      ['Service Name', 'ServiceName', 'free'],
      ['Service File Name', 'ImagePath', 'wide'],
      ['Service Type', 'ServiceType'],
      ['Service Start Type', 'StartType'],
      ['Service Account', 'AccountName'],
    ],
  ),
]);

function of(ids: readonly number[], ...parts: (readonly Row[])[]): [number, MessageTemplate][] {
  const template = parts.flat().map(
    ([label, name = '', kind]): MessageLabel => ({
      label,
      name,
      isWord: kind === 'word',
      isFree: kind === 'free' || kind === 'wide',
      isWide: kind === 'wide',
    }),
  );
  return ids.map((id) => [id, template]);
}

/** A heading, and the four labels of a logged on account. */
function account(heading: string, prefix: 'Subject' | 'Target'): readonly Row[] {
  return [
    [heading],
    ['Security ID', `${prefix}UserSid`],
    ['Account Name', `${prefix}UserName`],
    ['Account Domain', `${prefix}DomainName`],
    ['Logon ID', `${prefix}LogonId`, 'word'],
  ];
}

/** An account that something is done to. */
function target(heading: string): readonly Row[] {
  return [
    [heading],
    ['Security ID', 'TargetSid'],
    ['Account Name', 'TargetUserName'],
    ['Account Domain', 'TargetDomainName'],
  ];
}

/** Some events call a group an account. */
function group(heading: string): readonly Row[] {
  return [
    [heading],
    ['Security ID', 'TargetSid'],
    ['Group Name', 'TargetUserName'],
    ['Account Name', 'TargetUserName'],
    ['Group Domain', 'TargetDomainName'],
    ['Account Domain', 'TargetDomainName'],
    ['Attributes'],
    ['Changed Attributes'],
    ['SAM Account Name', 'SamAccountName'],
    ['SID History', 'SidHistory'],
    ['Additional Information'],
    ['Privileges', 'PrivilegeList', 'word'],
  ];
}
