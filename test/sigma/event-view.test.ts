import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import type { JsonObject } from '../../src/model/json.js';
import { closedLogsource } from '../../src/model/logsource.js';
import { EventFieldView, type EventView, JsonFieldView } from '../../src/sigma/event-view.js';

function valuesOf(view: EventView): unknown[] {
  const values: unknown[] = [];
  view.forEachValue((value) => {
    values.push(value);
    return false;
  });
  return values;
}

describe('the view of a normalized event', () => {
  const event = new Event();
  const view = new EventFieldView(event);

  beforeEach(() => {
    event.reset('the message');
    view.reset();
  });

  function closeTo(logsource: Parameters<typeof closedLogsource>[0]): void {
    event.logsource = closedLogsource(logsource);
    view.reset();
  }

  it('finds at once all fields that are there', () => {
    const names = [
      'a',
      'a.b',
      'b.c.d',
      'cs-method',
      'http.request.method',
      'User',
      'Image',
      'message',
      '__proto__',
      '',
    ];
    const slots = names.map((_, slot) => slot);
    const inner = fc.constantFrom(null, 1, 'x', { b: 1 }, [{ b: 1 }], { c: { d: 1 } }, { 'c.d': 1 });
    const own = fc.dictionary(fc.constantFrom(...names, 'b', 'NewProcessName', '__proto__'), inner);
    const bag = fc.option(fc.constant({ a: { b: '1' }, 'b.c.d': 'x', User: 'y' }));
    const logsource = fc.constantFrom({}, { categories: ['webserver'] }, { product: 'windows' });
    fc.assert(
      fc.property(fc.option(own), bag, fc.option(fc.string()), logsource, (fields, data, method, source) => {
        event.reset('the message');
        event.record.fields = fields as JsonObject | null;
        event.record.structuredData = data as typeof event.record.structuredData;
        event['http.request.method'] = method;
        closeTo(source);
        const present = new Set(view.present(names, slots));
        for (const slot of slots) if (view.at(names, slot) !== undefined) expect(present).toContain(slot);
        if (data === null && fields !== null && !Object.hasOwn(fields, 'a')) expect(present).not.toContain(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('looks in the record first, then under the alias, then in ECS', () => {
    closeTo({ categories: ['webserver'] });
    event['http.request.method'] = 'GET';
    event['source.ip'] = '192.0.2.1';
    expect(view.get('cs-method')).toBe('GET');
    expect(view.get('http.request.method')).toBe('GET');
    expect(view.get('c-ip')).toBe('192.0.2.1');
    event.record.fields = { 'cs-method': 'POST' };
    expect(view.get('cs-method')).toBe('POST');
    expect(view.get('http.request.method')).toBe('GET');
  });

  it('knows aliases of its logsource only', () => {
    event['http.request.method'] = 'GET';
    expect(view.get('cs-method')).toBeUndefined();
    event['source.ip'] = '192.0.2.1';
    expect(view.get('src_ip')).toBe('192.0.2.1');
  });

  it('finds Sysmon names in events of the Windows Security log', () => {
    closeTo({ product: 'windows', categories: ['process_creation'], services: ['security'] });
    event.record.fields = {
      NewProcessName: 'C:\\a.exe',
      ParentProcessName: 'C:\\b.exe',
      SubjectLogonId: '0x3e7',
    };
    event['event.code'] = '4688';
    expect(view.get('Image')).toBe('C:\\a.exe');
    expect(view.get('ParentImage')).toBe('C:\\b.exe');
    expect(view.get('LogonId')).toBe('0x3e7');
    expect(view.get('EventID')).toBe('4688');
  });

  it('tells absent from null', () => {
    event.record.fields = { present: null };
    expect(view.get('present')).toBeNull();
    expect(view.get('absent')).toBeUndefined();
    expect(view.get('source.ip')).toBeUndefined();
  });

  it('takes no inherited property for a field', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'record', 'reset', 'logsource']) {
      event.record.fields = {};
      expect(view.get(name)).toBeUndefined();
    }
    event.record.fields = JSON.parse('{"__proto__": "own"}') as JsonObject;
    expect(view.get('__proto__')).toBe('own');
  });

  it('has the message, times and syslog header under their public names', () => {
    event.timestamp = 0;
    event.record.app = 'sshd';
    event.record.severity = 6;
    expect(view.get('message')).toBe('the message');
    expect(view.get('@timestamp')).toBe('1970-01-01T00:00:00.000Z');
    expect(view.get('log.syslog.appname')).toBe('sshd');
    expect(view.get('log.syslog.severity.code')).toBe(6);
    expect(view.get('log.syslog.facility.code')).toBeUndefined();
  });

  it('reads structured data under its element', () => {
    event.record.structuredData = { 'meta@1': { user: ['a', 'b'] } };
    expect(view.get('meta@1.user')).toEqual(['a', 'b']);
  });

  it('visits the values of a JSON object, not its text, which has names in it', () => {
    const text = '{"Image":"C:\\\\a.exe","log":"a line","n":[7]}';
    event.reset(text);
    event.record.format = 'json';
    event.record.fields = JSON.parse(text) as JsonObject;
    expect(valuesOf(view)).toEqual(['C:\\a.exe', 'a line', 7]);
    event.message = 'a line';
    expect(valuesOf(view)).toEqual(['C:\\a.exe', 'a line', 7]);
  });

  it('visits what was logged once, and no ECS field', () => {
    event.record.app = 'app';
    event.record.host = 'web01';
    event['source.ip'] = '192.0.2.1';
    event.record.fields = { message: 'the message', deep: { list: ['x', 2n, true, null] } };
    expect(valuesOf(view)).toEqual(['the message', 'app', 'web01', 'x', 2n, true]);
  });
});

describe('the view of a JSON object', () => {
  const view = new JsonFieldView({ 'a.b': 1, a: { b: 2, c: [{ d: 'x' }, { d: 'y' }, {}] }, e: null });

  it('takes the exact name before the dotted path and fans out over arrays', () => {
    expect(view.get('a.b')).toBe(1);
    expect(view.get('a.c.d')).toEqual(['x', 'y']);
    expect(view.get('a.c.z')).toBeUndefined();
    expect(view.get('e')).toBeNull();
    expect(view.get('e.f')).toBeUndefined();
  });

  it('stops visiting when told', () => {
    expect(view.forEachValue((value) => value === 2)).toBe(true);
    expect(valuesOf(view)).toEqual([1, 2, 'x', 'y']);
  });
});
