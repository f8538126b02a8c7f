import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, type Json } from '../../../src/sinks/webhook/template.js';
import { alertChange } from '../../helpers/alerts.js';

describe('a template', () => {
  const change = alertChange();

  it('is filled by paths', () => {
    const template = { a: 'Rule {{rule.name}} on {{ host.name }}', b: ['{{evidence.0.event.id}}'] };
    expect(fill(template, change)).toEqual({ a: 'Rule SSH password guessing on web1', b: ['4-17'] });
  });

  it('has the value itself where a text is nothing but its placeholder', () => {
    const fields = { count: 3, list: [1, 2] };
    expect(fill({ n: '{{count}}', l: '{{list}}', t: 'n={{count}}', j: 'l={{list}}' }, fields)).toEqual({
      ...{ n: 3, l: [1, 2], t: 'n=3', j: 'l=[1,2]' },
    });
  });

  it('has nothing for what is not there', () => {
    const template = [
      '{{no.such}}',
      'x{{no.such}}y',
      '{{rule.name.length}}',
      '{{constructor}}',
      '{{__proto__}}',
    ];
    expect(fill(template, change)).toEqual([null, 'xy', null, null, null]);
  });

  it('keeps a key called __proto__ a key', () => {
    const template = JSON.parse('{"__proto__": "{{entity}}"}') as Json;
    expect(JSON.stringify(fill(template, change))).toBe('{"__proto__":"203.0.113.7"}');
  });

  it('keeps its shape whatever the values hold', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = JSON.stringify(fill({ a: 'x {{v}} y', b: 1 }, { v: value }));
        expect(JSON.parse(text)).toEqual({ a: `x ${value} y`, b: 1 });
      }),
    );
  });

  it('does not fill what a value brings', () => {
    expect(fill('{{a}} ', { a: '{{b}}', b: 'secret' })).toBe('{{b}} ');
  });
});
