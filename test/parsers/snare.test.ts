import { describe, expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

const COLUMNS = [
  ...['MSWinEventLog', '1', 'Security', '2174', 'Thu Nov 19 09:58:51 2026', '4634'],
  ...[
    'Microsoft-Windows-Security-Auditing',
    'CORP\\bob',
    'N/A',
    'Success Audit',
    'pc1.corp.example',
    'Logoff',
  ],
];
const TEXT = 'An account was logged off.    Subject:   Security ID:  S-1-5-21-1';
/** As Snare sends it: a column for strings, which is empty, the text, and a counter. */
const RECORD = [...COLUMNS, '', TEXT, '81'].join('\t');
const FIELDS = {
  EventID: 4634,
  Channel: 'Security',
  Provider_Name: 'Microsoft-Windows-Security-Auditing',
  UserName: 'CORP\\bob',
  Keywords: 'Audit Success',
  EventLogType: 'Success Audit',
  Computer: 'pc1.corp.example',
  CategoryString: 'Logoff',
  Criticality: '1',
  SnareCounter: '2174',
  SubmitTime: 'Thu Nov 19 09:58:51 2026',
  Message: TEXT,
};

describe('the Windows events of Snare', () => {
  it.each([
    ['a syslog header', `<13>Nov 19 09:58:51 pc1 ${RECORD}`, 'rfc3164', 'pc1'],
    ['a header of RFC 5424', `<13>1 2026-11-19T09:58:51Z pc1 Snare - - - ${RECORD}`, 'rfc5424', 'pc1'],
    ['a syslog header and its own host', `<13>Nov 19 09:58:51 pc1\t${RECORD}`, 'rfc3164', 'pc1'],
    ['a PRI and its own host', `<13>pc1\t${RECORD}`, 'rfc3164', 'pc1'],
    ['its own host', `pc1\t${RECORD}`, null, 'pc1'],
    ['nothing', RECORD, null, null],
    [
      'tabs that rsyslog escaped',
      `<13>Nov 19 09:58:51 pc1 ${RECORD.replaceAll('\t', '#011')}`,
      'rfc3164',
      'pc1',
    ],
    ['the line of a file', `Nov 19 09:58:51 pc1 ${RECORD}`, 'rfc3164', 'pc1'],
  ])('are read after %s', (_, text, envelope, host) => {
    const record = parse(text);
    expect(record).toMatchObject({ format: 'snare', envelope, host, errors: null });
    expect(plainData(record.fields)).toEqual(FIELDS);
    expect(isoTime(record.payloadTimestamp)).toBe('2026-11-19T09:58:51.000Z');
    if (envelope === null) expect(record.message).toBe(TEXT);
  });

  it.each([
    ['no column for strings', [...COLUMNS, TEXT, ''], TEXT, undefined],
    ['strings beside the text', [...COLUMNS, 'a b', TEXT, '81'], TEXT, 'a b'],
    ['what a newer version adds', [...COLUMNS, '', TEXT, '81', 'EventSourceId=AU_123'], TEXT, undefined],
    ['strings alone', [...COLUMNS, 'a b', '', '81'], 'a b', undefined],
    ['nothing behind the category', COLUMNS, undefined, undefined],
  ])('have their text where there is %s', (_, columns, message, strings) => {
    const { fields } = parse(columns.join('\t'));
    expect(fields?.Message).toBe(message);
    expect(fields?.DataString).toBe(strings);
  });

  it('have no user and no outcome where there is none', () => {
    const text = RECORD.replace('CORP\\bob', 'N/A').replace('Success Audit', 'Information');
    expect(parse(text).fields).not.toHaveProperty('UserName');
    expect(parse(text).fields).not.toHaveProperty('Keywords');
    expect(parse(RECORD.replace('Success', 'Failure')).fields?.Keywords).toBe('Audit Failure');
  });

  it('keep the time of the header where theirs is none', () => {
    const record = parse(`<13>Nov 19 09:58:51 pc1 ${RECORD.replace('Thu Nov', 'Thu Nop')}`);
    expect(record.payloadTimestamp).toBeNaN();
    expect(record.errors).toEqual(['parse.bad_timestamp']);
    expect(isoTime(record.timestamp)).toBe('2026-11-19T09:58:51.000Z');
  });

  it.each([
    ['columns are missing', `pc1\t${RECORD.slice(0, 60)}`],
    ['the event has no number', RECORD.replace('4634', 'x')],
    ['the number is none', RECORD.replace('4634', '99999')],
    ['blanks stand for the tabs', RECORD.replaceAll('\t', ' ')],
    ['it is another word', RECORD.replace('MSWinEventLog', 'MSWinEventLogs')],
  ])('are not seen where %s', (_, text) => {
    const record = parse(text);
    expect(record).toMatchObject({ format: 'plain', message: text, fields: null });
  });
});
