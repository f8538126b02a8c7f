import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/model/json.js';
import { compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { loadRules } from '../../../src/sigma/load.js';

const PLACEHOLDERS = { admins: ['alice', 'bob*'] };

/** True, false, or the complaint about the item. */
function answer(item: JsonObject, event: JsonObject): boolean | string {
  const text = JSON.stringify({
    title: 't',
    logsource: { product: 'x' },
    detection: { s: item, condition: 's' },
  });
  const { rules, faults } = loadRules([{ path: 'rule.yml', text }]);
  if (faults.length > 0) return faults[0]!.message;
  const hits: number[] = [];
  compileRules(rules, { placeholders: PLACEHOLDERS }).match(new JsonFieldView(event), null, hits);
  return hits.length > 0;
}

type Row = readonly [key: string, value: Json, eventValue: Json, expected: boolean];

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('modifiers', () => {
  it.each<Row>([
    ['f', 'a*c', 'AxC', true],
    ['f', 'a?c', 'ac', false],
    ['f', 'a?c', 'AİC', true],
    ['f', 'İ?Σ', 'İXς', true],
    ['f|contains', 'i', 'İSTANBUL', false],
    ['f|contains', 'x*y', '_X__Y_', true],
    ['f|startswith', 'C:\\', 'c:\\users', true],
    ['f|endswith', '\\python?.exe', 'C:\\python3.exe', true],
    ['f|endswith', '\\python?.exe', '\\python3.exe.bak', false],
    ['f|contains|all', ['a', 'b'], ['xa', 'xb'], true],
    ['f|contains|all', ['a', 'b'], ['xa', 'xc'], false],
    ['f|cased', 'Abc', 'abc', false],
    ['f|neq', ['a', 'b'], 'b', false],
    ['f|neq', ['a', 'b'], 'c', true],
    ['f|exists', true, null, true],
    ['f|exists', false, '', false],
    ['f|re', '^a.c$', 'abc', true],
    ['f|re', 'ABC', 'abc', false],
    ['f|re|i', 'ABC', 'xabc', true],
    ['f|re|i', 'ſs', 'SS', true],
    ['f|re|m', '^b', 'a\nb', true],
    ['f|re|s', 'a.b', 'a\nb', true],
    ['f|cidr', '10.0.0.0/8', '10.255.0.1', true],
    ['f|cidr', '10.1.2.3/8', '10.255.0.1', true],
    ['f|cidr', '0.0.0.0/0', '255.255.255.255', true],
    ['f|cidr', '192.0.2.128/25', '192.0.2.127', false],
    ['f|cidr', '10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['f|cidr', '10.0.0.0/8', '010.1.2.3', false],
    ['f|cidr', '10.0.0.0/8', '::ffff:010.1.2.3', false],
    ['f|cidr', '10.0.0.0/8', '::ffff:10.1.2.3%eth0', true],
    ['f|cidr', '2001:db8::/33', '2001:db8:7fff::1', true],
    ['f|cidr', '2001:db8::/33', '2001:db8:8000::1', false],
    ['f|gt', 5, '5.5', true],
    ['f|lte', 5, true, false],
    ['f|fieldref', 'g', 'Other', true],
    ['f|fieldref|startswith', 'g', 'other thing', true],
    ['f|fieldref|neq', 'g', 'other', false],
    ['f|base64|contains', 'foo', base64('foobar'), true],
    ['f|base64offset|contains', 'http://evil', base64('xy http://evil/'), true],
    ['f|base64offset|contains', 'http://evil', base64('xy http://good/'), false],
    ['f|wide|base64', 'whoami', Buffer.from('whoami', 'utf16le').toString('base64'), true],
    ['f|utf16be|base64', 'x', 'AHg=', true],
    ['f|utf16|base64', 'x', '//54AA==', true],
    ['f|windash|base64', '-a', base64('/a'), true],
    ['f|windash|contains', ' -a -b', 'x /a —b', true],
    ['f|windash|contains', 'a-b', 'a/b', false],
    ['f|expand', '%admins%', 'Bobby', true],
    ['f|expand', 'x-%admins%', 'x-carol', false],
    ['f|hour', 23, '2024-05-06T23:30:00+02:00', true],
    ['f|week', 1, '2024-12-30', true],
    ['f|week', 53, '2021-01-03T00:00:00Z', true],
    ['f|day', 30, '2024-02-30T00:00:00Z', false],
    ['f|day', 3, '2024-02-03', true],
    ['f|day', 3, '2024-02-03rd', false],
    ['f|hour', 5, '2024-02-03t05:06:07z', true],
    ['f|hour', 5, '2024-02-03T05', true],
    ['f|minute', 0, '2024-02-03T05', false],
    ['f|hour|gte', 12, 1720614600, true],
    ['f|minute', 30, 1720614600000, true],
  ])('%s: %j on %j is %j', (key, value, eventValue, expected) => {
    expect(answer({ [key]: value }, { f: eventValue, g: 'other' })).toBe(expected);
  });

  it.each<readonly [string, Json]>([
    ['f|i', 'x'],
    ['f|gt|lt', 5],
    ['f|re|base64', 'x'],
    ['f|contains|re', 'x'],
    ['f|cidr|contains', '10.0.0.0/8'],
    ['f|exists|all', [true, true]],
    ['f|exists', 'yes'],
    ['f|base64', 'a*b'],
    ['f|base64offset', 'a'],
    ['f|hour', 'seven'],
    ['f|contains', null],
    ['f|fieldref', 5],
    ['|exists', true],
    ['|fieldref', 'f'],
    ['f|re', '('.repeat(2000)],
    ['f|re', '(?:a{1000}){1000}'],
  ])('%s: %j is refused in a sentence', (key, value) => {
    expect(answer({ [key]: value }, { f: 'x' })).toMatch(/[.]$/);
  });

  it('exists says what it was given: one text is no list', () => {
    expect(answer({ 'f|exists': 'yes' }, { f: 'x' })).toContain('not "yes"');
    expect(answer({ 'f|exists': [true, false] }, { f: 'x' })).toContain('not a list');
  });
});
