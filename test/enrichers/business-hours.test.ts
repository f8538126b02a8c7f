import { describe, expect, it } from 'vitest';
import {
  type BusinessHours,
  compileBusinessHours,
  offHoursTest,
} from '../../src/enrichers/business-hours.js';
import { businessHoursOptions } from '../../src/enrichers/business-hours-options.js';
import { Event } from '../../src/model/event.js';

const HOURS: BusinessHours = {
  enabled: true,
  timezone: 'UTC',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '07:00',
  to: '19:00',
};

const isOff = (iso: string, hours: Partial<BusinessHours> = {}): boolean =>
  offHoursTest({ ...HOURS, ...hours })(Date.parse(iso));

describe('business hours', () => {
  it.each([
    [{}, false],
    [{ timezone: 'Europe/Vienna' }, true],
    [{ enabled: false, from: '08:00' }, false],
    [{ enabled: true }, true],
  ])('as %j are on: %j', (written, enabled) => {
    expect(businessHoursOptions.parse(written).enabled).toBe(enabled);
  });

  it.each([
    // 2026-11-20 is a Friday.
    ['2026-11-20T07:00:00Z', false],
    ['2026-11-20T06:59:59Z', true],
    ['2026-11-20T18:59:59Z', false],
    ['2026-11-20T19:00:00Z', true],
    ['2026-11-21T12:00:00Z', true],
    ['2026-11-23T12:00:00Z', false],
  ])('%s is late: %j', (iso, off) => {
    expect(isOff(iso)).toBe(off);
  });

  it('are those of their zone, in summer as in winter', () => {
    const vienna = { timezone: 'Europe/Vienna' };
    expect(isOff('2026-11-20T06:30:00Z', vienna)).toBe(false);
    expect(isOff('2026-07-20T05:30:00Z', vienna)).toBe(false);
    expect(isOff('2026-11-20T05:30:00Z', vienna)).toBe(true);
    // Still Sunday in UTC, Monday morning in Auckland.
    expect(isOff('2026-11-22T20:00:00Z', { timezone: 'Pacific/Auckland' })).toBe(false);
  });

  it('of a night shift end on the day after', () => {
    const night = { from: '22:00', to: '06:00' };
    expect(isOff('2026-11-20T23:00:00Z', night)).toBe(false);
    expect(isOff('2026-11-21T05:00:00Z', night)).toBe(false);
    expect(isOff('2026-11-21T23:00:00Z', night)).toBe(true);
    expect(isOff('2026-11-20T12:00:00Z', night)).toBe(true);
  });

  it('mark authentications only, and the next record anew', () => {
    const mark = compileBusinessHours(HOURS)!;
    const event = new Event();
    const marked = (category: string, iso: string): boolean => {
      event.reset('x');
      event['event.category'] = [category];
      event.timestamp = Date.parse(iso);
      mark(event);
      return event.offHours;
    };
    expect(marked('authentication', '2026-11-21T12:00:00Z')).toBe(true);
    expect(marked('process', '2026-11-21T12:00:00Z')).toBe(false);
    expect(marked('authentication', '2026-11-20T12:00:00Z')).toBe(false);
    expect(compileBusinessHours({ ...HOURS, enabled: false })).toBeNull();
  });
});
