import type { Event } from './event.js';

/** Names of the public event that are no properties of `Event`: text, times, marks and the syslog header. Null = absent. */
export const ENVELOPE_READERS: ReadonlyMap<string, (event: Event) => unknown> = new Map<
  string,
  (event: Event) => unknown
>([
  ['message', ({ message }) => message],
  ['@timestamp', ({ timestamp }) => new Date(timestamp).toISOString()],
  ['event.original', ({ record }) => record.original],
  ['vedette.off_hours', ({ offHours }) => (offHours ? true : null)],
  ['log.syslog.hostname', ({ record }) => record.host],
  ['log.syslog.appname', ({ record }) => record.app],
  ['log.syslog.procid', ({ record }) => record.procid],
  ['log.syslog.msgid', ({ record }) => record.msgid],
  ['log.syslog.facility.code', ({ record }) => (record.facility < 0 ? null : record.facility)],
  ['log.syslog.severity.code', ({ record }) => (record.severity < 0 ? null : record.severity)],
]);
