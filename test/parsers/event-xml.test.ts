import { describe, expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

const SYSTEM =
  "<System><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f}'/><EventID Qualifiers=''>1</EventID><Level>4</Level>" +
  "<TimeCreated SystemTime='2026-11-19T09:58:51.1234567Z'/><Correlation/><Channel>Microsoft-Windows-Sysmon/Operational</Channel>" +
  '<Computer>pc1</Computer></System>';
const DATA =
  "<EventData><Data Name='Image'>C:\\a.exe</Data><Data Name='CommandLine'>a &lt;b&gt; &amp;&amp; &quot;c&quot; &#x41;</Data></EventData>";
const EVENT = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${SYSTEM}${DATA}</Event>`;
const FIELDS = {
  Event: {
    System: {
      Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon', Guid: '{5770385f}' } },
      EventID: { '#attributes': { Qualifiers: '' }, '#text': '1' },
      Level: '4',
      TimeCreated: { '#attributes': { SystemTime: '2026-11-19T09:58:51.1234567Z' } },
      Correlation: '',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'pc1',
    },
    EventData: { Image: 'C:\\a.exe', CommandLine: 'a <b> && "c" A' },
  },
};

it.each([
  ['bare', EVENT],
  ['behind a declaration', `<?xml version="1.0" encoding="utf-8"?>\n${EVENT}\n`],
])('reads an event, %s', (_, text) => {
  const record = parse(text);
  expect(record).toMatchObject({ format: 'event-xml', envelope: null, errors: null });
  expect(plainData(record.fields)).toEqual(FIELDS);
  expect(isoTime(record.timestamp)).toBe('2026-11-19T09:58:51.123Z');
});

it.each([
  ['rfc3164', `<14>Nov 19 09:58:52 web sysmon: ${EVENT}`],
  ['rfc5424', `<14>1 2026-11-19T09:58:52Z web sysmon 7 - - ${EVENT}`],
])('reads an event in a syslog message, %s', (envelope, text) => {
  const record = parse(text);
  expect(record).toMatchObject({ format: 'event-xml', envelope, host: 'web', app: 'sysmon', message: EVENT });
  expect(plainData(record.fields)).toEqual(FIELDS);
  expect(isoTime(record.payloadTimestamp)).toBe('2026-11-19T09:58:51.123Z');
});

it('makes a list of elements of one name', () => {
  const nameless = '<EventData><Data>a</Data><Data></Data><Binary>00</Binary></EventData>';
  const { fields } = parse(`<Event>${SYSTEM}${nameless}</Event>`);
  expect(plainData(fields)).toMatchObject({ Event: { EventData: { Data: ['a', ''], Binary: '00' } } });
});

describe('what is no event', () => {
  it.each([
    ['without System', '<Event><a>b</a></Event>'],
    ['another element', `<Events>${EVENT}</Events>`],
    ['cut off', EVENT.slice(0, -20)],
    ['with something behind it', `${EVENT} x`],
    ['not closed in order', '<Event><System></Event></System>'],
    ['too deep', `<Event>${SYSTEM}${'<a>'.repeat(100)}${'</a>'.repeat(100)}</Event>`],
    ['of too many elements', `<Event>${SYSTEM}${'<a/>'.repeat(5000)}</Event>`],
  ])('stays text, %s', (_, text) => {
    expect(parse(text)).toMatchObject({ format: 'plain', message: text, fields: null });
  });

  it('costs no more than its length', () => {
    const started = performance.now();
    for (const part of ['<a', '<a b=', '<a b="', '<a>', '&lt;', '<a '])
      parse(`<Event>${SYSTEM}${part.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

it('takes nothing from the names', () => {
  const data = '<EventData><Data Name="__proto__">x</Data><Data Name="constructor">y</Data></EventData>';
  const { fields } = parse(`<Event>${SYSTEM}${data}</Event>`);
  expect(Object.keys((fields as typeof FIELDS).Event.EventData)).toEqual(['__proto__', 'constructor']);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
