// The programs of Windows hosts, hundreds of them, and which of them starts which.

const SYSTEM32 = 'C:\\Windows\\System32';
/** Started by the service manager or its hosts. */
const SYSTEM_PROGRAMS =
  'taskhostw.exe backgroundTaskHost.exe dllhost.exe SearchProtocolHost.exe SearchFilterHost.exe sppsvc.exe smartscreen.exe audiodg.exe consent.exe spoolsv.exe fontdrvhost.exe ctfmon.exe sihost.exe msdtc.exe TiWorker.exe MoUsoCoreWorker.exe UsoClient.exe defrag.exe cleanmgr.exe compattelrunner.exe DeviceCensus.exe w32tm.exe tzsync.exe wermgr.exe provtool.exe LockApp.exe ApplicationFrameHost.exe SystemSettingsBroker.exe SecurityHealthService.exe WUDFHost.exe upfc.exe vds.exe vssvc.exe alg.exe dasHost.exe lpremove.exe ngentask.exe SgrmBroker.exe slui.exe unsecapp.exe wlanext.exe wsqmcons.exe'.split(
    ' ',
  );
const SERVICE_GROUPS = [
  ...['netsvcs', 'LocalService', 'NetworkService', 'LocalSystemNetworkRestricted', 'DcomLaunch'],
  ...['LocalServiceNetworkRestricted', 'UnistackSvcGroup', 'wsappx', 'appmodel', 'WerSvcGroup'],
];
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

/**
 * A process: `path`, its file's description, original name and hashes, and `commandLine(user)` of one start.
 * `start()` gives one and its parent, `any()` one that people have installed.
 */
export function windowsPrograms(words) {
  const services = {
    path: `${SYSTEM32}\\services.exe`,
    commandLine: () => 'C:\\Windows\\system32\\services.exe',
  };
  const explorer = { path: 'C:\\Windows\\explorer.exe', commandLine: () => 'C:\\Windows\\Explorer.EXE' };
  const serviceHost = {
    ...systemProgram(words, 'svchost.exe'),
    commandLine: () =>
      `C:\\Windows\\system32\\svchost.exe -k ${words.pickCommon(SERVICE_GROUPS)} -p -s ${words.word()}Svc`,
  };
  const system = SYSTEM_PROGRAMS.map((name) => systemProgram(words, name));
  const installed = [...vendorPrograms(words), ...ownPrograms(words)];
  const any = () => words.pickCommon(installed);
  return {
    any,
    start() {
      const of = words.n(10);
      if (of < 2) return [serviceHost, services];
      if (of < 5) return [words.pickCommon(system), serviceHost];
      if (of < 7) return [any(), explorer];
      const [child, parent] = [any(), any()];
      return [child, child === parent ? services : parent];
    },
  };
}

export function systemProgram(words, name) {
  return program(words, `${SYSTEM32}\\${name}`, `${name.replace('.exe', '')} for Windows`);
}

function vendorPrograms(words) {
  return VENDORS.flatMap((vendor) =>
    PARTS.map((part) => {
      const product = vendor.split('\\').at(-1);
      const name = `${product.replace(/\W/g, '')}${part[0].toUpperCase()}${part.slice(1)}.exe`;
      const root = `C:\\Program Files${words.chance(0.3) ? ' (x86)' : ''}`;
      return program(words, `${root}\\${vendor}\\${name}`, `${product} ${part}`);
    }),
  );
}

function ownPrograms(words) {
  return words.list(80, () =>
    program(words, `C:\\Apps\\${words.word()}\\${words.word()}${words.word()}.exe`, words.name()),
  );
}

/** A program has a few habits; what it is given changes with each start. */
function program(words, path, description) {
  const habits = words.list(4, () => words.pick(HABITS));
  const quoted = path.includes(' ') ? `"${path}"` : path;
  return {
    path,
    description,
    original: path.slice(path.lastIndexOf('\\') + 1),
    hashes: hashes(words),
    commandLine: (user) => `${quoted} ${words.pick(habits)(words, user)}`.trimEnd(),
  };
}

const HABITS = [
  () => '',
  () => '',
  (w) => `-s ${w.word()}`,
  (w) => `--group ${w.word()} --service ${w.word()}`,
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

export function filePath(words, user) {
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

function hashes(words) {
  return `SHA256=${words.hex(64).toUpperCase()}`;
}
