import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Logsource } from '../../src/model/logsource.js';
import { CHANNELS } from '../../src/normalizers/windows/channels.js';
import { windowsLogsource } from '../../src/normalizers/windows/logsources.js';
import { windows } from '../../src/normalizers/windows.js';
import { EventFieldView } from '../../src/sigma/event-view.js';
import { normalized as normalizedText } from '../helpers/normalized.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

function normalized(json: unknown): Event {
  const text = JSON.stringify(json);
  const event = new Event();
  event.reset(text);
  event.receivedAt = Date.UTC(2026, 10, 20);
  event.record.format = 'json';
  event.record.fields = JSON.parse(text) as JsonObject;
  windows.normalize(event);
  return event;
}

const SYSMON = { Channel: 'Microsoft-Windows-Sysmon/Operational', Provider_Name: 'Microsoft-Windows-Sysmon' };

/** Deeper than recursion over it could go. */
const DEEP = `{"EventData":{"CommandLine":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;

describe('windows: shapes', () => {
  const members = {
    SubjectUserName: 'alice',
    NewProcessName: 'C:\\Windows\\cmd.exe',
    CommandLine: 'cmd /c x',
  };
  /** With backslashes as they are, or written twice. */
  const wazuh = (escaped: number) => ({
    win: {
      system: {
        ...{
          eventID: '4688',
          channel: 'Security',
          computer: 'pc',
          systemTime: '2026-11-20T10:00:00.123456Z',
        },
        providerName: 'Microsoft-Windows-Security-Auditing',
      },
      eventdata: {
        subjectUserName: members.SubjectUserName,
        newProcessName: 'C:\\Windows\\cmd.exe'.replaceAll('\\', '\\'.repeat(1 + escaped)),
        commandLine: members.CommandLine,
      },
    },
  });
  const shapes: Record<string, unknown> = {
    flat: { EventID: 4688, Channel: 'Security', Computer: 'pc', ...members },
    'flat with a numeric text id': { EventID: '4688', Channel: 'Security', Computer: 'pc', ...members },
    nxlog: {
      EventID: 4688,
      SourceName: 'Microsoft-Windows-Security-Auditing',
      Hostname: 'pc',
      ...members,
    },
    'flat with EventData': { EventID: 4688, Channel: 'Security', Computer: 'pc', EventData: members },
    winlogbeat: {
      winlog: { channel: 'Security', event_id: '4688', computer_name: 'pc', event_data: members },
    },
    'winlogbeat 6': { log_name: 'Security', event_id: 4688, computer_name: 'pc', event_data: members },
    'winlogbeat, flattened': {
      'winlog.channel': 'Security',
      'winlog.event_id': 4688,
      'winlog.computer_name': 'pc',
      'winlog.event_data.SubjectUserName': 'alice',
      'winlog.event_data.NewProcessName': 'C:\\Windows\\cmd.exe',
      'winlog.event_data.CommandLine': 'cmd /c x',
    },
    'evtx export': {
      Event: {
        System: {
          Provider: { '#attributes': { Name: 'Microsoft-Windows-Security-Auditing' } },
          EventID: 4688,
          Channel: 'Security',
          Computer: 'pc',
        },
        EventData: members,
      },
    },
    'xml turned into json': {
      Event: {
        System: {
          Provider: { '@Name': 'Microsoft-Windows-Security-Auditing' },
          EventID: { '@Qualifiers': '', '#text': '4688' },
          Channel: 'Security',
          Computer: 'pc',
        },
        EventData: {
          Data: Object.entries(members).map(([name, text]) => ({ '@Name': name, '#text': text })),
        },
      },
    },
    Wazuh: wazuh(0),
    'an archive of Wazuh': {
      timestamp: '2026-11-20T10:00:00.000+0000',
      agent: { name: 'x' },
      data: wazuh(1),
    },
    EvtxECmd: {
      EventId: 4688,
      Provider: 'Microsoft-Windows-Security-Auditing',
      Channel: 'Security',
      Computer: 'pc',
      Payload: JSON.stringify({
        EventData: {
          Data: Object.entries(members).map(([name, text]) => ({ '@Name': name, '#text': text })),
        },
      }),
    },
  };
  for (const [name, shape] of Object.entries(shapes)) {
    it(`reads a process creation from the shape: ${name}`, () => {
      const event = normalized(shape);
      expect(event.logsource).toMatchObject({
        closed: true,
        product: 'windows',
        categories: ['process_creation'],
        services: ['security'],
      });
      expect(event['event.code']).toBe('4688');
      expect(event['host.name']).toBe('pc');
      expect(event['user.name']).toBe('alice');
      expect(event['process.executable']).toBe('C:\\Windows\\cmd.exe');
      expect(event['process.name']).toBe('cmd.exe');
      expect(event.record.fields).toMatchObject(members);
      expect(Number(event.record.fields?.EventID)).toBe(4688);
      if (!Object.hasOwn(shape as object, 'Hostname'))
        expect(event.record.fields).toMatchObject({ Computer: 'pc' });
    });
  }

  it.each(['', '{', '[1]', '{"EventData": 1}', DEEP, 5, null])(
    'reads nothing out of a payload that is no event: %#',
    (payload) => {
      const event = normalized({ EventId: 4688, Channel: 'Security', Provider: 'p', Payload: payload });
      expect(event.record.fields).not.toHaveProperty('CommandLine');
    },
  );

  it('reads provider and time from exports that keep attributes apart', () => {
    const event = normalized({
      Event: {
        System: {
          Provider_attributes: { Name: 'Microsoft-Windows-Sysmon' },
          EventID: 1,
          TimeCreated_attributes: { SystemTime: '2026-11-20T12:00:00.5Z' },
          Channel: SYSMON.Channel,
          Computer: 'pc',
        },
        EventData: { Image: 'C:\\x.exe' },
      },
    });
    expect(event['event.provider']).toBe('Microsoft-Windows-Sysmon');
    expect(event.timestamp).toBe(Date.UTC(2026, 10, 20, 12, 0, 0, 500));
  });

  it('does not overwrite a member of the record when lifting', () => {
    const event = normalized({
      Image: 'record',
      winlog: { channel: SYSMON.Channel, event_id: 1, event_data: { Image: 'data' } },
    });
    expect(event.record.fields).toMatchObject({ Image: 'record' });
  });

  it('leaves the prototype alone when EventData has a member named __proto__', () => {
    const event = new Event();
    event.record.fields = JSON.parse(
      '{"winlog":{"channel":"Security","event_id":4624,"event_data":{"__proto__":{"x":1},"constructor":"y"}}}',
    ) as JsonObject;
    expect(windows.normalize(event)).toBe(true);
    expect(Object.getPrototypeOf(event.record.fields)).toBe(Object.prototype);
    expect((event.record.fields as { x?: unknown }).x).toBeUndefined();
  });

  it('strips blanks from the names of Defender members', () => {
    const event = normalized({
      EventID: 5007,
      Channel: 'Microsoft-Windows-Windows Defender/Operational',
      'New Value': 'HKLM\\x = 0x1',
    });
    expect(event.record.fields).toMatchObject({ NewValue: 'HKLM\\x = 0x1' });
  });

  it('leaves events alone that only have an id', () => {
    for (const json of [
      { EventID: 1 },
      { EventID: 'x', Channel: 'Security' },
      { winlog: 'no' },
      { System: 1 },
    ]) {
      const event = normalized(json);
      expect(event.logsource.closed).toBe(false);
      expect(event.record.fields).toEqual(json);
    }
  });

  it('tells Security and Sysmon apart when neither channel nor provider is there', () => {
    expect(normalized({ EventID: 1, UtcTime: 'x', Image: 'y' }).logsource.services).toEqual(['sysmon']);
    expect(normalized({ EventID: 4720, TargetUserName: 'x' }).logsource.services).toEqual(['security']);
  });
});

describe('windows: logsource', () => {
  it('separates creation and deletion of registry keys within Sysmon event 12', () => {
    const categories = (EventType?: string) =>
      normalized({ ...SYSMON, EventID: 12, EventType }).logsource.categories;
    expect(categories('CreateKey')).toEqual(['registry_add', 'registry_event']);
    expect(categories('DeleteValue')).toEqual(['registry_delete', 'registry_event']);
    expect(categories()).toEqual(['registry_add', 'registry_delete', 'registry_event']);
  });

  it('knows a channel in any case, and an unknown channel is windows and nothing more', () => {
    expect(
      normalized({ EventID: 1, Channel: 'MICROSOFT-WINDOWS-SYSMON/OPERATIONAL' }).logsource.services,
    ).toEqual(['sysmon']);
    expect(normalized({ EventID: 1, Channel: 'Evil' }).logsource).toMatchObject({
      closed: true,
      product: 'windows',
      categories: [],
      services: [],
    });
  });

  it('does not take a logsource from the record', () => {
    const event = normalized({ EventID: 4624, Channel: 'Security', logsource: { service: 'sysmon' } });
    expect(event.logsource.services).toEqual(['security']);
  });

  it('knows Sysmon for Linux and RPC Firewall by their providers', () => {
    const linux = normalized({ EventID: 1, Channel: 'Linux-Sysmon/Operational', Image: '/bin/sh' });
    expect(linux.logsource).toMatchObject({ product: 'linux', categories: ['process_creation'] });
    expect(linux['process.name']).toBe('sh');
    expect(normalized({ EventID: 3, EventLog: 'RPCFW' }).logsource).toMatchObject({
      product: 'rpc_firewall',
      categories: ['application'],
    });
    const exported = normalized({
      Event: { System: { EventID: 3, Channel: 'RPCFW' }, EventData: { OpNum: 1 } },
    });
    expect(exported.record.fields).toMatchObject({ EventLog: 'RPCFW', OpNum: 1 });
  });
});

describe('windows: ECS', () => {
  const winlog = (event_id: number, channel: string, provider_name: string, event_data = {}) => ({
    event: { code: String(event_id) },
    winlog: { event_id: String(event_id), channel, provider_name, computer_name: 'pc1', event_data },
  });
  const sysmon = (id: number, rest: object, data = {}) =>
    normalized({ ...winlog(id, SYSMON.Channel, SYSMON.Provider_Name, data), ...rest }).record.fields;
  const process = { executable: 'C:\\a.exe', pid: 7 };

  it('is read back into what Sysmon says', () => {
    const pe = { original_file_name: 'A.EXE', imphash: 'ff' };
    const parent = { executable: 'C:\\p.exe', command_line: 'p', pid: 4 };
    const creation = sysmon(
      1,
      {
        process: { ...process, command_line: 'a -b', parent, pe, hash: { md5: 'aa', sha256: 'bb' } },
        user: { domain: 'CORP', name: 'bob' },
      },
      { IntegrityLevel: 'High', Company: 'C' },
    );
    expect(creation).toMatchObject({
      ...{ Image: 'C:\\a.exe', CommandLine: 'a -b', ProcessId: 7, User: 'CORP\\bob', IntegrityLevel: 'High' },
      ...{ ParentImage: 'C:\\p.exe', ParentCommandLine: 'p', OriginalFileName: 'A.EXE', Company: 'C' },
      Hashes: 'MD5=AA,SHA256=BB,IMPHASH=FF',
    });
    const registry = { path: 'HKLM\\x', data: { strings: ['1'] } };
    expect(sysmon(13, { process, registry })).toMatchObject({ TargetObject: 'HKLM\\x', Details: '1' });
    expect(sysmon(11, { process, file: { path: 'C:\\f' } })).toMatchObject({ TargetFilename: 'C:\\f' });
    const loaded = { dll: { path: 'C:\\l.dll', code_signature: { signed: false }, hash: { sha1: 'cc' } } };
    expect(sysmon(7, { process, ...loaded })).toMatchObject({
      ImageLoaded: 'C:\\l.dll',
      Signed: false,
      Hashes: 'SHA1=CC',
    });
    // What is no text has none, and is no reason to leave the rest.
    const hash = { md5: { toString: 1 }, sha256: 'dd' };
    expect(sysmon(1, { process: { ...process, hash } })).toMatchObject({ Hashes: 'SHA256=DD' });
    expect(sysmon(10, { process })).toMatchObject({ SourceImage: 'C:\\a.exe' });
    expect(sysmon(22, { process, dns: { question: { name: 'x' } } })).toMatchObject({ QueryName: 'x' });
    const connection = sysmon(3, {
      process,
      ...{
        source: { ip: '192.0.2.1', port: 1 },
        destination: { ip: '198.51.100.1', port: 443 },
        network: { transport: 'tcp' },
      },
    });
    expect(connection).toMatchObject({
      DestinationIp: '198.51.100.1',
      DestinationPort: 443,
      Protocol: 'tcp',
    });
  });

  it('is read back into what others say, and never before what they say themselves', () => {
    const security = winlog(4688, 'Security', 'Microsoft-Windows-Security-Auditing', {
      NewProcessName: 'own',
    });
    const { fields } = normalized({ ...security, process: { ...process, command_line: 'a -b' } }).record;
    expect(fields).toMatchObject({ NewProcessName: 'own', CommandLine: 'a -b' });
    const channel = 'Microsoft-Windows-PowerShell/Operational';
    const script = {
      ...winlog(4104, channel, 'Microsoft-Windows-PowerShell'),
      powershell: { file: { script_block_text: 'iex' } },
    };
    expect(normalized(script).record.fields).toMatchObject({ ScriptBlockText: 'iex' });
  });
});

describe('windows: XML', () => {
  const system = (provider: string, channel: string) =>
    `<System><Provider Name="${provider}"/><EventID>1</EventID><TimeCreated SystemTime="2026-11-19T13:55:36.000Z"/>` +
    `<Channel>${channel}</Channel><Computer>pc1</Computer></System>`;
  const data =
    '<EventData><Data Name="Image">/bin/sh</Data><Data Name="CommandLine">sh -c &quot;id&quot;</Data></EventData>';

  it('is Sysmon for Linux in a syslog message', () => {
    const event = normalizedText(
      `<14>Nov 19 13:55:37 web sysmon: <Event>${system('Linux-Sysmon', 'Linux-Sysmon/Operational')}${data}</Event>`,
    );
    expect(event).toMatchObject({
      logsource: { product: 'linux', categories: ['process_creation'] },
      'process.name': 'sh',
      'process.command_line': 'sh -c "id"',
      'event.code': '1',
      'host.name': 'pc1',
    });
    expect(event.record.fields).toMatchObject({ Image: '/bin/sh', CommandLine: 'sh -c "id"', EventID: 1 });
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.000Z');
  });

  it('is an event of Windows', () => {
    const sysmon = system('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational');
    const event = normalizedText(`<Event>${sysmon}${data}</Event>`);
    expect(event.logsource).toMatchObject({ product: 'windows', categories: ['process_creation'] });
    const unnamed = '<EventData><Data>a</Data><Data>b</Data></EventData>';
    const other = normalizedText(`<Event>${system('MsiInstaller', 'Application')}${unnamed}</Event>`);
    expect(other.record.fields).toMatchObject({ Data: ['a', 'b'] });
  });
});

describe('windows: fields', () => {
  const security = (fields: object) => normalized({ Channel: 'Security', ...fields });

  it('reads who logged on from where', () => {
    const event = security({
      EventID: 4625,
      TargetUserName: 'bob',
      TargetDomainName: 'CORP',
      SubStatus: '0xC0000064',
      LogonType: 3,
      IpAddress: '::ffff:192.0.2.1',
      IpPort: '50111',
    });
    expect(event['event.action']).toBe('logon_failed');
    expect(event['event.outcome']).toBe('failure');
    expect(event['event.reason']).toBe('unknown user');
    expect(event['user.name']).toBe('bob');
    expect(event['user.domain']).toBe('CORP');
    expect(event['source.ip']).toBe('192.0.2.1');
    expect(event['source.port']).toBe(50_111);
    expect(event.record.fields).toMatchObject({ logon_type: '3', domain: 'CORP' });
  });

  it('opens a session with a remote desktop logon and closes it with its logoff', () => {
    const session = (fields: object) =>
      security({ TargetLogonId: '0x1', IpAddress: '192.0.2.1', ...fields }).session;
    expect(session({ EventID: 4624, LogonType: '10' })).toEqual({ change: 'open', kind: 'login', id: '0x1' });
    expect(session({ EventID: 4634, LogonType: '10' })).toEqual({
      change: 'close',
      kind: 'login',
      id: '0x1',
    });
    expect(session({ EventID: 4647 })?.change).toBe('close');
    expect(session({ EventID: 4624, LogonType: '3' })).toBeNull();
    expect(session({ EventID: 4624, LogonType: '10', IpAddress: '-' })).toBeNull();
  });

  it('takes a dash, an empty text and port 0 as absent', () => {
    const event = security({
      EventID: 4624,
      TargetUserName: '-',
      IpAddress: '-',
      IpPort: '0',
      TargetDomainName: '',
    });
    expect(event['user.name']).toBeNull();
    expect(event['user.domain']).toBeNull();
    expect(event['source.ip']).toBeNull();
    expect(event['source.port']).toBeNull();
  });

  it('names actor, member and group of a group change', () => {
    const event = security({
      EventID: 4728,
      SubjectUserName: 'admin',
      TargetUserName: 'Domain Admins',
      MemberName: 'CN=eve,OU=Users,DC=corp',
      MemberSid: 'S-1-5-21-1',
    });
    expect(event['user.name']).toBe('admin');
    expect(event['group.name']).toBe('Domain Admins');
    expect(event['user.target.name']).toBe('eve');
    expect(event['user.target.id']).toBe('S-1-5-21-1');
    expect(event['event.action']).toBe('added_to_group');
  });

  it('reads the outcome from the Kerberos status, else from the audit keywords', () => {
    const outcome = (fields: object) => security(fields)['event.outcome'];
    expect(outcome({ EventID: 4768, Status: '0x0' })).toBe('success');
    expect(outcome({ EventID: 4769, Status: '0x1b' })).toBe('failure');
    expect(outcome({ EventID: 4720, Keywords: '0x8020000000000000' })).toBe('success');
    expect(outcome({ EventID: 4673, Keywords: '0x8010000000000000' })).toBe('failure');
    expect(outcome({ EventID: 4673, EventType: 'AUDIT_FAILURE' })).toBe('failure');
    expect(outcome({ EventID: 4673 })).toBeNull();
  });

  it('takes the time of the log, else that of Sysmon', () => {
    const time = (fields: object) => normalized({ ...SYSMON, EventID: 1, ...fields }).timestamp;
    expect(
      time({ TimeCreated_SystemTime: '2025-12-06T21:11:02.649150Z', UtcTime: '2025-12-06 20:00:00.000' }),
    ).toBe(Date.UTC(2025, 11, 6, 21, 11, 2, 649));
    expect(time({ UtcTime: '2025-12-06 21:11:02.632' })).toBe(Date.UTC(2025, 11, 6, 21, 11, 2, 632));
  });

  it('gives the reason of a refused logon by its status where there is no sub status', () => {
    expect(security({ EventID: 4776, Status: '0xC0000234', Workstation: 'PC9' })).toMatchObject({
      'event.reason': 'account locked out',
      'event.outcome': 'failure',
      'source.domain': 'PC9',
    });
  });

  it('reads hexadecimal process ids of the Security log', () => {
    const event = security({ EventID: 4688, NewProcessId: '0x1a4', ProcessId: '0x4' });
    expect(event['process.pid']).toBe(420);
    expect(event['process.parent.pid']).toBe(4);
  });

  it('writes a changed registry value as Sysmon would', () => {
    const event = security({
      EventID: 4657,
      ObjectName: '\\REGISTRY\\MACHINE\\SOFTWARE\\Run',
      ObjectValueName: 'x',
      NewValue: 'evil.exe',
      NewValueType: '%%1873',
    });
    expect(event['registry.path']).toBe('HKLM\\SOFTWARE\\Run\\x');
    expect(event.record.fields).toMatchObject({ Details: 'evil.exe' });
    expect(new EventFieldView(event).get('TargetObject')).toBe('HKLM\\SOFTWARE\\Run\\x');
  });

  it('writes control set and number of a changed registry value as Sysmon would', () => {
    const event = security({
      EventID: 4657,
      ObjectName: '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa',
      ObjectValueName: 'DisableRestrictedAdmin',
      NewValue: '10',
      NewValueType: '%%1876',
    });
    const view = new EventFieldView(event);
    expect(view.get('TargetObject')).toBe(
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\DisableRestrictedAdmin',
    );
    expect(view.get('Details')).toBe('DWORD (0x0000000a)');
    expect(view.get('NewValue')).toBe('10');
  });

  it('gives the protocol of a connection in the Security log as Sysmon would', () => {
    const event = security({ EventID: 5156, Protocol: '17', SourceAddress: '10.0.0.1' });
    expect(new EventFieldView(event).get('Protocol')).toBe('udp');
    expect(event['network.iana_number']).toBe('17');
  });

  it('gives threat and file of a Defender detection their antivirus names', () => {
    const event = normalized({
      EventID: 1116,
      Channel: 'Microsoft-Windows-Windows Defender/Operational',
      'Threat Name': 'HackTool:Win32/Mimikatz',
      Path: 'file:_C:\\m.exe',
    });
    expect(event.logsource.categories).toEqual(['antivirus']);
    expect(event.record.fields).toMatchObject({
      Signature: 'HackTool:Win32/Mimikatz',
      Filename: 'file:_C:\\m.exe',
    });
  });

  it('reads connection and hash of Sysmon events', () => {
    const connection = normalized({
      ...SYSMON,
      EventID: 3,
      Image: 'C:\\x.exe',
      SourceIp: '10.0.0.1',
      SourcePort: 5,
      DestinationIp: '198.51.100.1',
      DestinationPort: '443',
      Protocol: 'tcp',
    });
    expect(connection['destination.port']).toBe(443);
    expect(connection['network.transport']).toBe('tcp');
    const hashes = 'MD5=A,SHA256=AB12,IMPHASH=C';
    expect(normalized({ ...SYSMON, EventID: 1, Hashes: hashes })['process.hash.sha256']).toBe('ab12');
  });

  it('of the hashes of Sysmon SHA-256 is taken, of each event its own', () => {
    const hex = (i: number): string => Math.imul(i, 0x9e3779b1).toString(16).toUpperCase();
    const lists = Array.from({ length: 3000 }, (_, i) => [
      [`SHA256=${hex(i)}`, hex(i).toLowerCase()],
      [`MD5=${hex(i)},SHA256=${hex(i)}AB`, `${hex(i)}ab`.toLowerCase()],
      [`MD5=${hex(i)}`, null],
      [hex(i).slice(-1), null],
      [`SHA256=${hex(i)},${'X'.repeat(300)}`, hex(i).toLowerCase()],
    ]).flat();
    for (const [list, wanted] of [...lists, ...lists.slice(0, 100)])
      expect(normalized({ ...SYSMON, EventID: 1, Hashes: list })['process.hash.sha256']).toBe(wanted);
  });
});

/** Every category and service that some Windows event is given. */
function wordsOfTables(): Set<string> {
  const words = new Set<string>();
  const add = (logsource: Logsource) => {
    for (const word of [...logsource.categories, ...logsource.services]) words.add(word);
  };
  for (const channel of CHANNELS) {
    for (let id = 0; id < 5200; id++) add(windowsLogsource(channel, null, id, null));
  }
  for (let id = 0; id < 64; id++) add(windowsLogsource(null, 'Microsoft-Windows-Kernel-File', id, null));
  return words;
}

interface RegressionRow {
  readonly rule_path: string;
  readonly rule_title: string;
  readonly logsource: { product?: string; category?: string; service?: string };
  readonly provider: string | null;
  readonly event: JsonObject;
}

/** What DESIGN §3 asks of a closed logsource: every key the rule names is met. */
function satisfies(actual: Logsource, rule: RegressionRow['logsource']): boolean {
  return (
    actual.closed &&
    (rule.product === undefined || rule.product === actual.product) &&
    (rule.category === undefined || actual.categories.includes(rule.category)) &&
    (rule.service === undefined || actual.services.includes(rule.service))
  );
}

describeShared("windows: SigmaHQ's regression events", () => {
  const rows = readJsonLines<RegressionRow>(sharedPath('corpus', 'sigma-regression.jsonl')).filter(
    (row) => row.logsource.product === 'windows',
  );

  it('is routed to the rule that each event belongs to', () => {
    expect(rows.length).toBeGreaterThan(200);
    const missed = rows.filter((row) => !satisfies(normalized(row.event).logsource, row.logsource));
    expect(missed.map((row) => row.rule_title)).toEqual([]);
  });
});

describeShared("windows: SigmaHQ's logsources", () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vedette-sigmahq-'));
    execFileSync('tar', ['-xJf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a channel or an event id for every service and category of the Windows rules', () => {
    const list = execFileSync('find', [folder, '-name', '*.yml', '-path', '*windows*'], { encoding: 'utf8' });
    const wanted = new Set<string>();
    for (const path of list.split('\n').filter((line) => line !== '')) {
      const block = /^logsource:\r?\n((?:[ #].*\r?\n)+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
      if (!/^ +product: windows/m.test(block)) continue;
      for (const match of block.matchAll(/^ +(?:service|category): ([\w-]+)/gm)) wanted.add(match[1]!);
    }
    expect(wanted.size).toBeGreaterThan(50);
    const known = wordsOfTables();
    expect([...wanted].filter((word) => !known.has(word))).toEqual([]);
  });
});
