import { expect, it } from 'vitest';
import { parse, plainData } from './helpers.js';

it.each([
  ['a pipe as the delimiter', 'LEEF:2.0|v|p|1|e|||a=b|c=d', '|'],
  ['a pipe as its code', 'LEEF:2.0|v|p|1|e|0x7C|a=b|c=d', '|'],
  ['an empty delimiter', 'LEEF:2.0|v|p|1|e||a=b\tc=d', '\t'],
  ['a tab written as \\t', 'LEEF:2.0|v|p|1|e|\\t|a=b\tc=d', '\t'],
  ['a blank after the tag, as relays put it', 'LEEF: 2.0|v|p|1|e|^|a=b^c=d', '^'],
  ['the same behind a syslog header', '<34>Nov 19 22:14:15 h LEEF: 2.0|v|p|1|e|^|a=b^c=d', '^'],
])('reads %s', (_, text, delimiter) => {
  const record = parse(text);
  expect(record.format).toBe('leef');
  expect(plainData(record.leef)).toMatchObject({
    leef_version: '2.0',
    delimiter,
    attributes: { a: 'b', c: 'd' },
  });
});
