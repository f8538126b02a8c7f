import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const BODY = {
  channel: 'System',
  computer: 'dc1',
  event_id: { id: 7036, qualifiers: 16384 },
  provider: { name: 'Service Control Manager', guid: '{5}', event_source: '' },
  system_time: '2026-11-20T13:05:00.5Z',
  execution: { process_id: 4, thread_id: 8 },
  security: { user_id: 'S-1-5-18' },
  message: 'The service is running.',
};

const sent = (more: object) =>
  normalized(JSON.stringify({ observedTimeUnixNano: '1795082400123456789', body: { ...BODY, ...more } }));

it.each([
  ['a map', { param1: 'WinRM', Data1: 'a', Data2: 'b' }],
  ['a list of maps', { data: [{ param1: 'WinRM' }, { '': 'a' }, 7, { '': 'b' }] }],
])('OpenTelemetry’s Windows events have the names that rules use, their data being %s', (_, event_data) => {
  const event = sent({ event_data });
  expect(event.logsource).toMatchObject({ product: 'windows', services: ['system'] });
  expect(event).toMatchObject({ 'host.name': 'dc1', 'event.code': '7036', message: BODY.message });
  expect(event.timestamp).toBe(Date.UTC(2026, 10, 20, 13, 5, 0, 500));
  expect(event.record.fields).toMatchObject({
    EventID: 7036,
    Channel: 'System',
    Provider_Name: 'Service Control Manager',
    Computer: 'dc1',
    Execution_ProcessID: 4,
    Security_UserID: 'S-1-5-18',
    param1: 'WinRM',
    Data: ['a', 'b'],
  });
});

it('OpenTelemetry’s Windows events may have their data in UserData', () => {
  const { record } = sent({ user_data: { RuleAndFileData: { FilePath: 'C:\\a.exe' }, other: 'x' } });
  expect(record.fields).toMatchObject({ FilePath: 'C:\\a.exe', other: 'x' });
});

it.each([{ event_id: { id: 'x' } }, { event_id: { id: {} } }, { provider: { name: {} }, channel: {} }])(
  'an event that only looks like one is none: %j',
  (more) => {
    const event = normalized(JSON.stringify({ ...BODY, ...more }));
    expect(event.logsource.product).toBeNull();
    expect(event.record.fields).not.toHaveProperty('Data');
  },
);
