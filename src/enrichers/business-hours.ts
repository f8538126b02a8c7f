import type { Event } from '../model/event.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The config's `business_hours`. */
export interface BusinessHours {
  readonly enabled: boolean;
  /** IANA name. */
  readonly timezone: string;
  readonly days: readonly (typeof WEEKDAYS)[number][];
  /** `08:00`; a `to` before `from` lies on the day after. */
  readonly from: string;
  readonly to: string;
}

const MINUTE_MS = 60_000;
/** Minutes remembered; beyond it all are forgotten. */
const MAX_REMEMBERED = 10_000;

/**
 * Marks authentications outside of business hours (`vedette.off_hours`), by event time. Only those: it is they that rules ask
 * about, and what time it is somewhere takes long to find out.
 */
export function compileBusinessHours(hours: BusinessHours): ((event: Event) => void) | null {
  if (!hours.enabled) return null;
  const isOffHours = offHoursTest(hours);
  const known = new Map<number, boolean>();
  return (event) => {
    if (event['event.category']?.includes('authentication') !== true) return;
    const minute = Math.floor(event.timestamp / MINUTE_MS);
    let off = known.get(minute);
    if (off === undefined) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      off = isOffHours(event.timestamp);
      known.set(minute, off);
    }
    event.offHours = off;
  };
}

/** Whether an instant (ms) lies outside of the hours. */
export function offHoursTest({ timezone, days, from, to }: BusinessHours): (time: number) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const worked = WEEKDAYS.map((day) => days.includes(day));
  const begin = minuteOfDay(from);
  const end = minuteOfDay(to);
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const day = WEEKDAYS.indexOf(parts.get('weekday')!.toLowerCase() as (typeof WEEKDAYS)[number]);
    const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
    if (begin < end) return !(worked[day]! && minute >= begin && minute < end);
    const startsToday = worked[day]! && minute >= begin;
    const startedYesterday = worked[(day + 6) % 7]! && minute < end;
    return !(startsToday || startedYesterday);
  };
}

function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
