import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { DENIED, INFO, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['crowdsec', 'syslog'] });

/** `time="2026-11-20T10:00:00+01:00" level=warning msg="` at most. */
const MAX_LEAD = 72;
const TEXT = ' msg="';

/** `time=… level=info msg="Ip ADDR performed 'SCENARIO' (6 events over 1s) at …"`, and the decision that comes of it. */
export const crowdsec: Normalizer = {
  name: 'crowdsec',
  summary: 'CrowdSec agent: attacks found, decisions made',
  programs: ['crowdsec'],
  formats: ['keyvalue'],
  initials: 't',
  normalize(event) {
    const message = event.message;
    const text = standsAt(message, 'time="', 0) ? message.indexOf(TEXT) : -1;
    const at = text + TEXT.length;
    const isRead =
      text > 0 && text <= MAX_LEAD && (readFound(event, message, at) || readDecision(event, message, at));
    if (!isRead && event['process.name'] !== 'crowdsec') return false;
    event.logsource = LOGSOURCE;
    if (!isRead) classify(event, INTRUSION_DETECTION, INFO, null, null);
    return true;
  },
};

const PERFORMED = " performed '";

/** `Ip ADDR performed 'SCENARIO' (…`. */
function readFound(event: Event, message: string, at: number): boolean {
  if (!standsAt(message, 'Ip ', at)) return false;
  const end = wordEnd(message, at + 3);
  const address = readAddress(message, at + 3, end);
  const close = message.indexOf("' (", end);
  if (address === null || !standsAt(message, PERFORMED, end) || close < 0) return false;
  classify(event, INTRUSION_DETECTION, INFO, 'found', null);
  event['source.ip'] = address;
  event['rule.name'] = message.slice(end + PERFORMED.length, close);
  return true;
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['ban', 'ban'],
  ['captcha', 'challenge'],
]);

/** `(MACHINE/crowdsec) SCENARIO by ip ADDR (FR/12345) : 4h ban on Ip ADDR"`. */
function readDecision(event: Event, message: string, at: number): boolean {
  if (!standsAt(message, '(', at)) return false;
  const machine = message.indexOf(') ', at);
  const by = message.indexOf(' by ip ', machine);
  const colon = message.indexOf(' : ', by);
  if (machine < 0 || by < 0 || colon < 0) return false;
  const [duration = '', kind, on, scope, value = ''] = message.slice(colon + 3, colon + 160).split(' ', 5);
  if (on !== 'on' || scope !== 'Ip') return false;
  const quote = value.indexOf('"');
  const address = readAddress(value, 0, quote < 0 ? value.length : quote);
  if (address === null) return false;
  classify(event, INTRUSION_DETECTION, DENIED, ACTIONS.get(kind ?? '') ?? null, null);
  event['source.ip'] = address;
  event['rule.name'] = message.slice(machine + 2, by);
  setField(event.record, 'decision', kind ?? '');
  setField(event.record, 'decision_duration', duration);
  return true;
}
