import type { Event } from '../../model/event.js';

/** Names of the public event that are no properties of `Event`: text, times and the syslog header. */
export function lookupEnvelope(event: Event, field: string): unknown {
  const { record } = event;
  switch (field) {
    case 'message':
      return event.message;
    case '@timestamp':
      return new Date(event.timestamp).toISOString();
    case 'event.original':
      return record.original;
    case 'log.syslog.hostname':
      return record.host ?? undefined;
    case 'log.syslog.appname':
      return record.app ?? undefined;
    case 'log.syslog.procid':
      return record.procid ?? undefined;
    case 'log.syslog.msgid':
      return record.msgid ?? undefined;
    case 'log.syslog.facility.code':
      return record.facility < 0 ? undefined : record.facility;
    case 'log.syslog.severity.code':
      return record.severity < 0 ? undefined : record.severity;
    default:
      return undefined;
  }
}

export function isEnvelopeField(field: string): boolean {
  return ENVELOPE_FIELDS.has(field);
}

const ENVELOPE_FIELDS: ReadonlySet<string> = new Set([
  'message',
  '@timestamp',
  'event.original',
  'log.syslog.hostname',
  'log.syslog.appname',
  'log.syslog.procid',
  'log.syslog.msgid',
  'log.syslog.facility.code',
  'log.syslog.severity.code',
]);
