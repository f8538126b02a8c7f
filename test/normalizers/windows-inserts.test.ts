import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const SYSMON = {
  ProviderName: 'Microsoft-Windows-Sysmon',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: 1,
};
const COMMAND = 'a\r\nUser: eve\r\nParentImage: C:\\forged.exe';
const INSERTS = ['-', '{5a}', 7, 'C:\\a.exe', COMMAND, '0x3e7', 'CORP\\bob', 'C:\\parent.exe'];
const MESSAGE = [
  'Process Create:',
  'RuleName: -',
  'ProcessGuid: {5a}',
  'ProcessId: 7',
  'Image: C:\\a.exe',
  `CommandLine: ${COMMAND}`,
  'LogonId: 0x3E7',
  'User: CORP\\bob',
  'ParentImage: C:\\parent.exe',
].join('\r\n');
const NAMED = {
  ProcessId: 7,
  Image: 'C:\\a.exe',
  CommandLine: COMMAND,
  LogonId: '0x3e7',
  User: 'CORP\\bob',
  ParentImage: 'C:\\parent.exe',
};

const fluentBit = (header: object, Message: string, StringInserts: unknown) =>
  normalized(JSON.stringify({ date: 1795082400, ...header, Message, StringInserts }));

describe('values without names', () => {
  it('of Sysmon have those of the lines of its text, however they imitate them', () => {
    const events = [
      fluentBit(SYSMON, MESSAGE, INSERTS),
      normalized(
        JSON.stringify({ ...SYSMON, EventID: '1', Description: MESSAGE, EventData: INSERTS.map(String) }),
      ),
    ];
    for (const event of events) {
      expect(event.logsource).toMatchObject({ product: 'windows', categories: ['process_creation'] });
      expect(event.record.fields).toMatchObject({ ...NAMED, ProcessId: expect.anything() });
      expect(event).toMatchObject({
        'process.command_line': COMMAND,
        'process.pid': 7,
        'user.name': 'CORP\\bob',
      });
    }
  });

  it('have none where the text says something else', () => {
    const { fields } = fluentBit(SYSMON, MESSAGE, ['-', '{5a}', 7, 'C:\\b.exe', COMMAND]).record;
    expect(fields).toMatchObject({ ProcessGuid: '{5a}', ProcessId: 7 });
    expect(fields).not.toHaveProperty('Image');
    expect(fields).not.toHaveProperty('CommandLine');
  });

  it('of PowerShell have those of its manifest', () => {
    const header = {
      ...{ ProviderName: 'Microsoft-Windows-PowerShell', EventID: 4104 },
      Channel: 'Microsoft-Windows-PowerShell/Operational',
    };
    const { record, logsource } = fluentBit(header, 'Creating Scriptblock text (1 of 1):\r\nx', [
      1,
      1,
      'iex x',
      'id',
      '',
    ]);
    expect(logsource.categories).toEqual(['ps_script']);
    expect(record.fields).toMatchObject({ ScriptBlockText: 'iex x', Path: '' });
  });

  it('of the Security log have those of its text', () => {
    const header = {
      ProviderName: 'Microsoft-Windows-Security-Auditing',
      Channel: 'Security',
      EventID: 4688,
    };
    const text =
      'A new process has been created.\r\n\r\nCreator Subject:\r\n\tSecurity ID:\t\tS-1-5-18\r\n\tAccount Name:\t\tPC$\r\n\tAccount Domain:\t\tCORP\r\n' +
      '\tLogon ID:\t\t0x3E7\r\n\r\nTarget Subject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tAccount Domain:\t\t-\r\n\tLogon ID:\t\t0x0\r\n\r\n' +
      'Process Information:\r\n\tNew Process ID:\t\t0x1a2c\r\n\tNew Process Name:\tC:\\a.exe\r\n\tToken Elevation Type:\tTokenElevationTypeDefault (1)\r\n' +
      '\tMandatory Label:\t\tS-1-16-8192\r\n\tCreator Process ID:\t0x4\r\n\tCreator Process Name:\tC:\\parent.exe\r\n\tProcess Command Line:\ta -b';
    const { fields } = fluentBit(header, text, ['S-1-5-18', 'PC$']).record;
    expect(fields).toMatchObject({
      NewProcessName: 'C:\\a.exe',
      ParentProcessName: 'C:\\parent.exe',
      SubjectUserName: 'PC$',
    });
  });

  it('of others are the Data that rules search', () => {
    const header = { ProviderName: 'MsiInstaller', Channel: 'Application', EventID: 1040 };
    expect(fluentBit(header, 'x', ['C:\\evil.msi', '7']).record.fields).toMatchObject({
      Data: ['C:\\evil.msi', '7'],
    });
  });
});
