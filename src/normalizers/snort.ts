import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { CONNECTION, CONNECTION_DENIED, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { between, digitsEnd, isDigit, readInteger, readPort } from './text.js';
import { setTransport } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'snort', categories: ['ids'] });

/** `[**] ` stands within `11/19/2026-10:00:00.123456  [wDrop] `. */
const MAX_PRELUDE = 64;

/** Snort and Suricata, one line an alert: `[**] [1:2034647:1] NAME [**] [Classification: C] [Priority: 1] {TCP} A:p -> B:p`. */
export const snort: Normalizer = {
  name: 'snort',
  summary: 'Snort and Suricata alerts of one line (fast.log, syslog)',
  programs: ['snort', 'suricata', 'snort3'],
  formats: ['plain'],
  initials: '0123456789[',
  normalize(event) {
    const text = event.message;
    const mark = text.slice(0, MAX_PRELUDE).indexOf('[**] ');
    const at = mark < 0 ? 0 : mark + 5;
    if (codeAt(text, at) !== 0x5b || !isDigit(codeAt(text, at + 1))) return false;
    const close = text.indexOf('] ', at);
    const [generator, signature, revision] = text.slice(at + 1, Math.min(close, at + 40)).split(':');
    const ends = text.lastIndexOf('} ');
    if (close < 0 || generator === undefined || signature === undefined || revision === undefined)
      return false;
    if (ends < close) return false;
    event.logsource = LOGSOURCE;
    const blocked = text.slice(0, at).includes('Drop] ');
    classify(
      event,
      INTRUSION_DETECTION,
      blocked ? CONNECTION_DENIED : CONNECTION,
      blocked ? 'blocked' : null,
      blocked ? 'failure' : null,
    );
    event['event.code'] = signature;
    event['rule.id'] = signature;
    event['rule.name'] = nameOf(text, close + 2, ends);
    const priority = between(text, '[Priority: ', ']', close);
    event['event.severity'] = priority === null ? null : readInteger(priority, 0, digitsEnd(priority, 0));
    setTransport(event, text.slice(text.lastIndexOf('{', ends) + 1, ends));
    setEnds(event, text, ends + 2);
    return true;
  },
};

/** Up to ` [**]`, ` [Classification: ` or ` [Priority: `. */
function nameOf(text: string, start: number, limit: number): string {
  let end = limit;
  for (const mark of [' [**] ', ' [Classification: ', ' [Priority: ']) {
    const at = text.indexOf(mark, start);
    if (at >= 0 && at < end) end = at;
  }
  return text.slice(start, end);
}

/** `A:p -> B:p`, of ICMP without ports; IPv6 addresses may stand in brackets. */
function setEnds(event: Event, text: string, at: number): void {
  const arrow = text.indexOf(' -> ', at);
  if (arrow < 0) return;
  const source = readEnd(text, at, arrow);
  event['source.ip'] = source.ip;
  event['source.port'] = source.port;
  const destination = readEnd(text, arrow + 4, text.length);
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
}

function readEnd(text: string, start: number, end: number): { ip: string | null; port: number | null } {
  const whole = readAddress(text, start, end);
  if (whole !== null) return { ip: whole, port: null };
  const colon = text.lastIndexOf(':', end - 1);
  const bracketed = codeAt(text, start) === 0x5b && codeAt(text, colon - 1) === 0x5d;
  const ip = bracketed ? readAddress(text, start + 1, colon - 1) : readAddress(text, start, colon);
  return { ip, port: ip === null ? null : readPort(text, colon + 1, end) };
}
