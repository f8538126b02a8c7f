import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  bytesField,
  cidrField,
  durationField,
  isTimezone,
  listenField,
  nameField,
  timezoneField,
} from '../../src/model/settings.js';

function messageOf(field: z.ZodType, value: unknown): string | undefined {
  return field.safeParse(value).error?.issues[0]?.message;
}

describe('settings', () => {
  it('read sizes and durations', () => {
    expect(bytesField.parse('64KiB')).toBe(65_536);
    expect(bytesField.parse(100)).toBe(100);
    expect(durationField.parse('5m')).toBe(300_000);
  });

  it.each([
    ['0.0.0.0:5140', { host: '0.0.0.0', port: 5140 }],
    ['[::1]:514', { host: '::1', port: 514 }],
    [':5140', { host: '::', port: 5140 }],
    ['*:0', { host: '::', port: 0 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
  ])('read the address %s', (text, address) => {
    expect(listenField.parse(text)).toEqual(address);
  });

  it.each([
    [bytesField, '1.5 apples', /^expected a size/],
    [bytesField, 1.5, /^expected a size/],
    [bytesField, -1, /^expected a size/],
    [bytesField, true, /^expected a size/],
    [durationField, 5, /^expected a duration/],
    [durationField, '5', /^expected a duration/],
    [listenField, '5140', /^expected an address/],
    [listenField, '::1:5140', /^expected an address/],
    [listenField, 'h:65536', /^expected an address/],
    [listenField, '[h]:1', /^expected an address/],
    [listenField, null, /^expected an address/],
    [cidrField, '192.0.2.0/33', /^expected an address block/],
    [cidrField, '2001:db8::/129', /^expected an address block/],
    [cidrField, '192.0.2.0/8/8', /^expected an address block/],
    [cidrField, 'fe80::1%eth0.1', /^expected an address block/],
    [cidrField, 'example.org', /^expected an address block/],
    [nameField, '', /^expected 1 to 64/],
    [nameField, '../x', /^expected 1 to 64/],
    [nameField, 5, /^expected 1 to 64/],
    [timezoneField, 'Mars/Olympus', /^expected an IANA time zone/],
  ] as const)('refuse with what was expected', (field, value, message) => {
    expect(messageOf(field, value), String(value)).toMatch(message);
  });

  it.each(['192.0.2.1', '192.0.2.0/24', '0.0.0.0/0', '::1', '2001:db8::/32'])('take the block %s', (text) => {
    expect(cidrField.parse(text)).toBe(text);
  });

  it('know time zones', () => {
    expect(['UTC', 'Europe/Vienna', 'Asia/Kolkata'].map(isTimezone)).toEqual([true, true, true]);
    expect(['', 'Europe/Wien', 'CEST', '__proto__'].map(isTimezone)).toEqual([false, false, false, false]);
  });
});
