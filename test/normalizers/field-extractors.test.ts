import { describe, expect, test } from 'vitest';
import { ECS_FIELDS, Event } from '../../src/model/event.js';
import { fillField, isAssignable } from '../../src/normalizers/ecs-values.js';
import { extractorOptions } from '../../src/normalizers/extractor-options.js';
import { compileExtractors } from '../../src/normalizers/field-extractors.js';

const at = '<13>Nov 19 10:00:00 web';

function extracted(message: string, options: object, source: string | null = null): Event {
  const event = new Event();
  event.reset(message);
  event['process.name'] = 'Widgetd';
  compileExtractors([extractorOptions.parse({ name: 'one', ...options })], source)(event);
  return event;
}

describe('a field extractor', () => {
  const pattern = 'tunnel (?P<tunnel>\\d+) of (?P<who>\\S+) at (?P<where>\\S+)';
  const message = `${at} tunnel 7 of alice at 192.0.2.1`;

  test('puts groups into raw fields of their names, or where `fields` says', () => {
    const event = extracted(message, { pattern, fields: { who: 'user.name', where: 'source.ip' } });
    expect(event['user.name']).toBe('alice');
    expect(event['source.ip']).toBe('192.0.2.1');
    expect(event.record.fields).toEqual({ tunnel: '7' });
  });

  test('takes the syntax (?<name>…) too', () => {
    expect(extracted('a=1', { pattern: 'a=(?<x>\\d)' }).record.fields).toEqual({ x: '1' });
  });

  test('leaves what is known already', () => {
    const event = new Event();
    event.reset(message);
    event['user.name'] = 'root';
    compileExtractors(
      [extractorOptions.parse({ name: 'a', pattern, fields: { who: 'user.name' } })],
      null,
    )(event);
    expect(event['user.name']).toBe('root');
  });

  test('puts numbers, addresses and outcomes only where they are such', () => {
    const options = {
      pattern: '(?P<port>\\S+) (?P<ip>\\S+) (?P<out>\\S+)',
      fields: { port: 'source.port', ip: 'source.ip', out: 'event.outcome' },
    };
    const good = extracted('22 2001:DB8::1 failure', options);
    expect([good['source.port'], good['source.ip'], good['event.outcome']]).toEqual([
      22,
      '2001:db8::1',
      'failure',
    ]);
    const bad = extracted('65536 192.0.2 maybe', options);
    expect([bad['source.port'], bad['source.ip'], bad['event.outcome']]).toEqual([null, null, null]);
  });

  test('is asked only where program, source and the required text fit, whatever their case', () => {
    expect(
      extracted(message, { pattern, program: 'WIDGETD', contains: 'TUNNEL' }).record.fields,
    ).not.toBeNull();
    expect(extracted(message, { pattern, program: 'other' }).record.fields).toBeNull();
    expect(extracted(message, { pattern, contains: 'absent' }).record.fields).toBeNull();
    expect(extracted(message, { pattern, source: 'edge' }, 'edge').record.fields).not.toBeNull();
    expect(extracted(message, { pattern, source: 'edge' }, 'core').record.fields).toBeNull();
  });

  test('searches the first 8 KiB of a message and no more', () => {
    expect(extracted(`${' '.repeat(9000)}a=1`, { pattern: 'a=(?P<x>1)' }).record.fields).toBeNull();
  });

  test('answers in linear time where a backtracking engine would not return', () => {
    const started = performance.now();
    extracted(`${'a'.repeat(8000)}!`, { pattern: '(?P<x>(a+)+)$' });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('an extractor is refused', () => {
  test.each([
    [{ pattern: '(?P<a>x)(?=y)' }, 'pattern', /not RE2 syntax.*look-around/],
    [{ pattern: '(?P<a>x' }, 'pattern', /not RE2 syntax/],
    [{ pattern: '(x)' }, 'pattern', /no named group/],
    [{ pattern: '(?P<a>x)', fields: { b: 'user.name' } }, 'fields', /names the group "b".*it has a/],
    [{ pattern: '(?P<a>x)', fields: { a: 'event.category' } }, 'fields', /cannot fill event\.category/],
  ])('%j', (options, option, reason) => {
    const result = extractorOptions.safeParse({ name: 'one', ...options });
    expect(result.error?.issues[0]?.path).toEqual([option]);
    expect(result.error?.issues[0]?.message).toMatch(reason);
  });

  test('for a key it does not know', () => {
    expect(extractorOptions.safeParse({ name: 'a', pattern: '(?P<a>x)', regex: 'x' }).success).toBe(false);
  });
});

test('every field that ports, counts and codes belong to takes a number, every other one text', () => {
  for (const name of ECS_FIELDS.filter(isAssignable)) {
    const event = new Event();
    fillField(event, name, name.endsWith('.ip') ? '192.0.2.1' : name === 'event.outcome' ? 'success' : '80');
    const isNumber = /\.(port|bytes|pid|status_code|duration|severity)$/.test(name);
    expect([name, typeof event[name]]).toEqual([name, isNumber ? 'number' : 'string']);
  }
});
